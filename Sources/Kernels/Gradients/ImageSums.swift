import Tensors

/// Sums over images of each element: the gradient by what is added to each element of an image, in row-major order. Sums are
/// in double precision, of the images in their order.
package struct ImageSums: Kernel {
  private let gradient: BlockedMaps

  package init(gradient: BlockedMaps) { self.gradient = gradient }

  package var name: String { "image sums" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    for channel in worker.share(of: gradient.channels) {
      for pixel in 0..<gradient.pixels {
        let place = gradient.offset(channel: channel) + pixel * BlockedMaps.lanes
        var sum = 0.0
        for image in 0..<gradient.images { sum += Double(memory.input[image * gradient.imageStride + place]) }
        memory.output[channel * gradient.pixels + pixel] = Float(sum)
      }
    }
    clearLanes(behind: gradient.channels * gradient.pixels, of: memory.output, worker: worker)
  }
}

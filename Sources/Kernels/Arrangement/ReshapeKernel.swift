import Tensors

/// The same elements of each image in row-major order `[C, H, W]` under another shape; also maps as a vector and back.
/// The output is not the input.
package struct ReshapeKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps

  /// Both have as many elements an image.
  package init(input: BlockedMaps, output: BlockedMaps) {
    precondition(
      input.images == output.images && input.channels * input.pixels == output.channels * output.pixels,
      "a reshape keeps the number of elements")
    (self.input, self.output) = (input, output)
  }

  package var name: String { "reshape" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let rows = output.blocks * output.height
    for unit in worker.share(of: output.images * rows) {
      let (image, place) = unit.quotientAndRemainder(dividingBy: rows)
      let (block, row) = place.quotientAndRemainder(dividingBy: output.height)
      let source = memory.input + image * input.imageStride
      let target = memory.output + output.offset(image: image, block: block, pixel: row * output.width)
      for lane in 0..<BlockedMaps.lanes {
        let channel = block * BlockedMaps.lanes + lane
        if channel < output.channels {
          gather(from: source, at: (channel * output.height + row) * output.width, into: target + lane)
        } else {
          for column in 0..<output.width { target[column * BlockedMaps.lanes + lane] = 0 }
        }
      }
    }
  }

  /// Writes a lane of a row with the elements from a place in row-major order on.
  private func gather(from source: UnsafePointer<Float>, at place: Int, into target: UnsafeMutablePointer<Float>) {
    var (channel, pixel) = place.quotientAndRemainder(dividingBy: input.pixels)
    for column in 0..<output.width {
      let lane = channel / BlockedMaps.lanes * input.blockStride + channel % BlockedMaps.lanes
      target[column * BlockedMaps.lanes] = source[lane + pixel * BlockedMaps.lanes]
      pixel += 1
      if pixel == input.pixels { (channel, pixel) = (channel + 1, 0) }
    }
  }
}

extension Operations.Reshape: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    ReshapeKernel(input: place.input, output: place.output)
  }
}

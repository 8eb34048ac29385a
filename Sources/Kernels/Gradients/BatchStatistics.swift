import CKernels
import Tensors

/// The mean and the variance of each channel over all pixels of a batch, biased as batch normalization divides by them.
/// Ioffe and Szegedy 2015, arXiv:1502.03167.
///
/// It reads maps and writes two vectors of as many channels, or only the mean. Sums are in double precision, an image's first and then
/// those of all images in their order; the variance is that of distances to the mean.
package struct BatchStatistics: Kernel {
  private let input: BlockedMaps
  private let loops: Loops

  /// - Parameter input: The maps.
  package init(input: BlockedMaps, loops: Loops) { (self.input, self.loops) = (input, loops) }

  package var name: String { "batch statistics" }

  /// Sums, sums of squares, and the results.
  package var phases: Int { 3 }

  /// In double precision: for each image and channel a sum and a sum of squares, for each thread a block's means.
  package func scratchCount(threads: Int) -> Int { 2 * (2 * sums + threads * BlockedMaps.lanes) }

  private var lanes: Int { input.blocks * BlockedMaps.lanes }
  private var sums: Int { input.images * lanes }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let sums = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
    let squares = sums + self.sums
    let count = Double(input.images * input.pixels)
    if phase == 2 {
      for block in worker.share(of: input.blocks) {
        for lane in block * BlockedMaps.lanes..<(block + 1) * BlockedMaps.lanes {
          let isThere = lane < input.channels
          memory.writes[0][lane] = isThere ? Float(total(sums, lane) / count) : 0
          if memory.writes.count > 1 { memory.writes[1][lane] = isThere ? Float(total(squares, lane) / count) : 0 }
        }
      }
      return
    }
    let means = squares + self.sums + worker.index * BlockedMaps.lanes
    input.forEachBlock(of: worker) { image, block in
      let place = image * lanes + block * BlockedMaps.lanes
      let source = memory.input + input.offset(image: image, block: block)
      if phase == 0 { return loops.table.moments(source, input.pixels, nil, sums + place) }
      for lane in 0..<BlockedMaps.lanes { means[lane] = total(sums, block * BlockedMaps.lanes + lane) / count }
      loops.table.moments(source, input.pixels, means, squares + place)
    }
  }

  /// The sum of a lane's numbers over the images.
  private func total(_ sums: UnsafePointer<Double>, _ lane: Int) -> Double {
    var total = 0.0
    for image in 0..<input.images { total += sums[image * lanes + lane] }
    return total
  }
}

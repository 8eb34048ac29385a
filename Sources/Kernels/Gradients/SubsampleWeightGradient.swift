import CKernels
import Tensors

/// The gradient by the weight of LeNet-5's subsampling: for each channel the sum over images and outputs of the gradient
/// times the window's sum. Sums are in double precision, an image's first and then those of all images in their order.
///
/// It reads the input and the gradient of the result.
package struct SubsampleWeightGradient: Kernel {
  private let window: PoolWindow
  private let loops: Loops

  /// - Parameters:
  ///   - input: What was subsampled.
  ///   - gradient: The gradient of the result, of the size that the window says.
  package init(input: BlockedMaps, gradient: BlockedMaps, window: SlidingWindow, loops: Loops) {
    self.window = PoolWindow(window, input: input, output: gradient)
    self.loops = loops
  }

  package var name: String { "subsample weight gradient" }

  /// Each image's sums, and those of all.
  package var phases: Int { 2 }

  /// For each image and block 32 sums in double precision, and for each worker a block's sums of windows.
  package func scratchCount(threads: Int) -> Int {
    2.saturatingMultiplied(by: sums).saturatingAdded(threads.saturatingMultiplied(by: window.output.blockStride))
  }

  private static let blockCount = 2 * BlockedMaps.lanes
  private var sums: Int { window.output.images.saturatingMultiplied(by: window.output.blocks * Self.blockCount) }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let sums = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
    let gradient = window.output
    if phase == 1 {
      for channel in worker.share(of: gradient.blocks * BlockedMaps.lanes) {
        var sum = 0.0
        let (block, lane) = channel.quotientAndRemainder(dividingBy: BlockedMaps.lanes)
        for image in 0..<gradient.images where channel < gradient.channels {
          sum += sums[(image * gradient.blocks + block) * Self.blockCount + BlockedMaps.lanes + lane]
        }
        memory.output[channel] = Float(sum)
      }
      return
    }
    let windows = scratch + 2 * self.sums + worker.index * gradient.blockStride
    gradient.forEachBlock(of: worker) { image, block in
      for row in 0..<gradient.height {
        let rows = window.rows(image: image, block: block, row: row)
        loops.table.sum_pool(
          memory.input + rows.offset, rows.count, rows.step, windows + row * gradient.rowStride, window.columns, 1, nil)
      }
      loops.table.norm_sums(
        memory.reads[1] + gradient.offset(image: image, block: block), windows, gradient.pixels, nil,
        sums + (image * gradient.blocks + block) * Self.blockCount)
    }
  }
}

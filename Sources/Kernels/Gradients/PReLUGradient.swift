import CKernels
import Tensors

/// The gradient of a parametric ReLU's input: the result's for x > 0, else that times the slope.
///
/// It reads the input, the gradient of the result, which may be what it writes, and the slopes in row-major order: one, or
/// one for each channel. The gradient by those is sums: see `ChannelSums.Term.negativeProduct`.
package struct PReLUGradient: Kernel {
  private let input: BlockedMaps
  private let gradient: BlockedMaps
  private let output: BlockedMaps
  private let isSingle: Bool
  private let loops: Loops

  /// - Parameters:
  ///   - input: What was activated.
  ///   - gradient: The gradient of the result.
  ///   - output: The gradient of the input. All three have one shape.
  ///   - isSingle: Whether one slope is all channels'.
  package init(input: BlockedMaps, gradient: BlockedMaps, output: BlockedMaps, isSingle: Bool, loops: Loops) {
    precondition(input.hasShape(of: output) && gradient.hasShape(of: output), "an activation keeps the shape")
    (self.input, self.gradient, self.output) = (input, gradient, output)
    (self.isSingle, self.loops) = (isSingle, loops)
  }

  package var name: String { "prelu gradient" }

  /// For each worker the slopes of a block.
  package func scratchCount(threads: Int) -> Int { threads * BlockedMaps.lanes }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let own = scratch + worker.index * BlockedMaps.lanes
    var filled = -1
    output.forEachStretch(of: worker) { image, block, pixels in
      if block != filled {
        for lane in 0..<BlockedMaps.lanes {
          let channel = block * BlockedMaps.lanes + lane
          own[lane] = channel < output.channels ? memory.reads[2][isSingle ? 0 : channel] : 0
        }
        filled = block
      }
      let pixel = pixels.lowerBound
      loops.table.prelu_gradient(
        memory.input + input.offset(image: image, block: block, pixel: pixel),
        memory.reads[1] + gradient.offset(image: image, block: block, pixel: pixel),
        memory.output + output.offset(image: image, block: block, pixel: pixel), pixels.count, own)
    }
  }
}

import CKernels
import Tensors

/// The gradient of a linear layer's input: `dx[c] = Σ dy[o] · w[o, c]`, for the vectors of a batch.
///
/// It reads the gradient of the output and the weight, `[outputs, inputs]`, as it lies: of few vectors the time is that of
/// reading it from memory once. Outputs are added in runs of a fixed length, whose rows all threads' shares of the inputs
/// read while they are near.
package struct LinearInputGradient: Kernel {
  private let gradient: BlockedMaps
  private let output: BlockedMaps
  private let loops: Loops

  /// - Parameters:
  ///   - gradient: The gradient of what the layer gives.
  ///   - output: The gradient of what it reads, of as many images.
  package init(gradient: BlockedMaps, output: BlockedMaps, loops: Loops) {
    precondition(gradient.images == output.images && Self.supports(gradient: gradient, output: output), "vectors")
    (self.gradient, self.output, self.loops) = (gradient, output, loops)
  }

  /// Whether the rows of the weight are whole blocks.
  package static func supports(gradient: BlockedMaps, output: BlockedMaps) -> Bool {
    gradient.pixels == 1 && output.pixels == 1 && output.channels.isMultiple(of: BlockedMaps.lanes)
  }

  package var name: String { "linear input gradient" }

  /// Outputs of a run, and blocks of inputs that are computed at once.
  private static let (runOutputs, panelBlocks) = (32, 4)

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let share = worker.share(of: output.blocks)
    var linear = cnnc_linear()
    linear.images = gradient.images
    (linear.input_stride, linear.output_stride) = (gradient.imageStride, output.imageStride)
    (linear.residual_stride, linear.weight_stride) = (output.imageStride, output.channels)
    for first in stride(from: 0, to: gradient.channels, by: Self.runOutputs) {
      linear.inputs = min(Self.runOutputs, gradient.channels - first)
      linear.input = memory.input + first
      let rows = memory.second.required + first * output.channels
      for block in stride(from: share.lowerBound, to: share.upperBound, by: Self.panelBlocks) {
        linear.blocks = min(Self.panelBlocks, share.upperBound - block)
        linear.weights = rows + block * BlockedMaps.lanes
        linear.output = memory.output + block * BlockedMaps.lanes
        linear.residual = first > 0 ? UnsafePointer(linear.output) : nil
        loops.table.linear(&linear)
      }
    }
  }
}

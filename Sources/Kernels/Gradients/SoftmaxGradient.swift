import CKernels
import Tensors

/// The gradient by the input of a softmax over each pixel's channels, or of its logarithm.
///
/// It reads what the softmax gave, then the gradient of that.
package struct SoftmaxGradient: Kernel {
  private let result: BlockedMaps
  private let gradient: BlockedMaps
  private let output: BlockedMaps
  private let isLogarithm: Bool
  private let loops: Loops

  /// All three maps have one shape.
  package init(result: BlockedMaps, gradient: BlockedMaps, output: BlockedMaps, isLogarithm: Bool, loops: Loops) {
    precondition(result.hasShape(of: gradient) && result.hasShape(of: output), "a softmax keeps the shape")
    (self.result, self.gradient, self.output) = (result, gradient, output)
    (self.isLogarithm, self.loops) = (isLogarithm, loops)
  }

  package var name: String { isLogarithm ? "log softmax gradient" : "softmax gradient" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    output.forEachRun(of: worker) { image, rows in
      let first = rows.lowerBound * output.width
      loops.table.softmax_gradient(
        memory.input + result.offset(image: image, block: 0, pixel: first), result.blockStride,
        memory.reads[1] + gradient.offset(image: image, block: 0, pixel: first), gradient.blockStride,
        memory.output + output.offset(image: image, block: 0, pixel: first), output.blockStride, result.channels,
        rows.count * output.width, isLogarithm)
    }
  }
}

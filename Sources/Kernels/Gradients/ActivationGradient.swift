import CKernels
import Tensors

/// The gradient of an activation's argument: the result's times the derivative, `dx = dy · act′`.
///
/// It reads what the derivative is computed from, and the gradient of the result, which may be what it writes.
package struct ActivationGradient: Kernel {
  private let value: BlockedMaps
  private let gradient: BlockedMaps
  private let output: BlockedMaps
  private let activation: cnnc_activation
  private let isResult: Bool
  private let loops: Loops

  /// - Parameters:
  ///   - value: The activation's argument, or what it gave.
  ///   - gradient: The gradient of what it gave.
  ///   - output: The gradient of the argument. All three have one shape.
  ///   - isResult: Whether `value` is what the activation gave; see `Activation.differentiatesResult`.
  package init(
    value: BlockedMaps, gradient: BlockedMaps, output: BlockedMaps, activation: Activation, isResult: Bool,
    loops: Loops
  ) {
    precondition(value.hasShape(of: output) && gradient.hasShape(of: output), "an activation keeps the shape")
    precondition(!isResult || activation.differentiatesResult, "the result does not tell the derivative")
    (self.value, self.gradient, self.output, self.loops) = (value, gradient, output, loops)
    (self.activation, self.isResult) = (cnnc_activation(activation), isResult)
  }

  package var name: String { "activation gradient" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    output.forEachStretch(of: worker) { image, block, pixels in
      let pixel = pixels.lowerBound
      loops.table.activation_slope(
        memory.input + value.offset(image: image, block: block, pixel: pixel),
        memory.second.required + gradient.offset(image: image, block: block, pixel: pixel),
        memory.output + output.offset(image: image, block: block, pixel: pixel), pixels.count, activation, isResult)
    }
  }
}

import Kernels
import Tensors

/// A step before memory is laid out: a kernel and the values it works on.
struct StepDraft: Sendable {
  /// What a step reads or writes.
  enum Operand: Hashable, Sendable {
    case value(Computation.Value)
    /// The caller's memory, in row-major order.
    case input(Int)
    case output(Int)
    /// A constant among the packed weights, in row-major order.
    case constant(Computation.Value)

    /// The value that lies in the arena.
    var value: Computation.Value? {
      if case .value(let value) = self { value } else { nil }
    }
  }

  var kernel: any Kernel
  var input: Operand
  var second: Operand?
  var residual: Operand?
  var output: Operand
  /// The channels of the output that the step writes, where those are not all.
  var channels: Range<Int>?
  var labels: [Computation.Label]
  /// The output's shape, with the batch.
  var shape: [Int]
  var macs = 0
  /// Whether an image of what the step writes depends on other images of the batch.
  var mixesImages = false
  /// What the kernel's weights are packed from.
  var source: Tensor?

  var reads: [Operand] { [input, second, residual].compactMap { $0 } }
}

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
    /// A given tensor in the state, in row-major order.
    case state(Computation.Value)
    /// A tensor of the state that plans share in training, in row-major order.
    case shared(StateTensor)

    /// The value that lies in the arena.
    var value: Computation.Value? {
      if case .value(let value) = self { value } else { nil }
    }
  }

  /// What a step writes.
  struct Write: Hashable, Sendable {
    var operand: Operand
    /// The channels that are written, where those are not all.
    var channels: Range<Int>?
  }

  var kernel: any Kernel
  /// The inputs in the kernel's order, then the residual if there is one.
  var reads: [Operand]
  var writes: [Write]
  var labels: [Computation.Label]
  /// The output's shape, with the batch.
  var shape: [Int]
  var macs = 0
  /// Whether an image of what the step writes depends on other images of the batch.
  var mixesImages = false
  /// What the kernel's weights are made from; nil if it has none.
  var weights: StepWeights?

  /// Everything the step reads or writes.
  var operands: [Operand] { reads + writes.map(\.operand) }
}

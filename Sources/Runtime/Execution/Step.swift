import Kernels
import Tensors

/// A kernel with the memory it works on.
struct Step: Sendable {
  /// Where an operand begins.
  enum Location: Hashable, Sendable {
    /// Floats from the start of the arena.
    case arena(Int)
    /// Floats from the start of the packed weights.
    case weights(Int)
    /// The caller's, by the index of an input or output, in row-major order.
    case input(Int)
    case output(Int)
  }

  /// What a step reads or writes.
  struct Operand: Hashable, Sendable {
    var location: Location
    /// Floats from a round's part to the next round's; 0 where each round has the same memory, and outside of rounds.
    var roundStride = 0
  }

  var kernel: any Kernel
  var input: Operand
  var second: Operand?
  var residual: Operand?
  var output: Operand
  /// Floats from the start of the packed weights.
  var weights: Int
  /// Floats from the start of the arena.
  var scratch: Int
  /// The layers that the step computes.
  var labels: [Computation.Label]
  /// The output's shape, with the batch.
  var shape: [Int]
  /// Multiply-accumulates of convolutions and linear layers, for the whole batch.
  var macs: Int
}

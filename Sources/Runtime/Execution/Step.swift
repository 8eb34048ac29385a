import Kernels
import Tensors

/// A kernel with the memory it works on.
struct Step: Sendable {
  /// Where an operand begins.
  enum Location: Hashable, Sendable {
    /// Floats from the start of the arena.
    case arena(Int)
    /// Floats from the start of the state: what outlives a run, in row-major order.
    case state(Int)
    /// Floats from the start of the state that plans share in training, in row-major order.
    case shared(Int)
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
  /// The inputs in the kernel's order, then the residual if there is one.
  var reads: [Operand]
  var writes: [Operand]
  /// Floats from the start of the packed weights.
  var weights = 0
  /// Floats from the start of the arena.
  var scratch = 0
  /// The layers that the step computes.
  var labels: [Computation.Label] = []
  /// The output's shape, with the batch.
  var shape: [Int] = []
  /// Multiply-accumulates of convolutions and linear layers, for the whole batch.
  var macs = 0
}

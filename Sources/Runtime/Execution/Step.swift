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

  var kernel: any Kernel
  var input: Location
  var second: Location?
  var residual: Location?
  var output: Location
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

import Kernels
import Tensors
import Testing

/// Operands of a kernel and what the plain path makes of them.
struct KernelCase {
  var input: Tensor
  var second: Tensor?
  var residual: Tensor?
  var expected: Tensor
  /// What the kernel's weights are packed from.
  var weights = KernelWeights()
  /// The largest error allowed, relative to the largest element of what is expected.
  var tolerance = 1e-6

  /// Where the operands lie.
  struct Places {
    var input: BlockedMaps
    var second: BlockedMaps
    var output: BlockedMaps
    var residualStride: Int?
  }

  /// Runs a kernel on each instruction set with one to four workers and compares with what is expected: the same bits
  /// for any number of workers, nothing written elsewhere, and finite numbers in the spare lanes.
  ///
  /// Images of all operands lie `gap` floats further apart than they need.
  func check(
    gap: Int = 0, _ place: String = "", sourceLocation: SourceLocation = #_sourceLocation,
    _ make: (Places, Loops) -> any Kernel
  ) {
    let source = BlockedMemory(input, gap: gap)
    let other = second.map { BlockedMemory($0, gap: 2 * gap, filler: -1.5) }
    let added = residual.map { BlockedMemory($0, gap: 3 * gap, filler: 0.25) }
    for loops in availableLoops {
      var bits = BlockedMemory.Bits()
      for workers in 1...4 {
        let target = BlockedMemory(expected.shape, gap: 4 * gap)
        let places = Places(
          input: source.maps, second: other?.maps ?? source.maps, output: target.maps,
          residualStride: added?.maps.imageStride)
        let kernel = make(places, loops)
        kernel.run(source, second: other, residual: added, into: target, weights: weights, workers: workers)
        if workers == 1 {
          bits = target.bits
          let error = target.tensor.error(to: expected)
          #expect(
            error <= tolerance, "\(kernel.name) with \(loops.set) \(input.shape) \(place)",
            sourceLocation: sourceLocation)
          #expect(target.areSpareLanesFinite, "\(kernel.name) with \(loops.set)", sourceLocation: sourceLocation)
        }
        #expect(target.bits == bits, "\(kernel.name) with \(workers) workers", sourceLocation: sourceLocation)
        #expect(target.isGuardIntact, "\(kernel.name) with \(loops.set)", sourceLocation: sourceLocation)
      }
    }
  }
}

/// Shapes around the width of blocks: one to five images, odd sizes.
let shapes: [[Int]] = [
  [1, 1, 5, 7], [2, 3, 1, 9], [1, 15, 7, 3], [3, 16, 4, 6], [1, 17, 9, 9], [2, 24, 3, 5], [5, 40, 2, 1],
  [1, 33, 13, 11],
]

/// Activations of every kind.
let activations: [Activation] = [
  .relu, .relu6, .leakyReLU(slope: 0.1), .leakyReLU(slope: 1.5), .elu(alpha: 1.3), .selu, .gelu, .approximateGELU,
  .silu, .hardSwish, .mish, .sigmoid, .hardSigmoid, .tanh(), .tanh(gain: 1.7159, slope: 2.0 / 3),
  .softplus(beta: 1, threshold: 20), .softplus(beta: 2.5, threshold: 10),
]

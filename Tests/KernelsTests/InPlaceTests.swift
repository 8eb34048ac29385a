import Kernels
import Testing

@testable import Tensors

/// Kernels that may write over an operand give the same bits when they do.
@Suite("Kernels in place")
struct InPlaceTests {
  @Test(arguments: shapes)
  func overTheInput(shape: [Int]) {
    var generator = SeededGenerator(state: UInt64(shape[1]))
    let input = Tensor.random(shape, in: -3...3, using: &generator)
    let channels = Tensor.random([shape[1]], using: &generator).elements
    check(input) { ActivationKernel(input: $0, output: $0, activation: .mish, loops: $1) }
    check(input, KernelWeights(scale: channels, bias: channels)) {
      AffineKernel(input: $0, output: $0, epilogue: Epilogue(activation: .silu), loops: $1)
    }
    let weight = Tensor(channels)
    check(input, KernelWeights(weight: weight)) { PReLUKernel(input: $0, output: $0, loops: $1) }
    check(input, KernelWeights(weight: weight)) {
      GroupNormKernel(input: $0, output: $0, groups: 1, epsilon: 1e-5, loops: $1)
    }
    check(input, KernelWeights(weight: weight, bias: channels)) {
      ChannelNormKernel(input: $0, output: $0, epsilon: 1e-5, loops: $1)
    }
    check(input) { SoftmaxKernel(input: $0, output: $0, isLogarithm: false, loops: $1) }
    check(input) { SoftmaxKernel(input: $0, output: $0, isLogarithm: true, loops: $1) }
  }

  @Test(arguments: shapes)
  func overTheResidual(shape: [Int]) {
    var generator = SeededGenerator(state: UInt64(shape[1]))
    let input = Tensor.random(shape, using: &generator)
    let residual = Tensor.random(shape, using: &generator)
    let gate = Tensor.random([shape[0], shape[1], 1, 1], using: &generator)
    for loops in availableLoops {
      for workers in 1...4 {
        let (source, gates) = (BlockedMemory(input), BlockedMemory(gate))
        let (apart, target, both) = (BlockedMemory(residual), BlockedMemory(shape), BlockedMemory(residual))
        let kernel = GateKernel(
          input: source.maps, gate: gates.maps, output: target.maps,
          epilogue: Epilogue(activation: .relu, residualImageStride: apart.maps.imageStride), loops: loops)
        kernel.run(source, second: gates, residual: apart, into: target)
        kernel.run(source, second: gates, residual: both, into: both, workers: workers)
        #expect(both.bits == target.bits)
      }
    }
  }

  private func check(
    _ input: Tensor, _ weights: KernelWeights = KernelWeights(), _ make: (BlockedMaps, Loops) -> any Kernel
  ) {
    for loops in availableLoops {
      for workers in 1...4 {
        let (source, target) = (BlockedMemory(input), BlockedMemory(input.shape))
        let kernel = make(source.maps, loops)
        kernel.run(source, into: target, weights: weights)
        kernel.run(source, into: source, weights: weights, workers: workers)
        #expect(source.bits == target.bits, "\(kernel.name) with \(loops.set) and \(workers) workers")
        #expect(source.isGuardIntact)
      }
    }
  }
}

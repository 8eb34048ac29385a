import Kernels
import Testing

@testable import Tensors

@Suite("Historical kernels and maxout")
struct HistoricalTests {
  @Test(arguments: 0..<20)
  func connectedConvolutions(seed: Int) {
    var generator = SeededGenerator(state: UInt64(seed))
    let inputs = [1, 6, 15, 17].randomElement(using: &generator) ?? 1
    let outputs = [1, 16, 17, 24].randomElement(using: &generator) ?? 1
    let connections = (0..<outputs).map { _ in
      Array((0..<inputs).shuffled(using: &generator).prefix(Int.random(in: 1...inputs, using: &generator)))
    }
    let window = SlidingWindow(
      vertical: .random(over: 7, using: &generator), horizontal: .random(over: 9, using: &generator))
    let input = Tensor.random([1 + seed % 3, inputs, 7, 9], using: &generator)
    let weight = Tensor.random(
      [connections.map(\.count).reduce(0, +), window.vertical.kernel, window.horizontal.kernel], using: &generator)
    let bias = seed % 2 == 0 ? nil : Tensor.random([outputs], using: &generator)
    let plain = Plain.conv2D(input, weight: weight, bias: bias, window: window, connections: connections)
    KernelCase(
      input: input, expected: plain, weights: KernelWeights(weight: weight, bias: bias?.elements), tolerance: 3e-6
    ).check(gap: seed % 2 * 16) { places, loops in
      ConnectedConvolution(
        input: places.input, output: places.output, window: window, connections: connections, loops: loops)
    }
  }

  @Test(arguments: [1, 15, 16, 17, 84], [1, 10, 17])
  func radialBasis(features: Int, outputs: Int) {
    var generator = SeededGenerator(state: UInt64(features))
    let input = Tensor.random([3, features], using: &generator)
    let centers = Tensor.random([outputs, features], using: &generator)
    KernelCase(
      input: input, expected: Plain.radialBasis(input, centers: centers), weights: KernelWeights(weight: centers)
    ).check(gap: 16) { places, _ in
      RadialBasisKernel(input: places.input, output: places.output)
    }
  }

  @Test(arguments: shapes, [(1, 1), (2, 2), (3, 1), (4, 3)])
  func depthPools(shape: [Int], pool: (kernel: Int, stride: Int)) {
    guard pool.kernel <= shape[1] else { return }
    var generator = SeededGenerator(state: UInt64(shape[1]))
    let input = Tensor.random(shape, using: &generator)
    for isMaximum in [false, true] {
      let expected = Plain.depthPool(input, kernel: pool.kernel, stride: pool.stride, isMaximum: isMaximum)
      KernelCase(input: input, expected: expected).check(gap: 16) {
        DepthPoolKernel(
          input: $0.input, output: $0.output, kernel: pool.kernel, stride: pool.stride, isMaximum: isMaximum,
          loops: $1)
      }
    }
  }
}

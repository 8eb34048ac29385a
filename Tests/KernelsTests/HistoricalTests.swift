import Kernels
import Testing

@testable import Tensors

@Suite("Historical kernels and maxout")
struct HistoricalTests {
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

import Kernels
import SyntheticTensors
import Testing

@testable import Tensors

@Suite("Pools by blocks")
struct PoolingTests {
  @Test(arguments: Draws.seeds(30))
  func windows(seed: Int) {
    var generator = SeededGenerator(state: UInt64(seed))
    let channels = [1, 3, 15, 16, 17, 24, 40].randomElement(using: &generator) ?? 1
    let shape = [
      Int.random(in: 1...5, using: &generator), channels, .random(in: 1...13, using: &generator),
      .random(in: 1...13, using: &generator),
    ]
    let input = Tensor.random(shape, using: &generator)
    let window = SlidingWindow(
      vertical: .random(over: shape[2], using: &generator), horizontal: .random(over: shape[3], using: &generator))
    let gap = [0, 16, 64].randomElement(using: &generator) ?? 0
    KernelCase(input: input, expected: Plain.maxPool(input, window: window)).check(gap: gap) {
      MaxPoolKernel(input: $0.input, output: $0.output, window: window, loops: $1)
    }
    for countsPadding in [false, true] {
      let expected = Plain.averagePool(input, window: window, countsPadding: countsPadding)
      KernelCase(input: input, expected: expected).check(gap: gap) {
        AveragePoolKernel(
          input: $0.input, output: $0.output, window: window, countsPadding: countsPadding, loops: $1)
      }
    }
    let weight = Tensor.random([channels], using: &generator)
    let bias = Tensor.random([channels], using: &generator)
    let weights = KernelWeights(weight: weight, bias: bias.elements)
    let expected = Plain.subsample(input, weight: weight, bias: bias, window: window)
    KernelCase(input: input, expected: expected, weights: weights).check(gap: gap) {
      SubsampleKernel(input: $0.input, output: $0.output, window: window, loops: $1)
    }
  }

  /// With `round: ceil` the last window hangs over the padding, too.
  @Test func windowsOverTheEnd() {
    var generator = SeededGenerator(state: 3)
    let input = Tensor.random([2, 17, 6, 6], using: &generator)
    let axis = SlidingWindow.Axis(kernel: 3, stride: 2, before: 0, after: 0, outputs: 3)
    let padded = SlidingWindow.Axis(kernel: 3, stride: 2, before: 1, after: 1, outputs: 4)
    let window = SlidingWindow(vertical: axis, horizontal: padded)
    KernelCase(input: input, expected: Plain.maxPool(input, window: window)).check {
      MaxPoolKernel(input: $0.input, output: $0.output, window: window, loops: $1)
    }
    for countsPadding in [false, true] {
      KernelCase(input: input, expected: Plain.averagePool(input, window: window, countsPadding: countsPadding)).check {
        AveragePoolKernel(
          input: $0.input, output: $0.output, window: window, countsPadding: countsPadding, loops: $1)
      }
    }
  }

  @Test(arguments: 0..<9)
  func nanIsTheLargest(at place: Int) {
    var elements = (0..<9).map { Float($0) - 4 }
    elements[place] = .nan
    let input = Tensor(elements, shape: [1, 1, 3, 3])
    let axis = SlidingWindow.Axis(kernel: 2, outputs: 2)
    let window = SlidingWindow(vertical: axis, horizontal: axis)
    let expected = Plain.maxPool(input, window: window).elements
    for loops in availableLoops {
      let (source, target) = (BlockedMemory(input), BlockedMemory([1, 1, 2, 2]))
      MaxPoolKernel(input: source.maps, output: target.maps, window: window, loops: loops).run(source, into: target)
      for (result, expected) in zip(target.tensor.elements, expected) {
        #expect(result == expected || result.isNaN && expected.isNaN)
      }
      let whole = BlockedMemory([1, 1, 1, 1])
      AdaptivePoolKernel(input: source.maps, output: whole.maps, isMaximum: true, loops: loops)
        .run(source, into: whole)
      #expect(whole.tensor.elements[0].isNaN)
    }
  }

  @Test(arguments: shapes, [(1, 1), (2, 3), (7, 7), (1, 5)])
  func adaptivePools(shape: [Int], size: (Int, Int)) {
    var generator = SeededGenerator(state: UInt64(shape[1]))
    let input = Tensor.random(shape, using: &generator)
    for isMaximum in [false, true] {
      let expected =
        isMaximum
        ? Plain.adaptiveMaxPool(input, height: size.0, width: size.1)
        : Plain.adaptiveAveragePool(input, height: size.0, width: size.1)
      KernelCase(input: input, expected: expected).check(gap: 16) {
        AdaptivePoolKernel(input: $0.input, output: $0.output, isMaximum: isMaximum, loops: $1)
      }
    }
  }
}

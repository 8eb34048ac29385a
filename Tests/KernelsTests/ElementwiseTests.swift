import Kernels
import Testing

@testable import Tensors

@Suite("Elementwise kernels")
struct ElementwiseTests {
  /// Activations, and whether a residual is added before.
  private static let epilogues: [(Activation?, Bool)] = [
    (nil, false), (nil, true), (.relu, true), (.relu6, false), (.leakyReLU(slope: 0.2), true), (.silu, false),
    (.silu, true),
  ]

  @Test(arguments: shapes, [0, 48])
  func affine(shape: [Int], gap: Int) {
    var generator = SeededGenerator(state: UInt64(shape[1] + gap))
    let input = Tensor.random(shape, using: &generator)
    let residual = Tensor.random(shape, using: &generator)
    let scale = Tensor.random([shape[1]], using: &generator).elements
    let shift = Tensor.random([shape[1]], using: &generator).elements
    for (activation, isAdded) in Self.epilogues {
      for (scale, shift) in [(scale, shift), (nil, shift), (scale, nil), (nil, nil)] as [([Float]?, [Float]?)] {
        let sums = Plain.affine(input, weight: scale.map { Tensor($0) }, bias: shift.map { Tensor($0) })
        let residual = isAdded ? residual : nil
        KernelCase(
          input: input, residual: residual, expected: finished(sums, residual, activation),
          weights: KernelWeights(scale: scale, bias: shift)
        ).check(gap: gap) {
          AffineKernel(
            input: $0.input, output: $0.output,
            epilogue: Epilogue(activation: activation, residualImageStride: $0.residualStride), loops: $1)
        }
      }
    }
  }

  @Test(arguments: shapes, [0, 48])
  func joins(shape: [Int], gap: Int) {
    var generator = SeededGenerator(state: UInt64(shape[1] + gap))
    let first = Tensor.random(shape, using: &generator)
    let second = Tensor.random(shape, using: &generator)
    let residual = Tensor.random(shape, using: &generator)
    let joins: [(JoinKernel.Join, Tensor)] = [
      (.sum, Plain.add([first, second])), (.product, Plain.multiply(first, by: second)),
      (.maximum, Plain.maximum([first, second])),
    ]
    for (join, joined) in joins {
      for (activation, isAdded) in Self.epilogues {
        let residual = isAdded ? residual : nil
        let expected = finished(joined, residual, activation)
        KernelCase(input: first, second: second, residual: residual, expected: expected).check(gap: gap) {
          JoinKernel(
            join, input: $0.input, second: $0.second, output: $0.output,
            epilogue: Epilogue(activation: activation, residualImageStride: $0.residualStride), loops: $1)
        }
      }
    }
  }

  @Test func theMaximumWithNaNIsNaN() {
    let (first, second) = (Tensor([.nan, 1, .nan, 2]), Tensor([1, .nan, .nan, 3]))
    for loops in availableLoops {
      let (a, b) = (
        BlockedMemory(first.reshaped(to: [1, 1, 1, 4])), BlockedMemory(second.reshaped(to: [1, 1, 1, 4]))
      )
      let target = BlockedMemory([1, 1, 1, 4])
      JoinKernel(.maximum, input: a.maps, second: b.maps, output: target.maps, loops: loops)
        .run(a, second: b, into: target)
      let result = target.tensor.elements
      #expect(result.map(\.isNaN) == [true, true, true, false] && result[3] == 3)
    }
  }

  @Test(arguments: shapes)
  func aChainOfJoinsWorksInPlace(shape: [Int]) {
    var generator = SeededGenerator(state: UInt64(shape[1]))
    let inputs = (0..<3).map { _ in Tensor.random(shape, using: &generator) }
    let expected = Plain.add(inputs)
    for loops in availableLoops {
      for workers in 1...4 {
        let blocked = inputs.map { BlockedMemory($0) }
        let target = BlockedMemory(shape)
        JoinKernel(.sum, input: blocked[0].maps, second: blocked[1].maps, output: target.maps, loops: loops)
          .run(blocked[0], second: blocked[1], into: target, workers: workers)
        JoinKernel(.sum, input: target.maps, second: blocked[2].maps, output: target.maps, loops: loops)
          .run(target, second: blocked[2], into: target, workers: workers)
        #expect(target.tensor.error(to: expected) < 1e-6)
      }
    }
  }

  @Test(arguments: shapes, [0, 48])
  func gates(shape: [Int], gap: Int) {
    var generator = SeededGenerator(state: UInt64(shape[1] + gap))
    let input = Tensor.random(shape, using: &generator)
    let residual = Tensor.random(shape, using: &generator)
    for gateShape in [[shape[0], shape[1], 1, 1], [shape[0], shape[1]], [shape[0], 1, shape[2], shape[3]]] {
      let gate = Tensor.random(gateShape, using: &generator)
      let gated = Plain.multiply(input, by: gate)
      for (activation, isAdded) in Self.epilogues {
        let residual = isAdded ? residual : nil
        let expected = finished(gated, residual, activation)
        KernelCase(input: input, second: gate, residual: residual, expected: expected).check(gap: gap) {
          GateKernel(
            input: $0.input, gate: $0.second, output: $0.output,
            epilogue: Epilogue(activation: activation, residualImageStride: $0.residualStride), loops: $1)
        }
      }
    }
  }

  @Test(arguments: shapes, [0, 48])
  func preLU(shape: [Int], gap: Int) {
    var generator = SeededGenerator(state: UInt64(shape[1] + gap))
    let input = Tensor.random(shape, using: &generator)
    for count in [1, shape[1]] {
      let slopes = Tensor.random([count], using: &generator)
      KernelCase(
        input: input, expected: Plain.preLU(input, weight: slopes), weights: KernelWeights(weight: slopes)
      ).check(gap: gap) {
        PReLUKernel(input: $0.input, output: $0.output, loops: $1)
      }
    }
  }

  private func finished(_ sums: Tensor, _ residual: Tensor?, _ activation: Activation?) -> Tensor {
    let added = residual.map { Plain.add([sums, $0]) } ?? sums
    return activation.map { Plain.activate(added, $0) } ?? added
  }
}

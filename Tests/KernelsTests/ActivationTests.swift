import Kernels
import Testing

@testable import Tensors

@Suite("Activations by blocks")
struct ActivationTests {
  /// Numbers where functions change their nature or their neighbours overflow.
  static let edges: [Float] = [
    0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0.5, -0.5, 3, -3, 6, -6, 9, -9, 20, -20, 20.00001, 40, -40, 80, -80,
    87.3, -87.3, 88, -88, 88.7, -88.7, 88.8, -88.8, 104, -104, 150, -150, 1e4, -1e4, 1e20, -1e20,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNormalMagnitude, -.leastNormalMagnitude,
    .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 0x1p-133, -0x1p-133, 1e-20, -1e-20, 1e-8, -1e-8, 1e-4, -1e-4,
    1.0000001, 0.34657, -0.34657, 0.34659, -0.34659, 0.69314, -0.69316, 0.8813, -0.8814,
  ]

  @Test(arguments: activations)
  func edgesAreThoseOfThePlainPath(_ activation: Activation) {
    check(Tensor(Self.edges, shape: [1, 1, 1, Self.edges.count]), activation)
  }

  @Test(arguments: activations)
  func numbersOfAllSizesAreThoseOfThePlainPath(_ activation: Activation) {
    var generator = SeededGenerator(state: 17)
    for range: ClosedRange<Float> in [-1...1, -10...10, -100...100, -0.01...0.01] {
      check(.random([1, 17, 9, 13], in: range, using: &generator), activation)
    }
  }

  /// Compares element by element, in units of the result's and of the argument's last place: some functions of the
  /// plain path cancel, so that their error is relative to the argument.
  private func check(_ input: Tensor, _ activation: Activation) {
    let expected = Plain.activate(input, activation).elements
    for loops in availableLoops {
      let (source, target) = (BlockedMemory(input), BlockedMemory(input.shape))
      ActivationKernel(input: source.maps, output: target.maps, activation: activation, loops: loops)
        .run(source, into: target)
      for (x, (result, expected)) in zip(input.elements, zip(target.tensor.elements, expected)) {
        let scale = cancels(activation) ? max(abs(x), abs(expected)) : abs(expected)
        let allowed = 6 * scale.ulp + Float.leastNormalMagnitude
        let isRight = result == expected || result.isNaN && expected.isNaN || abs(result - expected) <= allowed
        if !isRight { Issue.record("\(activation) of \(x) with \(loops.set) is \(result), not \(expected)") }
      }
    }
  }

  private func cancels(_ activation: Activation) -> Bool {
    switch activation {
    case .gelu, .approximateGELU: true
    default: false
    }
  }

  @Test(arguments: shapes, [0, 32])
  func workersShareTheWork(shape: [Int], gap: Int) {
    var generator = SeededGenerator(state: UInt64(shape[1]))
    let input = Tensor.random(shape, in: -5...5, using: &generator)
    for activation in activations {
      KernelCase(input: input, expected: Plain.activate(input, activation)).check(gap: gap) { places, loops in
        ActivationKernel(input: places.input, output: places.output, activation: activation, loops: loops)
      }
    }
  }
}

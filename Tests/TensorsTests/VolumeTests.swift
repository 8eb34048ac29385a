import Testing

@testable import Tensors

@Suite("Slices of volumes") struct VolumeTests {
  /// A volume of three slices of 1×2: windows of two, the first of which begins beside it.
  @Test func windowsOverTheDepth() {
    let volume = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 1, 3, 2])
    let window = SlidingWindow.Axis(kernel: 2, stride: 2, before: 1, outputs: 2)
    let slices = Plain.unfoldDepth(volume, depth: 3, window: window)
    #expect(slices == Tensor([0, 0, 1, 2, 3, 4, 5, 6], shape: [2, 2, 1, 2]))
    #expect(Plain.sumDepth(slices, bias: nil, depth: 3, window: window) == volume)
    let dense = SlidingWindow.Axis(kernel: 2, outputs: 2)
    let twice = Plain.sumDepth(
      Plain.unfoldDepth(volume, depth: 3, window: dense), bias: Tensor([10]), depth: 3, window: dense)
    #expect(twice == Tensor([11, 12, 16, 18, 15, 16], shape: [1, 1, 3, 2]))
  }

  @Test func tapsBesideTheVolumeAreNone() {
    let window = SlidingWindow.Axis(kernel: 3, stride: 2, dilation: 2, before: 2, outputs: 2)
    #expect((0..<3).map { window.slice(of: 0, tap: $0, in: 4) } == [nil, 0, 2])
    #expect((0..<3).map { window.slice(of: 1, tap: $0, in: 4) } == [0, 2, nil])
  }

  /// Signals and volumes are maps to operations: between two of them tracing notes nothing.
  @Test func formsAreNoOperations() {
    let computation = Computation.tracing([[2, 3, 8], [1, 4, 2, 3, 3]]) { inputs, _ in
      inputs.map { Operations.Scale(2)(Operations.Activate(.relu)($0)) }
    }
    let shapes = [[2, 3, 8], [1, 4, 2, 3, 3]]
    let maps = [[2, 3, 1, 8], [1, 4, 6, 3]].flatMap { Array(repeating: $0, count: 3) }
    #expect(computation.nodes.map(\.shape) == shapes + maps)
    #expect(computation.inputShapes == shapes)
    #expect(computation.outputShapes == computation.inputShapes)
    let inputs = [Tensor(repeating: -1, shape: [2, 3, 8]), Tensor(repeating: 2, shape: [1, 4, 2, 3, 3])]
    #expect(computation.plain(inputs) == [Tensor(zeros: [2, 3, 8]), Tensor(repeating: 4, shape: [1, 4, 2, 3, 3])])
    let double = computation.plain(inputs.map(DoubleTensor.init(converting:)))
    #expect(double.map(\.shape) == computation.outputShapes)
  }

  /// One value that a caller has under two shapes.
  @Test func aValueMayHaveTwoForms() {
    let computation = Computation.tracing([[1, 2, 3]]) { inputs, _ in
      [inputs[0], inputs[0].reshaped(to: [1, 2, 1, 3]), inputs[0].reshaped(to: [1, 6])]
    }
    let input = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 2, 3])
    #expect(computation.plain([input]) == [[1, 2, 3], [1, 2, 1, 3], [1, 6]].map { input.reshaped(to: $0) })
  }
}

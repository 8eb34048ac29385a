import SyntheticTensors
import Testing

@testable import Tensors

@Suite("Pools by their definition")
struct PoolingTests {
  private func window(_ kernel: Int, _ stride: Int, before: Int, after: Int, outputs: Int) -> SlidingWindow {
    let axis = SlidingWindow.Axis(kernel: kernel, stride: stride, before: before, after: after, outputs: outputs)
    return SlidingWindow(vertical: axis, horizontal: axis)
  }

  @Test(arguments: 0..<40)
  func randomWindows(_ seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let (height, width) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random))
    var window = SlidingWindow(
      vertical: .random(over: height, using: &random), horizontal: .random(over: width, using: &random))
    let input = Tensor(syntheticInput: "x", shape: [.random(in: 1...5, using: &random), 2, height, width])
    var largest = Tensor(repeating: -.infinity, shape: [input.shape[0], 2] + window.sizes)
    each(largest.shape, window) { n, c, y, x, iy, ix in
      if 0..<height ~= iy && 0..<width ~= ix { largest[n, c, y, x] = max(largest[n, c, y, x], input[n, c, iy, ix]) }
    }
    #expect(Plain.maxPool(input, window: window) == largest)

    // Average pools have no dilation.
    window.vertical.dilation = 1
    window.horizontal.dilation = 1
    var (sums, counts) = (Tensor(zeros: largest.shape), Tensor(zeros: largest.shape))
    each(sums.shape, window) { n, c, y, x, iy, ix in
      sums[n, c, y, x] += Float(input.padded(n, c, iy, ix))
      if iy < height + window.vertical.after && ix < width + window.horizontal.after { counts[n, c, y, x] += 1 }
    }
    let means = Tensor(zip(sums.elements, counts.elements).map { $0 / $1 }, shape: sums.shape)
    #expect(Plain.averagePool(input, window: window, countsPadding: true).error(to: means) < 1e-6)
  }

  /// Calls a closure with each output and each input position under its window.
  private func each(
    _ shape: [Int], _ window: SlidingWindow, _ body: (Int, Int, Int, Int, _ row: Int, _ column: Int) -> Void
  ) {
    let (rows, columns) = (window.vertical, window.horizontal)
    for n in 0..<shape[0] {
      for c in 0..<shape[1] {
        for y in 0..<shape[2] {
          for x in 0..<shape[3] {
            for tap in 0..<rows.kernel * columns.kernel {
              body(
                n, c, y, x, y * rows.stride - rows.before + tap / columns.kernel * rows.dilation,
                x * columns.stride - columns.before + tap % columns.kernel * columns.dilation)
            }
          }
        }
      }
    }
  }

  /// Rounding up, the last window of a 4×4 input hangs over its edge.
  @Test func aWindowOverTheEdgeCountsOnlyWhatIsThere() {
    let input = Tensor((1...16).map(Float.init), shape: [1, 1, 4, 4])
    let window = window(3, 2, before: 0, after: 0, outputs: 2)
    #expect(Plain.maxPool(input, window: window).elements == [11, 12, 15, 16])
    #expect(Plain.averagePool(input, window: window, countsPadding: true).elements == [6, 7.5, 12, 13.5])
  }

  @Test func paddingCountsInTheMeanOrNot() {
    let input = Tensor(repeating: 9, shape: [1, 1, 2, 2])
    let window = window(3, 1, before: 1, after: 1, outputs: 2)
    #expect(Plain.averagePool(input, window: window, countsPadding: true).elements == [4, 4, 4, 4])
    #expect(Plain.averagePool(input, window: window, countsPadding: false).elements == [9, 9, 9, 9])
  }

  @Test func nanIsTheLargest() {
    let input = Tensor([1, .nan, 3, 4], shape: [1, 1, 2, 2])
    #expect(Plain.maxPool(input, window: window(2, 1, before: 0, after: 0, outputs: 1))[0, 0, 0, 0].isNaN)
    #expect(Plain.adaptiveMaxPool(input, height: 1, width: 1)[0, 0, 0, 0].isNaN)
    #expect(Plain.maximum([input, Tensor(zeros: [1, 1, 2, 2])])[0, 0, 0, 1].isNaN)
    let functions: [(Tensor) -> Tensor] = [
      Plain.relu, Plain.relu6, Plain.hardSwish, Plain.silu, Plain.gelu, Plain.mish,
    ]
    for function in functions {
      #expect(function(input)[0, 0, 0, 1].isNaN && !function(input)[0, 0, 0, 0].isNaN)
    }
  }

  @Test func largeArgumentsStayFinite() {
    let input = Tensor([-1000, 0, 1000], shape: [1, 3])
    #expect(Plain.softmax(input).elements == [0, 0, 1])
    #expect(Plain.logSoftmax(input).elements == [-2000, -1000, 0])
    #expect(Plain.sigmoid(input).elements == [0, 0.5, 1])
    #expect(Plain.softplus(input, beta: 1, threshold: 20).elements.last == 1000)
    #expect(
      Plain.batchNorm(
        input, mean: Tensor([0, 0, 0]), variance: Tensor([1, 4, 1]), weight: nil, bias: Tensor([1, 2, 3]), epsilon: 0
      ).elements == [-999, 2, 1003])
  }
}

extension SlidingWindow {
  fileprivate var sizes: [Int] { [vertical.outputs, horizontal.outputs] }
}

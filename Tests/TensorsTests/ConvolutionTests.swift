import SyntheticTensors
import Testing

@testable import Tensors

@Suite("Convolutions by their definition")
struct ConvolutionTests {
  /// The definition, in double precision.
  private func definition(
    _ input: Tensor, _ weight: Tensor, _ bias: Tensor?, _ window: SlidingWindow, groups: Int
  ) -> Tensor {
    let (rows, columns) = (window.vertical, window.horizontal)
    var output = Tensor(zeros: [input.shape[0], weight.shape[0], rows.outputs, columns.outputs])
    for n in 0..<output.shape[0] {
      for o in 0..<output.shape[1] {
        let first = o / (weight.shape[0] / groups) * weight.shape[1]
        for y in 0..<rows.outputs {
          for x in 0..<columns.outputs {
            var sum = bias.map { Double($0[o]) } ?? 0
            for c in 0..<weight.shape[1] {
              for ky in 0..<rows.kernel {
                for kx in 0..<columns.kernel {
                  let iy = y * rows.stride + ky * rows.dilation - rows.before
                  let ix = x * columns.stride + kx * columns.dilation - columns.before
                  sum += Double(weight[o, c, ky, kx]) * input.padded(n, first + c, iy, ix)
                }
              }
            }
            output[n, o, y, x] = Float(sum)
          }
        }
      }
    }
    return output
  }

  @Test(arguments: Draws.seeds(30))
  func randomConfigurations(_ seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let (height, width) = (Int.random(in: 1...11, using: &random), Int.random(in: 1...11, using: &random))
    let window = SlidingWindow(
      vertical: .random(over: height, using: &random), horizontal: .random(over: width, using: &random))
    let groups = Int.random(in: 1...4, using: &random)
    let (channels, outputs) = (Int.random(in: 1...3, using: &random), Int.random(in: 1...5, using: &random))
    let input = Tensor(
      syntheticInput: "x", shape: [.random(in: 1...5, using: &random), channels * groups, height, width])
    let weight = Tensor(
      synthetic: "weight", shape: [outputs * groups, channels, window.vertical.kernel, window.horizontal.kernel])
    let bias = Bool.random(using: &random) ? Tensor(synthetic: "bias", shape: [outputs * groups]) : nil
    let found = Plain.conv2D(input, weight: weight, bias: bias, window: window, groups: groups)
    #expect(found.error(to: definition(input, weight, bias, window, groups: groups)) < 2e-6, "\(window) \(input)")
  }

  /// Outputs around a tile's pixels and around the four rows that are computed together.
  @Test(arguments: [1, 7, 8, 9, 31, 32, 33, 65], 1...5)
  func sizesAroundTheTile(_ pixels: Int, _ outputs: Int) {
    let window = SlidingWindow(
      vertical: SlidingWindow.Axis(kernel: 1, outputs: 1),
      horizontal: SlidingWindow.Axis(kernel: 3, before: 1, after: 1, outputs: pixels))
    let input = Tensor(syntheticInput: "x", shape: [2, 3, 1, pixels])
    let weight = Tensor(synthetic: "weight", shape: [outputs, 3, 1, 3])
    let found = Plain.conv2D(input, weight: weight, bias: nil, window: window)
    #expect(found.error(to: definition(input, weight, nil, window, groups: 1)) < 2e-6)
  }

  @Test func connectionsAreADenseConvolutionWithZeros() {
    let connections = [[0, 2], [1], [2, 1, 0]]
    let sparse = Tensor(synthetic: "weight", shape: [6, 2, 2])
    var dense = Tensor(zeros: [3, 3, 2, 2])
    var kernel = 0
    for (output, row) in connections.enumerated() {
      for channel in row {
        for tap in 0..<4 { dense[output, channel, tap / 2, tap % 2] = sparse[kernel, tap / 2, tap % 2] }
        kernel += 1
      }
    }
    let table = Operations.TableWeight(connections, channels: 3, kernel: [2, 2])
    #expect(table(sparse) == dense)
    let gradient = Operations.TableWeightGradient(table, shape: [6, 2, 2])([dense])
    #expect(gradient == sparse)
  }

  /// A transposed convolution is the adjoint: `⟨conv(x), y⟩ = ⟨x, transposed(y)⟩`.
  @Test(arguments: Draws.seeds(20))
  func transposedIsTheAdjoint(_ seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let (height, width) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random))
    let window = SlidingWindow(
      vertical: .random(over: height, using: &random), horizontal: .random(over: width, using: &random))
    let groups = Int.random(in: 1...3, using: &random)
    let x = Tensor(syntheticInput: "x", shape: [2, 2 * groups, height, width])
    let weight = Tensor(
      synthetic: "weight", shape: [3 * groups, 2, window.vertical.kernel, window.horizontal.kernel])
    let image = Plain.conv2D(x, weight: weight, bias: nil, window: window, groups: groups)
    let y = Tensor(syntheticInput: "y", shape: image.shape)
    let back = Plain.transposedConv2D(
      y, weight: weight, bias: nil, window: window, groups: groups, outputs: (height, width))
    let left = zip(image.elements, y.elements).map { Double($0) * Double($1) }
    let right = zip(x.elements, back.elements).map { Double($0) * Double($1) }
    let size = left.map(abs).reduce(1, +)
    #expect(abs(left.reduce(0, +) - right.reduce(0, +)) < 1e-6 * size)
  }

  @Test(arguments: [1, 7, 8, 9, 16, 17, 100])
  func linearAndRadialBasis(_ features: Int) {
    let x = Tensor(syntheticInput: "x", shape: [3, features])
    let (weight, bias) = (Tensor(synthetic: "weight", shape: [5, features]), Tensor(synthetic: "bias", shape: [5]))
    var (products, distances) = (Tensor(zeros: [3, 5]), Tensor(zeros: [3, 5]))
    for n in 0..<3 {
      for o in 0..<5 {
        let pairs = (0..<features).map { (Double(x[n, $0]), Double(weight[o, $0])) }
        products[n, o] = Float(pairs.reduce(Double(bias[o])) { $0 + $1.0 * $1.1 })
        distances[n, o] = Float(pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
      }
    }
    #expect(Plain.linear(x, weight: weight, bias: bias).error(to: products) < 2e-6)
    #expect(Plain.radialBasis(x, centers: weight).error(to: distances) < 2e-6)
  }
}

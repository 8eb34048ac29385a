import Foundation
import Testing

@testable import Tensors

/// Every operation's gradient against differences in double precision, and against its own linearity.
@Suite("Gradients of operations")
struct GradientTests {
  /// Half of the distance between the two points of a difference: its error is about the square of it, and that of
  /// rounding 1e-16 over it.
  private static let step = 1e-6
  /// Elements of an operand that are moved.
  private static let samples = 10

  @Test(arguments: GradientCase.all)
  func differencesAgree(_ gradientCase: GradientCase) throws {
    let made = try gradientCase.gradients(seed: 7)
    var generator = SeededGenerator(state: 11)
    for (place, gradient) in made.gradients.enumerated() {
      let isStatistic = place >= made.gradients.count - gradientCase.statistics
      #expect((gradient == nil) == (isStatistic || gradientCase.fixed[place] != nil), "operand \(place)")
      guard let gradient else { continue }
      #expect(gradient.shape == made.inputs[place].shape)
      let largest = gradient.elements.map(abs).max() ?? 0
      for index in gradient.elements.indices.shuffled(using: &generator).prefix(Self.samples) {
        func product(_ distance: Double) -> Double {
          var inputs = made.inputs
          inputs[place].withUnsafeMutableBufferPointer { $0[index] += distance }
          return made.computation.plain(inputs)[1].elements[0]
        }
        let difference = (product(Self.step) - product(-Self.step)) / (2 * Self.step)
        let found = gradient.elements[index]
        #expect(
          abs(difference - found) <= 1e-7 * max(1, largest, abs(made.product)),
          "operand \(place), element \(index): \(found), but differences say \(difference)")
      }
    }
  }

  /// ⟨v, J·u⟩ = ⟨Jᵀ·v, u⟩, where J·u is the operation itself.
  @Test(arguments: GradientCase.all.filter(\.isLinear))
  func linearOperationsAreAdjoint(_ gradientCase: GradientCase) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let made = try gradientCase.gradients(seed: seed)
      var (product, size) = (0.0, 0.0)
      for (input, gradient) in zip(made.inputs, made.gradients).prefix(gradientCase.operands.inputs.count) {
        for (x, g) in zip(input.elements, gradient?.elements ?? []) {
          (product, size) = (product + x * g, size + abs(x * g))
        }
      }
      #expect(abs(product - made.product) <= 1e-13 * size)
    }
  }

  /// Each file of operations that has a gradient is in the table of cases; those that gradients are made of have none.
  @Test func everyOperationIsChecked() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let folder = tests.appendingPathComponent("../../../Sources/Tensors/Operations").standardizedFileURL
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    var operations: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split { " :{".contains($0) }.map(String.init)
        guard words.starts(with: ["package", "struct"]), words.count > 3, !words.contains("GradientOperation") else {
          continue
        }
        if words[3].hasSuffix("Operation") { operations.insert(words[2]) }
      }
    }
    #expect(operations.count > 40)
    #expect(operations.subtracting(GradientCase.all.map(\.operation.name)) == [])
  }

  /// Corners, where a derivative does not exist.
  @Test func corners() throws {
    let corners: [(Activation, x: Double, Double)] = [
      (.relu, 0, 0), (.relu6, 0, 0), (.relu6, 6, 0), (.leakyReLU(slope: 0.1), 0, 0.1), (.hardSigmoid, -3, 0),
      (.hardSigmoid, 3, 0),
    ]
    for (activation, x, expected) in corners {
      let given =
        activation.differentiatesResult
        ? Plain.activate(DoubleTensor([x], shape: [1, 1]), activation).elements[0] : x
      #expect(activation.derivative(at: given) == expected, "\(activation) at \(x)")
    }
    // Of equal maxima the first has it all, also where windows overlap.
    let window = SlidingWindow(
      vertical: .init(kernel: 2, outputs: 1), horizontal: .init(kernel: 2, stride: 1, outputs: 2))
    let operands = Operands([
      DoubleTensor([1, 10], shape: [1, 1, 1, 2]), DoubleTensor([3, 3, 3, 3, 3, 3], shape: [1, 1, 2, 3]),
    ])
    #expect(Operations.MaxPoolGradient(window).plain(operands).elements == [1, 10, 0, 0, 0, 0])
    let equal = DoubleTensor([5], shape: [1, 1])
    for (position, share) in [2.0, 0, 0].enumerated() {
      let gradient = Operations.MaximumGradient(position: position).plain(
        Operands([DoubleTensor([2], shape: [1, 1]), equal, equal, equal]))
      #expect(gradient.elements == [share])
    }
  }
}

extension GradientCase {
  /// The operands that are a batch norm's statistics, which get no gradient.
  fileprivate var statistics: Int { [operands.mean, operands.variance].compactMap { $0 }.count }
}

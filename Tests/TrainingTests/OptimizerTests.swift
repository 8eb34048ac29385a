import Foundation
import Testing
import Training

/// Optimizers against PyTorch's and timm's: see Tests/Fixtures/record_optimizers.py.
@Suite struct OptimizerTests {
  static let cases: [(name: String, optimizer: Optimizer)] = [
    ("sgd", .sgd(rate: 0.1)),
    ("sgd-decay", .sgd(rate: 0.1, decay: 0.05)),
    ("sgd-momentum", .sgd(rate: 0.1, momentum: 0.9, decay: 0.01)),
    ("sgd-dampening", .sgd(rate: 0.1, momentum: 0.9, dampening: 0.3)),
    ("sgd-nesterov", .sgd(rate: 0.1, momentum: 0.8, nesterov: true, decay: 0.01)),
    ("adam", .adam(rate: 0.02)),
    ("adam-decay", .adam(rate: 0.02, beta1: 0.8, beta2: 0.99, epsilon: 1e-3, decay: 0.1)),
    ("adamw", .adamW(rate: 0.02, decay: 0.1)),
    ("rmsprop", .rmsprop(rate: 0.02)),
    ("rmsprop-momentum", .rmsprop(rate: 0.02, alpha: 0.9, epsilon: 1e-3, momentum: 0.9, decay: 0.01)),
    (
      "rmsprop-tensorflow",
      .rmsprop(rate: 0.02, alpha: 0.9, epsilon: 1e-3, momentum: 0.9, epsilonInside: true, decay: 0.01)
    ),
    ("rmsprop-tensorflow-plain", .rmsprop(rate: 0.02, alpha: 0.9, epsilon: 1e-3, epsilonInside: true)),
  ]

  /// The values after each step of a run in a precision.
  private static func run<Scalar: BinaryFloatingPoint>(_ optimizer: Optimizer, as: Scalar.Type) -> [[Double]] {
    var values = (1...4).map { Scalar(cos(Double($0))) }
    let slots = optimizer.slots.map { slot in
      let elements = UnsafeMutableBufferPointer<Scalar>.allocate(capacity: values.count)
      elements.initialize(repeating: Scalar(slot.start))
      return elements
    }
    defer { for slot in slots { slot.deallocate() } }
    return (0..<6).map { step in
      let gradient = (1...4).map { Scalar(sin(Double(3 * $0 + 7 * step))) }
      gradient.withUnsafeBufferPointer { gradient in
        values.withUnsafeMutableBufferPointer {
          optimizer.update($0, gradient: gradient, slots: slots, step: step)
        }
      }
      return values.map { Double($0) }
    }
  }

  @Test(arguments: cases.indices)
  func stepsArePyTorchs(index: Int) throws {
    let (name, optimizer) = Self.cases[index]
    let recorded = try RecordedLines.read("optimizers.txt", names: 2)
    for (step, values) in Self.run(optimizer, as: Double.self).enumerated() {
      let expected = try #require(recorded["\(name) \(step)"])
      #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-13 }, "\(name), step \(step): \(values)")
    }
    for (step, values) in Self.run(optimizer, as: Float.self).enumerated() {
      let expected = try #require(recorded["\(name) \(step)"])
      #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 2e-6 }, "\(name), step \(step): \(values)")
    }
  }

  /// A fixture that has an optimizer which no case names would prove less than it says.
  @Test func everyRecordedOptimizerIsTested() throws {
    let recorded = Set(try RecordedLines.read("optimizers.txt", names: 2).keys.map { $0.split(separator: " ")[0] })
    #expect(recorded == Set(Self.cases.map { Substring($0.name) }))
  }

  @Test func momentumMoves() {
    for (_, optimizer) in Self.cases {
      #expect(optimizer.with(momentum: 0.5).momentum == 0.5)
      #expect(optimizer.with(momentum: optimizer.momentum) == optimizer)
    }
  }

  /// The norm of some elements does not depend on how they are grouped elsewhere, and clipping leaves small ones alone.
  @Test func clipping() {
    let elements = (0..<10_000).map { Float(sin(Double($0))) }
    let sum = elements.withUnsafeBufferPointer { GradientClipping.sumOfSquares($0) }
    let squares = elements.map { Double($0) * Double($0) }
    #expect(abs(sum - squares.reduce(0, +)) < 1e-9)
    let clipping = GradientClipping(largestNorm: 2)
    #expect(clipping.factor(norm: 1) == 1)
    let factor = 2 / (4 + 1e-6)
    #expect(clipping.factor(norm: 4) == factor)
  }

  @Test func averages() {
    var average: [Double] = [1, 2]
    let values: [Double] = [3, -2]
    values.withUnsafeBufferPointer { values in
      average.withUnsafeMutableBufferPointer { WeightAverage(decay: 0.75).update($0, towards: values) }
    }
    #expect(average == [1.5, 1])
  }
}

import Shapes
import Testing

@testable import Layers

@Suite("Hostile values")
struct HostileFieldTests {
  /// Makes every kind from random extreme values and asks it everything, with inputs of every size: an error is fine, a
  /// trap ends the run.
  @Test(arguments: RegistryTests.keywords)
  func nothingTraps(_ keyword: String) throws {
    let declaration = try #require(LayerRegistry.declaration(keyword))
    var generator = SeededGenerator(seed: 3)
    var made = 0
    for _ in 0..<2000 {
      var values: [String: FieldValue] = [:]
      for field in declaration.fields where field.isRequired || Bool.random(using: &generator) {
        values[field.name] = value(of: field.type, using: &generator)
      }
      guard let layer = try? declaration.makeLayer(values) else { continue }
      made += 1
      for _ in 0..<4 { ask(layer, inputs(of: declaration.kind, using: &generator)) }
    }
    #expect(made > 0)
  }

  private func ask(_ layer: any LayerKind, _ inputs: [Shape]) {
    _ = (layer.summary(axes: inputs[0].axisCount), layer.operation, layer.reach(over: inputs[0]))
    do {
      let output = try layer.outputShape(of: inputs)
      let numbers = output.dimensions.compactMap(\.value)
      #expect(numbers.allSatisfy { $0 > 0 }, "\(layer) of \(inputs) is \(output)")
      #expect(layer.tensors(for: inputs).allSatisfy { $0.elements > 0 })
      if let macs = layer.macs(for: inputs, output: output).value { #expect(macs >= 0) }
      #expect(!layer.explanation(for: inputs, output: output).isEmpty)
    } catch {
      #expect(!error.message.isEmpty)
    }
  }

  private static let integers = [
    -1, 0, 1, 2, 3, 4, 7, 8, 64, 1000, 65_536, 1 << 30, FieldReader.largestInt - 1, FieldReader.largestInt,
  ]

  private func integer(_ generator: inout SeededGenerator) -> Int {
    Self.integers.randomElement(using: &generator) ?? 1
  }

  private func value(of type: Field.FieldType, using generator: inout SeededGenerator) -> FieldValue {
    switch type {
    case .int(let range): return .int(min(max(integer(&generator), range.lowerBound), range.upperBound))
    case .size(let range):
      let numbers = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        max(integer(&generator), range.lowerBound)
      }
      return .size(
        numbers.count == 1 && Bool.random(using: &generator) ? AxisSizes(numbers[0]) : AxisSizes(axes: numbers))
    case .float:
      let floats = [0, 1e-300, 1e-5, 0.1, 0.5, 1, 1.1, 2, 1e6, .greatestFiniteMagnitude, .infinity, -.infinity, .nan]
      return .float(floats.randomElement(using: &generator) ?? 1)
    case .bool: return .bool(Bool.random(using: &generator))
    case .padding:
      let sides = (0..<6).map { _ in max(0, integer(&generator)) }
      let explicit = Padding.explicit(PaddingSizes(list: Array(sides.prefix(Int.random(in: 1...6, using: &generator)))))
      let all: [Padding] = [
        .valid, .half, .same, .symmetric(AxisSizes(sides[0], sides[1])), .symmetric(sides[0]), explicit,
      ]
      return .padding(all.randomElement(using: &generator) ?? .valid)
    case .word(let words): return .word(words.randomElement(using: &generator) ?? "")
    case .text: return .text("digits.txt")
    case .ints: return .ints((0..<Int.random(in: 0...4, using: &generator)).map { _ in integer(&generator) })
    case .intTable:
      return .intTable(
        (0..<Int.random(in: 0...4, using: &generator)).map { _ in [integer(&generator), integer(&generator)] })
    case .initializers: return .initializers([])
    case .node: return .text("")
    }
  }

  private func inputs(of kind: any LayerKind.Type, using generator: inout SeededGenerator) -> [Shape] {
    let ranks = [1, 3, 3, 3, 2, 2, 4, 5, 0]
    let sizes = [1, 2, 3, 7, 8, 64, 224, 1 << 31, 1 << 40, Int.max - 1, Int.max]
    let count = max(
      kind.inputCount.lowerBound, min(kind.inputCount.upperBound, Int.random(in: 1...3, using: &generator)))
    let first = Shape(
      (0..<(ranks.randomElement(using: &generator) ?? 3)).map { axis in
        Int.random(in: 0..<6, using: &generator) == 0
          ? Extent.symbol(["C", "H", "W", "D", "E"][axis]) : .known(sizes.randomElement(using: &generator) ?? 1)
      })
    return (0..<count).map { index in
      var shape = first
      if index > 0, shape.rank > 0, Bool.random(using: &generator) {
        shape.dimensions[Int.random(in: 0..<shape.rank, using: &generator)] = .known(1)
      }
      return shape
    }
  }
}

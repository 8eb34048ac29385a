import Foundation
import Shapes
import Testing

@testable import Layers

@Suite("The registry")
struct RegistryTests {
  static let keywords = LayerRegistry.all.map(\.keyword)

  @Test(arguments: keywords)
  func kindHasACase(_ keyword: String) {
    #expect(LayerCase.all.contains { $0.keyword == keyword })
  }

  @Test(arguments: keywords)
  func kindIsDocumented(_ keyword: String) throws {
    let declaration = try #require(LayerRegistry.declaration(keyword))
    let documentation = declaration.kind.documentation
    #expect(documentation.summary.hasSuffix("."))
    #expect(!documentation.formula.isEmpty)
    #expect(documentation.example.contains(keyword))
    #expect(documentation.source?.isEmpty != true)
    #expect(!declaration.kind.namePrefix.isEmpty)
    for field in declaration.fields {
      #expect(!field.documentation.isEmpty && !field.documentation.hasSuffix("."), "field \(field.name)")
    }
  }

  @Test(arguments: keywords)
  func exampleIsALayer(_ keyword: String) throws {
    let declaration = try #require(LayerRegistry.declaration(keyword))
    _ = try declaration.makeLayer(exampleValues(declaration))
  }

  /// The fields in an example such as `conv: {out: 64, kernel: [1, 7]}`.
  private func exampleValues(_ declaration: LayerDeclaration) throws -> [String: FieldValue] {
    let example = declaration.kind.documentation.example
    guard example.hasPrefix(declaration.keyword + ": {") else { return [:] }
    var values: [String: FieldValue] = [:]
    var depth = 0
    let fields = example.dropFirst(declaration.keyword.count + 3).dropLast().split { character in
      depth += character == "[" ? 1 : character == "]" ? -1 : 0
      return character == "," && depth == 0
    }
    for text in fields {
      let parts = text.split(separator: ":").map { $0.filter { !" []".contains($0) } }
      let field = try #require(declaration.field(named: parts[0]), "field \(parts[0])")
      values[field.name] = try parseValue(parts[1], as: field.type)
    }
    return values
  }

  @Test func groupsAreInOrder() {
    let groups = LayerDocumentation.Group.allCases
    let order = LayerRegistry.all.compactMap { groups.firstIndex(of: $0.kind.documentation.group) }
    #expect(order == order.sorted())
    #expect(Set(order).count == groups.count)
  }

  /// A word with a default must be one that the field takes, and every default must lie in its field's range.
  @Test func defaultsAreValid() throws {
    for declaration in LayerRegistry.all {
      for field in declaration.fields {
        if let value = field.defaultValue { try field.check(value) }
      }
    }
  }

  @Test func kindsWithTensorsHaveInitializers() throws {
    for layerCase in LayerCase.all where !layerCase.tensors.isEmpty && layerCase.keyword != "rbf" {
      guard let declaration = LayerRegistry.declaration(layerCase.keyword), declaration.keyword != "batch_norm" else {
        continue
      }
      #expect(declaration.fields.last?.name == "init", "\(layerCase.keyword)")
    }
  }

  /// Whatever a stage wants to know of a kind, it asks the declaration.
  @Test func noStageTellsKindsApartByTheirKeywords() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Sources")
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter {
      $0.hasSuffix(".swift") && !$0.hasPrefix("Layers/")
    }
    #expect(files.count > 100)
    for file in files {
      let text = try String(contentsOf: sources.appendingPathComponent(file), encoding: .utf8)
      for line in text.split(separator: "\n") where line.contains("keyword") {
        for keyword in Self.keywords {
          let asks = ["keyword == \"\(keyword)\"", "keyword != \"\(keyword)\"", "\"\(keyword)\"].contains($0.keyword)"]
          #expect(!asks.contains { line.contains($0) }, "\(file): \(line)")
        }
      }
    }
  }
}

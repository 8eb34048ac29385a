import Foundation
import Shapes
import Tensors
import Testing

@testable import Layers

/// The worked examples of docs/adding-a-layer.md: the page shows the files in Guide/, which are compiled, and the rows of
/// cases that are checked here.
@Suite("The guide to adding a layer")
struct GuideTests {
  private static let cases = [
    LayerCase("squared_relu", "8x5x4", "8x5x4"),
    LayerCase("squared_relu", "3", "3", numbers: "-1 0.5 3 → 0 0.25 9"),
    LayerCase("gated_unit", "16x7x9", "8x7x9"),
    LayerCase("gated_unit", "2", "1", numbers: "2 0 → 1"),
    LayerCase("gated_unit gate=tanh", "4", "2", numbers: "3 -2 0.5 0 → 1.3863515 0"),
  ]

  private static let kinds = [LayerDeclaration(SquaredReLU.self), LayerDeclaration(GatedUnit.self)]

  private static func page() throws -> String {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../docs/adding-a-layer.md")
    return try String(contentsOf: file, encoding: .utf8)
  }

  @Test(arguments: ["SquaredReLU", "GatedUnit"])
  func showsWhatIsCompiled(_ name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Guide/\(name).swift")
    let source = try String(contentsOf: file, encoding: .utf8)
    let shown = source.replacingOccurrences(of: "@testable import Layers\n\n", with: "")
    #expect(try Self.page().contains("```swift\n\(shown)```"), "the page and \(name).swift differ")
  }

  @Test(arguments: cases)
  func casesHold(_ layerCase: LayerCase) throws {
    let declaration = try #require(Self.kinds.first { $0.keyword == layerCase.keyword })
    let values = layerCase.layer.hasSuffix("gate=tanh") ? ["gate": FieldValue.word("tanh")] : [:]
    let layer = try declaration.makeLayer(values)
    #expect(try layer.outputShape(of: parseShapes(layerCase.inputs)) == parseShape(layerCase.output))
    if layerCase.numbers != nil { try layerCase.checkNumbers(of: layer) }
    let row = "LayerCase(\"\(layerCase.layer)\", \"\(layerCase.inputs)\", \"\(layerCase.output)\""
    #expect(try Self.page().contains(row), "the page does not show the row of \(layerCase)")
  }

  @Test func whatAKindRefusesIsSaid() throws {
    let layer = try Self.kinds[1].makeLayer([:])
    let error = #expect(throws: ShapeError.self) { try layer.outputShape(of: [parseShape("3x8x8")]) }
    #expect(error?.message == "gated_unit halves the channels, but the input has 3")
    #expect(try Self.page().contains(error?.message ?? "?"))
  }
}

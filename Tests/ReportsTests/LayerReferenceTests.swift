import Layers
import Reports
import Testing

@Suite("The reference of layer kinds on a terminal") struct LayerReferenceTests {
  @Test("keeps to the terminal's width but for its examples, and loses no word", arguments: [40, 60, 80, 100])
  func width(columns: Int) throws {
    func words(_ text: String) -> [String] { text.split { " \n:;,".contains($0) }.map(String.init) }
    for kind in LayerRegistry.all.map(\.keyword) + ["residual", "for_each"] {
      let text = try #require(LayerReference.detail(kind, width: columns))
      let whole = try #require(LayerReference.detail(kind))
      for line in text.split(separator: "\n") where !line.hasPrefix("  - ") {
        #expect(line.count <= columns || !line.drop { $0 == " " }.contains(" "), "\(kind): \(line)")
      }
      let left = Set(words(whole)).subtracting(words(text))
      #expect(left.isSubset(of: ["field", "type", "default"]), "\(kind): \(left)")
    }
    let list = LayerReference.list(width: columns)
    #expect(list.split(separator: "\n").allSatisfy { $0.count <= columns })
    #expect(words(list) == words(LayerReference.list()))
  }

  @Test func aTableThatFitsIsATable() throws {
    #expect(LayerReference.detail("conv", width: 300) == LayerReference.detail("conv"))
  }
}

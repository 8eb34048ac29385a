import Analysis
import Diagnostics
import Foundation
import Frontend
import GraphIR
import Reports
import SpecLanguage
import Testing

@Suite struct SweepReportTests {
  /// The sweeps of a spec of the repository, with some figures expected of it replaced.
  private static func entries(replacing old: String = "", with new: String = "") throws -> [SweepReport.Entry] {
    let root = String(#filePath.dropLast("Tests/ReportsTests/SweepReportTests.swift".count))
    let bytes = try DiskFiles().read(root + "specs/mobilenet_v1.yaml", limit: 1 << 20)
    var text = String(decoding: bytes, as: UTF8.self)
    if !old.isEmpty { text = text.replacing(old, with: new) }
    let swept = SweepCompilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])) { MemoryPlan($0)?.peakBytes }
    let spec = try #require(swept.spec)
    return swept.tables.map { .init(file: "m.yaml", model: spec.model, table: $0) }
  }

  /// Howard et al. 2017, arXiv:1704.04861, tables 6 and 7.
  @Test func textHasThePapersFiguresBesideOurs() throws {
    #expect(
      SweepReport.text(try Self.entries()) == """
        MobileNetV1 · table6  (m.yaml)

        alpha     params  paper          MACs  paper     memory
        ───────────────────────────────────────────────────────
          1.0  4,231,976  4.2M ✓  568,740,352  569M ✓  4.59 MiB
         0.75  2,585,560  2.6M ✓  325,400,448  325M ✓  3.45 MiB
          0.5  1,331,592  1.3M ✓  149,497,088  149M ✓  2.30 MiB
         0.25    470,072  0.5M ✓   41,030,272  41M ✓   1.15 MiB

        MobileNetV1 · table7  (m.yaml)

        resolution     params         MACs  paper     memory
        ────────────────────────────────────────────────────
               224  4,231,976  568,740,352  569M ✓  4.59 MiB
               192  4,231,976  418,121,728  418M ✓  3.38 MiB
               160  4,231,976  290,675,200  290M ✓  2.34 MiB
               128  4,231,976  186,400,768  186M ✓  1.50 MiB

        """)
  }

  @Test func differencesStandBesideThePapersFigure() throws {
    let entries = try Self.entries(replacing: "macs: [569M, 325M", with: "macs: [560M, 327M")
    let text = SweepReport.text(entries)
    #expect(text.contains("560M ✗ +8,740,352"))
    #expect(text.contains("327M ✗ −1,599,552"))
    #expect(SweepReport.markdown(entries).contains("| 568,740,352 | 560M ✗ +8,740,352 |"))
    #expect(
      SweepReport.csv(entries).contains(
        "MobileNetV1,table6,1.0,,4231976,4.2M,4231976,,568740352,560M,4816896,false\r\n"))
  }

  @Test func jsonHasValuesFiguresAndExpectations() throws {
    let text = SweepReport.json(try Self.entries())
    let sweeps = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    #expect(sweeps.map { $0["sweep"] as? String } == ["table6", "table7"])
    let points = try #require(sweeps[0]["points"] as? [[String: Any]])
    #expect(points.map { $0["macs"] as? Int } == [568_740_352, 325_400_448, 149_497_088, 41_030_272])
    #expect(points.map { ($0["values"] as? [String: String])?["alpha"] } == ["1.0", "0.75", "0.5", "0.25"])
    let expected = points[3]["expected"] as? [String: [String: Any]]
    #expect(expected?["params"]?["text"] as? String == "0.5M")
    #expect(expected?["params"]?["agrees"] as? Bool == true)
  }

  @Test func expectationsAreReadAgain() throws {
    let text = SweepReport.expectations(try Self.entries())
    #expect(
      text.hasPrefix(
        "sweeps:\n  table6:\n    over: {alpha: [1.0, 0.75, 0.5, 0.25]}\n    expect:\n"
          + "      params: [4231976, 2585560, 1331592, 470072]\n"))
    let spec =
      "cnnc: 1\nparams: {alpha: float = 1, resolution: int = 8}\ninput: {channels: 3, size: 8}\nlayers: [relu]\n"
    let read = Compilation.spec(at: "m.yaml", files: MemoryFiles(texts: ["m.yaml": spec + text]))
    #expect(read?.sweeps.map(\.columns.count) == [2, 2])
  }

  @Test func plotIsWellFormedAndNamesEveryPoint() throws {
    let svg = SweepPlot.svg(try Self.entries(replacing: "MobileNetV1", with: "Mobile_Net"))
    let parser = XMLText.texts(in: svg)
    #expect(parser.isWellFormed)
    for label in [
      "alpha 1.0", "alpha 0.75", "alpha 0.25", "resolution 192", "Mobile_Net", "parameters", "table6: alpha",
    ] {
      #expect(parser.texts.contains(label))
    }
    #expect(parser.texts.contains { $0.contains("1,331,592 parameters, 149,497,088 MACs") })
    #expect(svg.split(separator: "<circle").count == 1 + 8 + 2)
  }

  @Test func plotOfOnePointOrNone() throws {
    var entries = try Self.entries()
    entries[0].table.points.removeLast(3)
    #expect(XMLText.texts(in: SweepPlot.svg([entries[0]])).isWellFormed)
    entries[0].table.points.removeAll()
    #expect(XMLText.texts(in: SweepPlot.svg([entries[0]])).isWellFormed)
  }

  @Test func plotEscapesHostileValues() throws {
    var entries = try Self.entries()
    entries[0].table.points[0].values = ["<a&\"\u{1B}"]
    let svg = SweepPlot.svg(entries)
    #expect(XMLText.texts(in: svg).isWellFormed)
    #expect(!svg.contains("\u{1B}"))
  }
}

/// The texts of an SVG picture, whose tags must match.
private struct XMLText {
  var texts: [String] = []
  var isWellFormed = true

  /// Reads what our writer writes: tags with quoted attributes and escaped text.
  static func texts(in svg: String) -> XMLText {
    var result = XMLText()
    var open: [Substring] = []
    for piece in svg.split(separator: "<", omittingEmptySubsequences: true) {
      guard let end = piece.firstIndex(of: ">") else {
        result.isWellFormed = false
        continue
      }
      let tag = piece[..<end]
      if tag.hasPrefix("/") {
        if open.popLast() != tag.dropFirst() { result.isWellFormed = false }
      } else if !tag.hasSuffix("/") {
        open.append(tag.prefix { $0 != " " })
      }
      if tag.count(where: { $0 == "\"" }) % 2 != 0 { result.isWellFormed = false }
      let text = piece[piece.index(after: end)...].filter { $0 != "\n" }
      if !text.isEmpty { result.texts.append(String(text)) }
    }
    if !open.isEmpty { result.isWellFormed = false }
    return result
  }
}

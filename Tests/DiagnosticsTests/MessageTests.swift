import Diagnostics
import Testing

/// What people write who know another library, the place and the words of the finding, and the text that a fix makes.
@Suite("Messages for what other libraries call otherwise") struct MessageTests {
  /// A text in which one thing is wrong.
  struct Case: Sendable, CustomTestStringConvertible {
    /// The layers, or with `isWhole` the whole spec.
    var text: String
    /// What the finding points at: its first occurrence in the text.
    var place: String
    var finding: String
    /// What the fix makes of the text; nil where no edit mends it.
    var fixed: String?
    var isWhole = false

    init(_ text: String, at place: String, _ finding: String, fixed: String? = nil, isWhole: Bool = false) {
      (self.text, self.place, self.finding, self.fixed, self.isWhole) = (text, place, finding, fixed, isWhole)
    }

    var testDescription: String { text }

    private static let head = "cnnc: 1\ninput: {channels: 3, size: 32}\nlayers:\n"

    static func whole(_ text: String) -> String { head + text }

    var spec: String { isWhole ? text : Self.whole(text) }
  }

  @Test(arguments: words + values + syntax + forms)
  func message(_ example: Case) throws {
    let found = Findings(of: example.spec)
    let finding = try #require(found.diagnostics.first, "nothing is found")
    #expect("\(finding.id.rawValue): \(finding.message)" == example.finding)
    let before = try #require(example.spec.firstRange(of: example.place)).lowerBound
    let lines = example.spec[..<before].split(separator: "\n", omittingEmptySubsequences: false)
    let column = (lines.last?.unicodeScalars.count ?? 0) + 1
    #expect(finding.span.start == Position(line: lines.count, column: column))
    let fixed = finding.fixes.map { found.sources[$0.edit.span.source].applying([$0.edit]) }
    guard let wanted = example.fixed else { return #expect(fixed.isEmpty, "\(finding.fixes)") }
    let text = example.isWhole ? wanted : Case.whole(wanted)
    #expect(fixed == [text])
    #expect(finding.fixes.allSatisfy { $0.isUnambiguous })
    let after = Findings(of: text)
    #expect(after.diagnostics.isEmpty && after.graph != nil, "\(after.diagnostics.map(\.message))")
  }

  @Test(arguments: superfluousTuples)
  func tuplesAreLeftOutWhole(_ fields: String) throws {
    let found = Findings(of: Case.whole("  - conv: \(fields)\n"))
    let finding = try #require(found.diagnostics.first { $0.message.contains("input_shape") })
    let edit = try #require(finding.fixes.first).edit
    let after = Findings(of: found.sources[edit.span.source].applying([edit]))
    #expect(after.diagnostics.isEmpty && after.graph?.nodes.count == 1, "\(after.diagnostics.map(\.message))")
  }

  /// A size that is a list is what parameters of the type take.
  @Test func inputOfTwoSides() throws {
    let found = Findings(of: "cnnc: 1\ninput: {channels: 3, size: [24, 32]}\nlayers: [relu]\n")
    #expect(found.graph?.input.description == "3×24×32")
    #expect(Findings(of: "cnnc: 1\ninput: {channels: 3, size: [24]}\nlayers: [relu]\n").diagnostics.count == 1)
  }

  /// libyaml's own words never come through, and the place is one of the text.
  @Test(arguments: [
    "layers: [relu,", "layers: [relu", "a: {b", "a: {b: c,", "a: [", "a: \"b", "a: 'b\n", "a: &\n", "a: * b\n",
    "a: !\n", "a: !<x\n", "a: !a!b c\n",
    "a: \"\\q\"\n", "a: \"\\xZZ\"\n", "a: \"\\uD800\"\n", "a: |0\n  b\n", "a: | b\n", "a: >x\n", "%YAML 1.1\n",
    "%YAML x\n---\n", "%\n", "%TAG !\n",
    "a: b: c\n", "- a\nb: c\n", "a: - b\n", "a: @b\n", "a: `b\n", "a: %b\n", "a\nb: c\n", "{a: b}}\n", "[a]]\n",
    "a: ]\n", "a: b\n c: d\n", "? a\n- b\n",
    "a: [b, , c]\n", "{,}\n", "a: 'b' c\n", "--- a\n... b\n", "a: \"b\n---\nc\"\n", "\t- a\n", "a:\n\t- b\n", "*a: b\n",
    "&a &b c\n", "a: [b: c: d]\n",
    "a: {b: [c}]\n", "- - a\n -b\n", ": a\n? b: c: d\n", "a: !!\n", "a: |\n\tb\n c\n",
  ])
  func ownWords(_ text: String) {
    let found = Findings(of: text)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
    for finding in found.diagnostics {
      for message in [finding.message] + finding.notes.map(\.message) {
        for words in [
          "did not find", "could not find", "while parsing", "while scanning", "the parser says", "found character",
          "block mapping", "block collection", "flow node",
        ] {
          #expect(!message.contains(words), "\(message)")
        }
      }
      #expect(finding.span.start.line <= max(1, lines))
    }
    #expect(!found.diagnostics.isEmpty)
  }
}

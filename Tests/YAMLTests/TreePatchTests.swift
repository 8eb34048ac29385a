import Diagnostics
import Testing

@testable import YAML

/// A text that is composed anew where it has changed has the tree that it has as a whole.
@Suite("Patched trees")
struct TreePatchTests {
  private static let texts = [
    "a: 1\nlayers:\n  - {name: x, conv: {out: 8}}\n  - relu\n  # a comment\n  - conv: {out: 16,\n      kernel: 3}\n  - seq:\n      - relu\n"
      + "      - {name: y, max_pool: {kernel: 2}}\n  - 'quoted: ×'\n  - >\n    folded\n    text\n\n  - |+\n    kept\n\n  - last\n"
      + "expect: {params: 1}\nb:\n",
    "layers:\n- a\n- b: 1\n  c: [1, 2]\n-\n  d: e\n- plain\n  over lines\n- f\nend: 1\n",
    "x: {y: 1}\nlayers:\r\n  - a\r\n  - b: 1\r\n    c: 2\r\n\r\n  - \"d\r\n    e\"\r\n  - f\r\n",
    "blocks:\n  B:\n    seq:\n      - relu\n      - conv: {out: 8}\nlayers:\n    - B\n    - - nested\n      - list\n    - B  # twice\n    - {from: [a, b], add}",
    "# top\nlist:\n  - é\n  - a: b\n  - &x {c: 1}\n  - *x\n",
  ]

  private static let pieces = [
    "{", "}", "[", "]", ":", " ", "\n", "- ", "'", "\"", "#", "×", "out: 8", "  - relu\n", "- x\n",
    "  - {conv: {out: 1}}\n", "    c: d\n", "name: a, ", "key: 1\n", "  ", "|\n", "---\n", "...\n", "%", "\r\n", "\r",
    "\t", "\u{85}", "&a ", "*a", "!t ", "1", ", ", "\u{2028}", "\n\n", "? ",
  ]

  /// SplitMix64.
  private struct Draws {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return Int((mixed ^ mixed >> 31) % UInt64(max(1, bound)))
    }
  }

  private static func string(_ scalars: [UnicodeScalar]) -> String { String(String.UnicodeScalarView(scalars)) }

  private func compose(_ file: SourceFile) -> YAMLNode? {
    var found = DiagnosticBag()
    let root = YAMLComposer.compose(file.bytes, source: SourceID(index: 0), into: &found)
    return found.isEmpty ? root : nil
  }

  private func edit(_ text: [UnicodeScalar], _ draws: inout Draws) -> [UnicodeScalar] {
    var text = text
    let start = draws.below(text.count + 1)
    let end = min(text.count, start + draws.below(draws.below(4) == 0 ? 60 : 4))
    switch draws.below(4) {
    case 0: text.removeSubrange(start..<end)
    case 1:
      let from = draws.below(text.count)
      text.insert(contentsOf: text[from..<min(text.count, from + draws.below(50))], at: start)
    case 2:
      // Whole lines, which keep a list what it is.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let line = lines[draws.below(lines.count)]
      var place = start
      while place > 0, text[place - 1] != "\n" { place -= 1 }
      text.insert(contentsOf: line + ["\n"], at: place)
    default: text.replaceSubrange(start..<end, with: Self.pieces[draws.below(Self.pieces.count)].unicodeScalars)
    }
    return text
  }

  @Test(arguments: texts.indices) func areThoseOfTheWholeText(number: Int) throws {
    var draws = Draws(state: UInt64(number))
    var patches = 0
    for _ in 0..<60 {
      var text = Array(Self.texts[number].unicodeScalars)
      var file = SourceFile(path: "x.yaml", bytes: Array(Self.texts[number].utf8))
      var root = try #require(compose(file))
      for _ in 0..<60 {
        let changed = edit(text, &draws)
        let other = SourceFile(path: "x.yaml", bytes: Array(Self.string(changed).utf8))
        let whole = compose(other)
        let patched = TreePatch.root(of: other, source: SourceID(index: 0), after: file, root)
        if let patched {
          patches += 1
          let isSame = whole.map { patched.isIdentical(to: $0) } ?? false
          #expect(isSame, "\(Self.string(text).debugDescription) → \(Self.string(changed).debugDescription)")
          guard isSame else { return }
        }
        guard let whole else { continue }
        (text, file, root) = (changed, other, patched ?? whole)
      }
    }
    // Anchors and breaks of YAML's own, which the last text has or comes to have, are for the whole text.
    #expect(patches > (number < Self.texts.count - 1 ? 200 : -1))
  }

  @Test func leaveItemsBeforeAndBehindAsTheyAre() throws {
    let lines = (0..<1000).map { "  - {name: a\($0), conv: {out: 8}}\n" }
    let old = SourceFile(path: "x.yaml", bytes: Array("layers:\n\(lines.joined())end: 1\n".utf8))
    let root = try #require(compose(old))
    var changed = lines
    changed[500] = "  - {name: other, conv: {out: 9}}\n  - relu\n"
    let new = SourceFile(path: "x.yaml", bytes: Array("layers:\n\(changed.joined())end: 1\n".utf8))
    let patched = try #require(TreePatch.root(of: new, source: SourceID(index: 0), after: old, root))
    #expect(patched.isIdentical(to: try #require(compose(new))))
    #expect(patched.entries?[0].value.items?.count == 1001)
    // A key among the items, an anchor and an open brace are for the whole text.
    for text in ["other: 1\n", "  - &a x\n", "  - {a\n", " - x\n", "    - x\n", "  - x\n...\n", "---\n"] {
      changed[500] = text
      let new = SourceFile(path: "x.yaml", bytes: Array("layers:\n\(changed.joined())end: 1\n".utf8))
      let isPatched = TreePatch.root(of: new, source: SourceID(index: 0), after: old, root) != nil
      #expect(!isPatched || compose(new) != nil, "\(text)")
    }
  }
}

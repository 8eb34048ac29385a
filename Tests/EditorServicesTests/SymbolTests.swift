import Diagnostics
import EditorServices
import Frontend
import GraphIR
import SpecLanguage
import Testing

@Suite struct SymbolTests {
  private func named(_ marked: String, files: [String: String] = [:]) -> NamedPlaces? {
    let document = MarkedText(marked)
    return Documents.snapshot(document.text, files: files).named(at: document.place)
  }

  private func mark(_ old: String, _ new: String) -> String { Documents.small.replacing(old, with: new) }

  private func lines(_ marked: String) -> [Int] {
    (named(marked)?.occurrences ?? []).map(\.span.start.line).sorted()
  }

  @Test func findsBlocks() {
    #expect(named(mark("- ConvBN: {out: out, s", "- Conv|BN: {out: out, s"))?.symbol == .block("ConvBN"))
    #expect(lines(mark("  ConvBN:\n", "  ConvBN|:\n")) == [8, 15, 17])
    #expect(lines(mark("layer1, Basic", "layer1, |Basic")) == [11, 22])
  }

  @Test func findsParametersOfBlocks() {
    #expect(
      named(mark("seq: [conv: {out: out,", "seq: [conv: {out: o|ut,"))?.symbol
        == .blockParameter(block: "ConvBN", "out"))
    // Declared, read, and given twice by Basic, which has an `out` of its own.
    #expect(lines(mark("seq: [conv: {out: out,", "seq: [conv: {out: o|ut,")) == [9, 10, 15, 17])
    #expect(
      lines(mark("- ConvBN: {out: out, stride: stride}", "- ConvBN: {out: o|ut, stride: stride}")) == [12, 15, 17, 22])
  }

  @Test func findsParametersOfTheModelAndFunctions() {
    #expect(lines(mark("{width: int", "{wid|th: int")) == [3, 21, 22, 29])
    #expect(lines(mark("twice(width)", "tw|ice(width)")) == [5, 22])
    #expect(named(mark("twice(c): 2 * c", "twice(c): 2 * |c"))?.symbol == .functionParameter(function: "twice", "c"))
    #expect(lines(mark("use: act", "use: a|ct")) == [3, 16])
  }

  @Test func findsNodesInReferencesAndExpressions() {
    #expect(lines(mark("from: stem", "from: st|em")) == [21, 23, 23])
    #expect(lines(mark("{out: stem.c", "{out: |stem.c")) == [21, 23, 23])
    #expect(lines(mark("[layer1, skip]", "[layer1, sk|ip]")) == [23, 24])
  }

  @Test func followsDottedPaths() {
    let text = """
      cnnc: 1
      input: {channels: 3, size: 32}
      blocks:
        B:
          layers: [{name: c1, conv: {out: 8, kernel: 1}}, {name: c2, relu}]
      layers:
        - {name: body, B, repeat: 2}
        - {name: features, seq: [relu, {name: mid, conv: {out: 4, kernel: 1}}]}
        - {from: body.1.c1, relu}
        - {from: features.mid, conv: {out: features.mid.c, kernel: 1}}

      """
    func lines(_ old: String, _ new: String) -> [Int] {
      (named(text.replacing(old, with: new))?.occurrences ?? []).map(\.span.start.line).sorted()
    }
    #expect(lines("from: body.1.c1", "from: body.1.c|1") == [5, 9])
    #expect(lines("from: body.1.c1", "from: bo|dy.1.c1") == [7, 9])
    #expect(lines("from: features.mid", "from: features.m|id") == [8, 10, 10])
  }

  @Test func readsImports() {
    let blocks = "cnnc: 1\nblocks:\n  Stem:\n    params: {out: int}\n    seq: [conv: {out: out, kernel: 3}]\n"
    let found = named(
      "cnnc: 1\nimport: [blocks.yaml]\ninput: {channels: 3, size: 32}\nlayers:\n  - Stem: {o|ut: 8}\n",
      files: ["/nets/blocks.yaml": blocks])
    #expect(found?.symbol == .blockParameter(block: "Stem", "out"))
    #expect(found?.occurrences.count == 3)
    #expect(Set((found?.occurrences ?? []).map(\.span.source.index)).count == 2)
  }

  @Test func findsThemInBrokenTexts() {
    #expect(
      lines(mark("  - global_avg_pool", "  - global_avg_pool: {").replacing("from: stem", with: "from: st|em")) == [
        21, 23, 23,
      ])
    #expect(named(mark("width", "wid|th").replacing("input: {", with: "input: [")) != nil)
  }

  @Test(arguments: [
    ("from: stem", "from: st|em", "head"), ("  Basic:\n", "  B|asic:\n", "Block2"),
    ("{width: int", "{wid|th: int", "w"),
    ("twice(width)", "tw|ice(width)", "double"), ("wide: {", "wi|de: {", "wider"), ("2 * c", "2 * |c", "channels"),
    ("use: act", "use: a|ct", "activation"), ("name: fc", "name: f|c", "classifier"),
  ]) func renames(old: String, new: String, name: String) throws {
    let document = MarkedText(mark(old, new))
    #expect(document.text == Documents.small)
    let files = MemoryFiles(texts: ["/nets/net.yaml": document.text])
    let rename = try Documents.snapshot(document.text).rename(at: document.place, to: name, files: files)
    let file = try #require(rename.sources.files.first)
    let renamed = file.applying(rename.edits["/nets/net.yaml"] ?? [])
    let before = try #require(Documents.snapshot(document.text).network)
    let after = try #require(Documents.snapshot(renamed).network)
    #expect(before.graph.isEqualButForNames(to: after.graph))
    #expect(renamed.contains(name))
    #expect(renamed != document.text)
  }

  @Test func tellsWhatIsNoLongerLoaded() throws {
    let document = MarkedText(mark("name: layer1", "name: lay|er1"))
    let files = MemoryFiles(texts: ["/nets/net.yaml": document.text])
    let snapshot = Documents.snapshot(document.text)
    let rename = try snapshot.rename(at: document.place, to: "body", files: files)
    #expect(rename.movedPaths.map(\.old) == ["layer1"])
    #expect(rename.movedPaths.map(\.new) == ["body"])
    let map = try #require(rename.weightMap)
    let file = try #require(rename.sources.files.first)
    let renamed = file.applying((rename.edits["/nets/net.yaml"] ?? []) + [map])
    #expect(renamed.hasSuffix("weights:\n  before_renaming:\n    body: layer1\n"))
    #expect(Documents.snapshot(renamed).findings.allSatisfy { $0.severity != .error })
    // A parameter moves nothing.
    let other = MarkedText(mark("{width: int", "{wid|th: int"))
    #expect(try snapshot.rename(at: other.place, to: "w", files: files).movedPaths.isEmpty)
  }

  @Test(arguments: [
    ("from: stem", "from: st|em", "layer1"), ("from: stem", "from: st|em", "a b"), ("from: stem", "from: st|em", ""),
    ("  Basic:\n", "  B|asic:\n", "basic"), ("{width: int", "{wid|th: int", "prev"),
    ("{width: int", "{wid|th: int", "act"),
    ("input: {", "inp|ut: {", "x"), ("from: stem", "from: st|em", "stem"),
  ]) func refuses(old: String, new: String, name: String) {
    let document = MarkedText(mark(old, new))
    let files = MemoryFiles(texts: ["/nets/net.yaml": document.text])
    #expect(throws: RenameError.self) {
      try Documents.snapshot(document.text).rename(at: document.place, to: name, files: files)
    }
  }

  private static let shared =
    "cnnc: 1\nblocks:\n  Stem:\n    params: {out: int}\n    seq: [conv: {out: out, kernel: 3}]\n"

  private static func reader(_ layer: String) -> String {
    "cnnc: 1\nimport: [blocks.yaml]\ninput: {channels: 3, size: 32}\nlayers:\n  - \(layer)\n"
  }

  /// Specs on the disk that read the same file are edited with the one that is open, or stand against the new name.
  @Test(arguments: [
    ("  St|em:\n", "Root", "Root: {out: 4}"), ("{ou|t: int", "width", "Stem: {width: 4}"),
  ]) func renamesInAllThatReadAFile(mark: String, name: String, wanted: String) throws {
    let document = MarkedText(Self.shared.replacing(mark.replacing("|", with: ""), with: mark))
    var texts = [
      "/nets/blocks.yaml": document.text, "/nets/a.yaml": Self.reader("Stem: {out: 4}"),
      "/nets/b.yaml": Self.reader("{name: one, Stem: {out: 4}}"), "/nets/c.yaml": "cnnc: 1\nlayers: [Stem]\n",
    ]
    let readers = ["/nets/a.yaml", "/nets/b.yaml", "/nets/c.yaml"]
    func renamed() throws -> Rename {
      let snapshot = Documents.snapshot(document.text, path: "/nets/blocks.yaml", files: texts)
      let user = Documents.snapshot(texts["/nets/a.yaml"] ?? "", path: "/nets/a.yaml", files: texts).network
      return try snapshot.rename(
        at: document.place, to: name, user: user, files: MemoryFiles(texts: texts), readers: { _ in readers })
    }
    let rename = try renamed()
    #expect(rename.edits.keys.sorted() == ["/nets/a.yaml", "/nets/b.yaml", "/nets/blocks.yaml"])
    for (path, edits) in rename.edits {
      let file = try #require(rename.sources.files.first { $0.path == path })
      texts[path] = file.applying(edits)
    }
    #expect(texts["/nets/a.yaml"] == Self.reader(wanted))
    #expect(Compilation("/nets/b.yaml", files: MemoryFiles(texts: texts)).graph != nil)
    // What has a fault cannot be tried.
    texts = ["/nets/blocks.yaml": document.text, "/nets/a.yaml": Self.reader("Stem: {out: 4}")]
    texts["/nets/b.yaml"] = Self.reader("Stem: {out: four}")
    let error = #expect(throws: RenameError.self) { try renamed() }
    #expect(error?.message.contains("/nets/b.yaml") == true)
    texts["/nets/b.yaml"] = Self.reader("Stem: {out: 4")
    #expect(throws: RenameError.self) { try renamed() }
  }

  /// Without a network there is nothing that a new name could be tried on, and two names could become one.
  @Test func namesStayWhileThereIsAFault() throws {
    let document = MarkedText(
      """
      cnnc: 1
      input: {channels: 3, size: 8}
      layers:
        - {name: st|em, conv: {out: 8, kernel: 3}}
        - {name: head, conv: {out: 8, kernle: 1}}
      """)
    let files = MemoryFiles(texts: ["/nets/net.yaml": document.text])
    #expect(throws: RenameError.self) {
      try Documents.snapshot(document.text).rename(at: document.place, to: "head", files: files)
    }
  }

  /// A name of each kind of each spec of the zoo: graphs stay equal but for the names.
  @Test(arguments: Documents.specs) func renamesInTheZoo(path: String) throws {
    let snapshot = try Documents.snapshot(of: path)
    guard let network = snapshot.network, network.graph.nodes.count < 150,
      let tree = FileTree(snapshot.file, source: SourceID(index: 0))
    else { return }
    var tried: Set<String> = []
    for occurrence in SymbolIndex([tree]).occurrences where !occurrence.isDeclaration {
      if case .builtin = occurrence.symbol { continue }
      let kind = String("\(occurrence.symbol)".prefix { $0 != "(" })
      guard tried.insert(kind).inserted else { continue }
      let name = "Renamed_\(occurrence.symbol.name)"
      do {
        let rename = try snapshot.rename(at: occurrence.span.start, to: name, files: DiskFiles())
        var texts: [String: [UInt8]] = [:]
        for (file, edits) in rename.edits {
          let source = try #require(rename.sources.files.first { $0.path == file })
          texts[file] = Array(source.applying(edits).utf8)
        }
        let after = try #require(Compilation(path, files: OverlaidFiles(texts)).graph)
        #expect(network.graph.isEqualButForNames(to: after), "\(occurrence.symbol)")
        #expect(texts[path] != snapshot.file.bytes)
      } catch let error as RenameError {
        // A projection fills in parameters by their names.
        let isFilledIn = ["out", "stride", "kernel"].contains(occurrence.symbol.name)
        #expect(isFilledIn, "\(occurrence.symbol): \(error.message)")
      }
    }
  }
}

import Diagnostics
import EditorServices
import Foundation
import SpecLanguage
import Testing

@Suite struct ServiceTests {
  private func hover(_ old: String, _ new: String) -> String? {
    let document = MarkedText(Documents.small.replacing(old, with: new))
    return Documents.snapshot(document.text).hover(at: document.place)?.markdown
  }

  @Test func hoverTellsOfLayers() throws {
    let text = try #require(hover("name: stem, conv", "name: stem, co|nv"))
    #expect(text.contains("3×32×32 → 16×32×32"))
    #expect(text.contains("448 parameters"))
    #expect(text.contains("sees 3×3"))
    #expect(text.contains("because"))
    #expect(text.contains("kernel"))
  }

  @Test(arguments: [
    ("  - relu\n", "  - re|lu\n", "max(x, 0)"), ("kernel: 3, stride: stride", "ker|nel: 3, stride: stride", "size"),
    ("  Basic:\n", "  Bas|ic:\n", "Basic(out: int, stride: int = 1)"), ("layer1, Basic", "layer1, Ba|sic", "layer1.0"),
    ("out: twice(width)", "out: twice(wid|th)", "**16**"), ("out: twice(width)", "out: twi|ce(width)", "2 * c"),
    ("stride: 2 if first", "stride: |2 if first", "2"), ("from: stem", "from: st|em", "16×32×32"),
    ("input: {ch", "inp|ut: {ch", "flows in"), ("repeat: 2", "rep|eat: 2", "copies"),
    ("out: stem.c", "out: stem|.c", "**16**"),
  ]) func hoverTellsOf(old: String, new: String, wanted: String) {
    let text = hover(old, new)
    #expect(text?.contains(wanted) == true, "\(text ?? "nothing")")
  }

  /// What another line has wrong is no reason to say nothing: what was built up to the fault is told, else what the last
  /// network has.
  @Test func hoverAnswersBesideFaults() throws {
    let whole = Documents.snapshot(Documents.small)
    func hover(_ old: String, _ new: String, at word: String) -> String? {
      let marked = MarkedText(
        Documents.small.replacing(old, with: new).replacing(word, with: "\(word.prefix(8))|\(word.dropFirst(8))"))
      return Documents.snapshot(marked.text, previous: whole).hover(at: marked.place)?.markdown
    }
    // The last layer does not fit; the first is of this text.
    let unfit = try #require(hover("  - flatten\n", "", at: "stem, conv: {out: width"))
    #expect(unfit.contains("**3×32×32 → 16×32×32**"))
    #expect(!unfit.contains("last network"))
    for (old, new) in [("{name: fc, linear: {out: 10}}", "{name: fc, linear: {out: 10}"), ("flatten", "flaten")] {
      let text = try #require(hover(old, new, at: "stem, conv: {out: width"), "\(new)")
      #expect(text.contains("**3×32×32 → 16×32×32**"), "\(new)")
      #expect(text.contains("Of the last network that was whole."), "\(new)")
    }
    // A line that is another one now has no such answer.
    let changed = hover(
      "  - {from: [layer1, skip], concat}", "  - {from: [layer1, skip], concat: {}", at: "skip], concat: {}")
    #expect(changed?.contains("last network") != true)
  }

  @Test func hoverExplainsFindings() {
    let document = MarkedText(Documents.small.replacing("  - flatten", with: "  - flat|en"))
    let text = Documents.snapshot(document.text).hover(at: document.place)?.markdown
    #expect(text?.contains("spec.unknown-operation") == true)
  }

  @Test func offersWhatMends() throws {
    let text = Documents.small.replacing("  - flatten", with: "  - flaten")
    let snapshot = Documents.snapshot(text)
    let finding = try #require(snapshot.findings.first)
    let actions = snapshot.codeActions(from: finding.span.start, to: finding.span.end)
    #expect(actions.contains { $0.isPreferred && $0.edits["/nets/net.yaml"]?.first?.replacement == "flatten" })
    let files = MemoryFiles(texts: ["/nets/net.yaml": text])
    #expect(snapshot.fixAll(files: files)["/nets/net.yaml"] == Documents.small)
    #expect(Documents.snapshot(Documents.small).fixAll(files: files).isEmpty)
    #expect(snapshot.codeActions(from: Position(line: 1, column: 1), to: Position(line: 1, column: 1)).isEmpty)
  }

  @Test func offersFixesThatAreComputed() throws {
    let text = Documents.small.replacing(
      "shortcut: {name: down, project: {conv: {kernel: 1}}}", with: "shortcut: identity")
    let snapshot = Documents.snapshot(text)
    let finding = try #require(snapshot.findings.first { $0.severity == .error })
    #expect(finding.fixes.isEmpty)
    let actions = snapshot.codeActions(from: finding.span.start, to: finding.span.end)
    #expect(actions.contains { $0.edits.values.joined().contains { $0.replacement.contains("project") } })
  }

  @Test(arguments: [
    ("  - relu\n", "    - relu # twice\n"), ("", ""),
  ]) func silencesLints(old: String, new: String) throws {
    let text = """
      cnnc: 1
      input: {channels: 3, size: 32}
      layers:
        - conv: {out: 8, kernel: 3}
        - relu   # as published ×
        - relu
        - global_avg_pool

      """
    let snapshot = Documents.snapshot(text)
    let lints = snapshot.findings.filter { $0.id.group == "lint" }
    #expect(!lints.isEmpty)
    for lint in lints {
      let action = try #require(
        snapshot.codeActions(from: lint.span.start, to: lint.span.end).first {
          $0.finding?.id == lint.id && $0.title.hasPrefix("Silence")
        })
      let silenced = snapshot.file.applying(action.edits["/nets/net.yaml"] ?? [])
      let after = Documents.snapshot(silenced)
      #expect(!after.findings.contains { $0.id == lint.id && $0.span.start.line == lint.span.start.line })
      #expect(!after.findings.contains { $0.id == .unusedIgnore }, "\(silenced)")
      // What lints have found of the same network before holds, whatever comments say now.
      #expect(Documents.snapshot(silenced, previous: snapshot).findings == after.findings)
      #expect(Documents.snapshot(text, previous: after).findings == snapshot.findings)
    }
  }

  @Test func outlinesFoldsAndSelects() {
    let snapshot = Documents.snapshot(Documents.small)
    let outline = snapshot.outline()
    #expect(outline.map(\.name) == ["cnnc", "model", "params", "functions", "input", "blocks", "layers", "variants"])
    let blocks = outline.first { $0.name == "blocks" }
    #expect(blocks?.children.map(\.name) == ["ConvBN", "Basic"])
    let layers = outline.first { $0.name == "layers" }
    #expect(layers?.children.first?.name == "stem: conv")
    #expect(layers?.children.first?.detail == "16×32×32")
    #expect(snapshot.folds().contains(7...19))
    let document = MarkedText(Documents.small.replacing("twice(width)", with: "twice(wid|th)"))
    let texts = snapshot.selections(at: document.place).map { snapshot.file.text(of: $0) }
    #expect(texts.prefix(2) == ["width", "twice(width)"])
    #expect(texts.contains("out: twice(width)"))
    for (inner, outer) in zip(texts, texts.dropFirst()) { #expect(outer.contains(inner)) }
  }

  @Test func linksImportsAndPapers() {
    let text =
      "cnnc: 1\nsource: \"He et al. 2015, arXiv:1512.03385, table 1\"\nimport: [blocks/a.yaml, ../b.yaml]\n# doi:10.1109/5.726791.\n"
    let links = Documents.snapshot(text).links().map(\.target)
    #expect(links == ["/nets/blocks/a.yaml", "https://arxiv.org/abs/1512.03385", "https://doi.org/10.1109/5.726791"])
  }

  @Test func coloursWords() throws {
    let snapshot = Documents.snapshot(Documents.small)
    let tokens = snapshot.semanticTokens()
    func kind(_ text: String, line: Int) -> SemanticToken.Kind? {
      tokens.first {
        $0.start.line == line
          && snapshot.file.text(
            of: Span(source: SourceID(index: 0), start: $0.start, end: $0.start.advanced(by: $0.length))) == text
      }?.kind
    }
    #expect(kind("layers", line: 20) == .keyword)
    #expect(kind("conv", line: 21) == .type)
    #expect(kind("Basic", line: 22) == .class)
    #expect(kind("twice", line: 22) == .function)
    #expect(kind("width", line: 22) == .parameter)
    #expect(kind("half", line: 21) == .enumMember)
    #expect(kind("stem", line: 23) == .variable)
    #expect(kind("3", line: 21) == .number)
    for (left, right) in zip(tokens, tokens.dropFirst()) {
      #expect(left.start.line < right.start.line || left.start.column + left.length <= right.start.column)
    }
  }

  @Test(arguments: Documents.specs) func coloursTheZoo(path: String) throws {
    let snapshot = try Documents.snapshot(of: path)
    let tokens = snapshot.semanticTokens()
    #expect(!tokens.isEmpty)
    for (left, right) in zip(tokens, tokens.dropFirst()) {
      #expect(left.start.line < right.start.line || left.start.column + left.length <= right.start.column)
    }
    for token in tokens {
      #expect(token.start.column - 1 + token.length <= snapshot.file.line(token.start.line).unicodeScalars.count)
    }
  }

  @Test func lensesTellTotalsUsesAndVariants() throws {
    let snapshot = Documents.snapshot(Documents.small)
    let saved = SavedTotals(try #require(snapshot.network))
    let changed = Documents.snapshot(
      Documents.small.replacing("width: int = 16", with: "width: int = 32"), previous: snapshot)
    let lenses = changed.codeLenses(saved: saved)
    #expect(lenses.map(\.span.start.line) == [2, 8, 11, 29])
    guard case .totals(let text) = lenses[0].content, case .uses(_, let uses, nil) = lenses[1].content,
      case .variant("wide", isPicked: false) = lenses[3].content
    else { return #expect(Bool(false)) }
    #expect(text.contains("+") && text.hasSuffix("since saved"))
    #expect(uses.count == 4)
    #expect(
      snapshot.totals(ofVariant: "wide", files: MemoryFiles(texts: ["/nets/net.yaml": Documents.small])).contains(
        "parameters"))
    guard case .totals(let same) = snapshot.codeLenses(saved: saved)[0].content else { return #expect(Bool(false)) }
    #expect(!same.contains("since"))
  }

  @Test(arguments: Documents.specs) func picturesHaveTheirLines(path: String) throws {
    let snapshot = try Documents.snapshot(of: path)
    guard let preview = snapshot.preview(), snapshot.network != nil else { return }
    #expect(!preview.boxes.isEmpty)
    for box in preview.boxes {
      #expect(preview.svg.contains("<g id=\"\(box.id)\" class=\"cnnc-box\" data-line=\"\(box.span.start.line)\">"))
    }
    let box = preview.boxes[preview.boxes.count / 2]
    if preview.sources[box.span.source].path == path {
      #expect(!snapshot.highlight(preview, at: box.span.start).isEmpty)
    }
  }

  @Test func findsWhatIsWrongInRecipes() {
    let snapshot = Documents.snapshot(
      "epochs: many\noptimiser: sgd\nloss: cross_entropy\n", path: "/nets/recipes/a.yaml")
    #expect(snapshot.findings.map(\.id) == [.wrongType, .unknownKey])
    #expect(snapshot.codeActions(from: Position(line: 2, column: 1), to: Position(line: 2, column: 3)).count == 1)
    let hover = snapshot.hover(at: Position(line: 3, column: 9))?.markdown
    #expect(hover?.contains("label_smoothing") == true)
  }

  @Test(arguments: [
    ("cnnc: 1\nlayers: []\n", DocumentKind.spec), ("cnnc: 1\nblocks: {}\n", .blocks), ("cnnc: 1\n", .spec),
    ("{cnnc: 1, layers: [relu]}", .spec), ("a: 1\n", .other), ("", .other), ("epochs: 3\noptimizer: sgd\n", .recipe),
    ("data: x\nservices: y\n", .other), ("x:\n  cnnc: 1\n", .other), ("\"cnnc\": 1\nlayers:\n", .spec),
  ]) func tellsKindsApart(text: String, kind: DocumentKind) {
    #expect(Documents.snapshot(text).kind == kind)
  }
}

import Diagnostics
import EditorServices
import GraphIR
import SpecLanguage
import Testing

@Suite struct HintTests {
  private func labels(_ snapshot: DocumentSnapshot) -> [String] {
    snapshot.inlayHints().map { "\($0.position.line) \($0.label)" }
  }

  /// A spec whose uses of a block differ.
  private static let spec = """
    cnnc: 1
    input: {channels: 3, size: 32}
    blocks:
      Down:
        params: {out: int}
        layers:
          - residual:
              - conv: {out: out, kernel: 3, padding: half, stride: 2}
              - batch_norm
            shortcut: {name: down, project: {conv: {kernel: 1}}}
          - relu
    layers:
      - {name: a, Down: {out: 8}}
      - {name: b, Down: {out: 16}, repeat: 2}   # twice
      - branches:
          x: identity
          y: [conv: {out: 4, kernel: 1}, relu]
        join: concat
      - {name: never, when: false, relu}
      - global_avg_pool

    """

  @Test func showShapesRepeatsAndDifferences() {
    let snapshot = Documents.snapshot(Self.spec)
    #expect(snapshot.findings.allSatisfy { $0.severity != .error })
    #expect(
      labels(snapshot) == [
        "7 8×16×16 ⋯", "8 8×16×16 ⋯", "9 8×16×16 ⋯", "10 8×16×16 ⋯", "11 8×16×16 ⋯", "13 8×16×16", "14 16×4×4 ×2",
        "15 20×4×4", "16 16×4×4", "17 4×4×4", "20 20×1×1",
      ])
  }

  @Test("lines end as editors count them", arguments: ["\r\n", "\r"])
  func linesOfOtherEnds(end: String) {
    let plain = Documents.snapshot(Self.spec)
    let other = Documents.snapshot(Self.spec.replacing("\n", with: end))
    #expect(labels(other) == labels(plain))
    #expect(other.inlayHints().map(\.position) == plain.inlayHints().map(\.position))
    // A line that cannot be read is left out, and the others keep their places.
    let broken = Self.spec.replacing("      - batch_norm", with: "      - batch_norm: {")
    let edited = [broken, broken.replacing("\n", with: end)].map { Documents.snapshot($0, previous: plain) }
    #expect(labels(edited[0]) == labels(edited[1]))
    #expect(edited[0].findings.map(\.span) == edited[1].findings.map(\.span))
  }

  /// A parameter of type `layer` has its hint where it is used, not where its default is written.
  @Test func standWhereALayerIsUsed() {
    let snapshot = Documents.snapshot(
      """
      cnnc: 1
      input: {channels: 3, size: 32}
      blocks:
        Unit:
          params: {out: int, act: layer = relu, mid: layer = global_avg_pool}
          layers:
            - conv: {out: out, kernel: 3}
            - use: act
            - use: mid
            - {use: act, repeat: 2}
      layers:
        - Unit:
            out: 16
            mid:
              conv: {out: 5, kernel: 3}
        - Unit: {out: 8}

      """)
    #expect(snapshot.findings.allSatisfy { $0.severity != .error })
    #expect(
      labels(snapshot) == [
        "7 16×30×30 ⋯", "8 16×30×30 ⋯", "9 5×28×28 ⋯", "10 5×28×28 ×2 ⋯", "15 5×28×28", "16 8×1×1",
      ])
  }

  @Test func showThePickedUse() {
    var choice = ViewChoice()
    choice.uses["Down"] = 2
    let snapshot = Documents.snapshot(Self.spec, choice: choice)
    #expect(labels(snapshot).prefix(2) == ["7 16×4×4", "8 16×4×4"])
    choice.uses["Down"] = 99
    #expect(labels(Documents.snapshot(Self.spec, choice: choice)).first == "7 8×16×16 ⋯")
  }

  @Test func showThePickedVariant() {
    var choice = ViewChoice()
    choice.variant = "wide"
    let snapshot = Documents.snapshot(Documents.small, choice: choice)
    #expect(labels(snapshot).contains { $0.hasSuffix(" 32×32×32") })
    choice.variant = "gone"
    #expect(labels(Documents.snapshot(Documents.small, choice: choice)) == labels(Documents.snapshot(Documents.small)))
  }

  @Test func standAtTheEndOfWhatIsWritten() {
    let snapshot = Documents.snapshot(Self.spec)
    let hint = snapshot.inlayHints().first { $0.position.line == 14 }
    #expect(hint?.position == Position(line: 14, column: 42))
    #expect(snapshot.file.contentEnd(ofLine: 14) == Position(line: 14, column: 42))
  }

  @Test(arguments: [
    ("a: 'it''s # no' # yes", 16), ("a: b#c", 7), ("# all", 1), ("x: \"\\\"#\" # c", 9), ("don't # c", 6), ("", 1),
    ("a:   ", 3), ("- {n: '#'}  # ×", 11),
  ]) func findWhereTheCommentBegins(line: String, column: Int) {
    let file = SourceFile(path: "", bytes: Array(line.utf8))
    #expect(file.contentEnd(ofLine: 1).column == column)
  }

  @Test func stayWhileTheTextIsBroken() {
    let whole = Documents.snapshot(Self.spec)
    let before = labels(whole)
    // Each of these texts is broken; every line that is still there keeps a hint.
    let faults: [(String, String)] = [
      ("  - {name: a, Down: {out: 8}}", "  - {name: a, Down: {out: 8}"),
      ("  - {name: a, Down: {out: 8}}", "  - {name: a, Down: {out: \n"),
      ("    layers:\n", "    layers\n"), ("input: {", "input: "), ("layers:\n  - {name: a", "layers:\n- \"{name: a"),
      ("join: concat", "join: concat]"), ("out: 16", "out: sixteen"), ("out: 16", "out: 16 +"), ("Down:\n", "Dwn:\n"),
    ]
    for (old, new) in faults {
      let text = Self.spec.replacing(old, with: new)
      #expect(text != Self.spec)
      let broken = Documents.snapshot(text, previous: whole)
      #expect(broken.isStale, "\(new)")
      #expect(labels(broken).count >= before.count - 1, "\(new): \(labels(broken))")
      let mended = Documents.snapshot(Self.spec, previous: broken)
      #expect(labels(mended) == before)
    }
  }

  @Test func moveWithTheirLines() {
    let whole = Documents.snapshot(Self.spec)
    let text = "# one\n# two\n" + Self.spec.replacing("- global_avg_pool", with: "- global_avg_pol: {")
    let broken = Documents.snapshot(text, previous: whole)
    #expect(labels(broken).first == "9 8×16×16 ⋯")
    #expect(!broken.inlayHints().contains { !$0.isStale })
  }

  @Test func showWhatFitsUpToAFault() {
    let whole = Documents.snapshot(Self.spec)
    // The shapes before the fault are this text's, not the last network's.
    let text = Self.spec.replacing("out: 8}", with: "out: 12}").replacing(
      "- global_avg_pool", with: "- linear: {out: 3}")
    let broken = Documents.snapshot(text, previous: whole)
    #expect(broken.current?.graph == nil)
    #expect(labels(broken).contains("8 12×16×16 ⋯"))
  }

  /// Opened broken, there is no last network: what can be read without the broken line is shown.
  @Test func comeFromWhatCanBeRead() {
    let broken = Documents.snapshot(Self.spec.replacing("- global_avg_pool", with: "- global_avg_pool: {"))
    #expect(labels(broken).first == "7 8×16×16 ⋯")
  }

  @Test(arguments: Documents.specs) func areThereForTheZoo(path: String) throws {
    let snapshot = try Documents.snapshot(of: path)
    guard let network = snapshot.network else { return }
    let hints = snapshot.inlayHints()
    // A spec that derives from another's has no layers of its own.
    if network.spec.layersSpan.source == network.spec.source { #expect(!hints.isEmpty) }
    #expect(Set(hints.map(\.position.line)).count == hints.count)
    for hint in hints {
      #expect(hint.label.count <= 25)
      #expect(hint.position == snapshot.file.contentEnd(ofLine: hint.position.line))
    }
  }

  /// The last line of the layers has the network's own output.
  @Test(arguments: Documents.specs) func endWithTheOutput(path: String) throws {
    let snapshot = try Documents.snapshot(of: path)
    guard let network = snapshot.network, let last = network.spec.layers.last, network.spec.outputs.isEmpty,
      let (occurrence, _) = network.shapes.chosen(of: last, ViewChoice())
    else { return }
    #expect(occurrence.shape == network.graph.outputs.first.map { network.graph.shape(of: $0.value) })
  }
}

@Suite struct LargeSpecTests {
  /// The last network of a large spec gives way to the next text's, and is there again where that is broken.
  @Test func keepTheirHintsToo() {
    let layers = (0..<5100).map { _ in "  - conv: {out: 4, kernel: 1}\n" }.joined()
    let text = "cnnc: 1\ninput: {channels: 4, size: 4}\nlayers:\n" + layers
    let whole = Documents.snapshot(text)
    let lines = 1...40
    #expect(whole.inlayHints(lines: lines).count == 37)
    let broken = Documents.snapshot(text.replacing("cnnc: 1\n", with: "cnnc: 1\nmodel: {\n"), previous: whole)
    #expect(broken.isStale)
    #expect(broken.inlayHints(lines: lines).count == 36)
    let again = Documents.snapshot(text.replacing("cnnc: 1\n", with: "cnnc: 1\nmodel: [\n"), previous: broken)
    #expect(again.inlayHints(lines: lines).map(\.label) == broken.inlayHints(lines: lines).map(\.label))
    #expect(Documents.snapshot(text, previous: again).inlayHints(lines: lines) == whole.inlayHints(lines: lines))
    // What can be read and does not fit together is built up to the fault, and the last network built again.
    let unfit = Documents.snapshot(
      text.replacing("size: 4}\nlayers:", with: "size: 4}\nlayers:\n  - flatten"), previous: whole)
    #expect(unfit.isStale)
    #expect(unfit.inlayHints(lines: lines).count == 37)
    #expect(unfit.network?.graph.nodes.count == 5100)
  }
}

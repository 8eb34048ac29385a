import Analysis
import Diagnostics
import GraphIR
import SpecLanguage
import Testing

/// A sweep of a spec given as text.
private struct SweepRun {
  var tables: [SweepTable]
  var findings: [Diagnostic]
  var sources: SourceTable

  init(_ text: String, over: [String] = [], set assignments: [String] = []) {
    let swept = SweepCompilation(
      "m.yaml", over: over, assignments: assignments, files: MemoryFiles(texts: ["m.yaml": text])
    ) { $0.nodes.count }
    (tables, findings, sources) = (swept.tables, swept.diagnostics, swept.sources)
  }

  /// `m.yaml:3:9 spec.expectation`.
  var places: [String] {
    findings.map {
      "\(sources[$0.span.source].path):\($0.span.start.line):\($0.span.start.column) \($0.id.rawValue)"
    }
  }
}

@Suite struct SweepTests {
  /// A pointwise convolution of `side`² pixels: 3·width weights, 3·width·side² MACs.
  private static func spec(_ more: String = "", defaults: String = "width: int = 4, side: int = 8") -> String {
    """
    cnnc: 1
    params: {\(defaults), k: size = 1, act: layer = relu}
    input: {channels: 3, size: side}
    layers:
      - conv: {out: width, kernel: k, bias: false}
      - use: act
    \(more)
    """
  }

  @Test func oneParameter() throws {
    let table = try #require(SweepRun(Self.spec(), over: ["width=1,2,3"]).tables.first)
    #expect(table.parameters == ["width"])
    #expect(table.points.map(\.values) == [["1"], ["2"], ["3"]])
    #expect(table.points.map { $0.figures?.params } == [3, 6, 9])
    #expect(table.points.map { $0.figures?.macs } == [192, 384, 576])
    #expect(table.points.map { $0.figures?.memory } == [2, 2, 2])
  }

  @Test func severalParametersMakeTheProduct() throws {
    let table = try #require(SweepRun(Self.spec(), over: ["width=1,2", "side=4,8,16"]).tables.first)
    #expect(
      table.points.map(\.values) == [["1", "4"], ["1", "8"], ["1", "16"], ["2", "4"], ["2", "8"], ["2", "16"]])
    #expect(table.points.map { $0.figures?.macs } == [48, 192, 768, 96, 384, 1536])
    #expect(table.run == 3)
    #expect(table.label(of: 4) == "width 2, side 8")
  }

  @Test func valuesHaveTheirTypes() throws {
    let sizes = try #require(SweepRun(Self.spec(), over: ["k=1,[1, 3],max(2, 3)"]).tables.first)
    #expect(sizes.points.map(\.values) == [["1"], ["[1, 3]"], ["max(2, 3)"]])
    #expect(sizes.points.map { $0.figures?.params } == [12, 36, 108])
    let layers = try #require(SweepRun(Self.spec(), over: ["act=relu,{max_pool: {kernel: 2, stride: 2}}"]).tables.first)
    #expect(layers.points.allSatisfy { $0.figures != nil })
  }

  @Test func aParameterWithoutDefaultMayVary() {
    let run = SweepRun(Self.spec(defaults: "width: int, side: int = 8"), over: ["width=1,2"])
    #expect(run.findings.isEmpty)
    #expect(run.tables.first?.points.count == 2)
  }

  @Test func otherSettingsHoldAtEveryPoint() throws {
    let table = try #require(SweepRun(Self.spec(), over: ["width=1,2"], set: ["side=2"]).tables.first)
    #expect(table.points.map { $0.figures?.macs } == [12, 24])
  }

  @Test func figuresOfAPaperMayBeOffByTheirLastDigit() {
    let run = SweepRun(
      Self.spec("sweeps: {t: {over: {width: [100, 200]}, expect: {macs: [19K, 38.4K], params: [300, 0.6K]}}}"))
    #expect(run.findings.isEmpty)
    #expect(run.tables.first?.expected(.macs, at: 1)?.text == "38.4K")
  }

  @Test func otherFiguresAreFindings() {
    let run = SweepRun(
      Self.spec("sweeps:\n  t: {over: {width: [1, 2]}, expect: {macs: [192, 385],\n    params: [4K, 6]}}"))
    #expect(run.places == ["m.yaml:8:51 spec.expectation", "m.yaml:9:14 spec.expectation"])
    #expect(
      run.findings.first?.message
        == "with width 2 the network has 384 MACs, but 385 are expected (−1)")
    #expect(run.findings.last?.message.hasSuffix("3 trainable parameters, but 4K are expected (−3,997)") == true)
  }

  @Test func withOtherSettingsNothingIsExpected() {
    let text = Self.spec("sweeps: {t: {over: {width: [1, 2]}, expect: {macs: [1, 2]}}}")
    #expect(SweepRun(text, set: ["side=4"]).findings.isEmpty)
    #expect(SweepRun(text).findings.count == 2)
  }

  @Test func nodesExpectTheSpecsOwnValues() {
    let text = Self.spec().replacing("bias: false}", with: "bias: false}\n    expect: {output: [4, 8, 8]}")
    let run = SweepRun(text, over: ["width=1,4"])
    #expect(run.findings.isEmpty)
    #expect(run.tables.first?.points.allSatisfy { $0.figures != nil } == true)
  }

  @Test func aPointThatDoesNotFitIsAFindingWithItsValues() throws {
    let run = SweepRun(Self.spec(), over: ["k=1,9"])
    #expect(run.tables.first?.points.map { $0.figures == nil } == [false, true])
    #expect(run.findings.map(\.id) == [.kernelExceedsInput])
    #expect(run.findings.first?.trail.contains("with k 9") == true)
  }

  @Test func mistakesInAnAxis() {
    #expect(SweepRun(Self.spec(), over: ["widht=1,2"]).places == ["--over:1:1 spec.unknown-parameter"])
    #expect(SweepRun(Self.spec(), over: ["width"]).places == ["--over:1:1 spec.missing-key"])
    #expect(SweepRun(Self.spec(), over: ["width=1,,2"]).places == ["--over:1:1 spec.missing-key"])
    #expect(SweepRun(Self.spec(), over: ["width=1,)"]).places == ["--over:1:7 expr.syntax"])
  }

  @Test func tooManyPointsAreRefused() {
    let values = (1...101).map(String.init).joined(separator: ",")
    let run = SweepRun(Self.spec(), over: ["width=\(values)", "side=\(values)"])
    #expect(run.findings.map(\.id) == [.limit])
    #expect(run.tables.first?.points.isEmpty == true)
  }
}

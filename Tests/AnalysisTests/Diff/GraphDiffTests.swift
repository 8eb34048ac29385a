import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

@testable import Analysis

@Suite struct GraphDiffTests {
  private static func graph(_ layers: String, input: String = "{channels: 3, size: 16}", more: String = "") throws
    -> Graph
  {
    let text = "cnnc: 1\ninput: \(input)\n\(more)\nlayers:\n\(layers)\n"
    let compilation = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text]))
    return try #require(compilation.graph, "\(compilation.diagnostics.map(\.message))")
  }

  private static func diff(_ a: String, _ b: String) throws -> GraphDiff { GraphDiff(try graph(a), try graph(b)) }

  private static let conv = "conv: {out: 8, kernel: 3, padding: half}"

  @Test func aNetworkIsItself() throws {
    let diff = try Self.diff("  - \(Self.conv)\n  - relu", "  - \(Self.conv)\n  - relu")
    #expect(diff.isEmpty)
    #expect(diff.weights.isComplete)
    #expect(diff.weights.loading == 2)
  }

  @Test func howAListIsWrittenIsNoDifference() throws {
    let diff = try Self.diff(
      "  - {name: a, conv: {out: 8, kernel: 3, padding: 1}}", "  - {name: a, seq: [\(Self.conv)]}")
    #expect(diff.renamed == [.init(a: "a", b: "a.0", layers: 1)])
    #expect(diff.added.isEmpty && diff.removed.isEmpty)
    let same = try Self.diff("  - \(Self.conv)\n  - relu", "  - seq: [\(Self.conv), relu]")
    #expect(same.isEmpty)
  }

  @Test func changedFieldsHaveTheirDefaults() throws {
    let diff = try Self.diff("  - \(Self.conv)", "  - conv: {out: 8, kernel: 3, padding: half, stride: 2, bias: false}")
    #expect(diff.changed.count == 1)
    #expect(
      diff.changed.first?.fields == [.init(name: "stride", a: "1", b: "2"), .init(name: "bias", a: "true", b: "false")])
    #expect(diff.changed.first?.outputDiffers == true)
    #expect(diff.weights.unexpected == [.init(name: "conv1.bias", shape: [8])])
    #expect(diff.weights.loading == 1)
  }

  @Test func whatFollowsFromAChangeIsTold() throws {
    let diff = try Self.diff(
      "  - \(Self.conv)\n  - relu\n  - conv: {out: 4, kernel: 1}",
      "  - conv: {out: 6, kernel: 3, padding: half}\n  - relu\n  - conv: {out: 4, kernel: 1}")
    #expect(diff.changed.map(\.b.path) == ["conv1", "relu1", "conv2"])
    #expect(diff.changed.map(\.isOwn) == [true, false, false])
    #expect(diff.changed.map(\.parametersDiffer) == [true, false, true])
    #expect(diff.weights.reshaped.map(\.name) == ["conv1.weight", "conv1.bias", "conv2.weight"])
    #expect(diff.weights.reshaped.last?.a == [4, 8, 1, 1])
    #expect(diff.weights.reshaped.last?.b == [4, 6, 1, 1])
  }

  @Test func anotherKindInTheSamePlaceIsAChange() throws {
    let diff = try Self.diff("  - \(Self.conv)\n  - relu", "  - \(Self.conv)\n  - silu")
    #expect(diff.changed.map { [$0.a.keyword, $0.b.keyword] } == [["relu", "silu"]])
    #expect(diff.added.isEmpty && diff.removed.isEmpty)
  }

  /// As VGG with batch norm: the numbers behind each insertion change, the layers do not.
  @Test func anInsertionDoesNotDisturbANumberedList() throws {
    let diff = try Self.diff(
      "  - {name: f, seq: [\(Self.conv), relu, \(Self.conv), relu, \(Self.conv), relu]}",
      "  - {name: f, seq: [\(Self.conv), batch_norm, relu, \(Self.conv), batch_norm, relu, \(Self.conv), relu]}")
    #expect(diff.added.map(\.path) == ["f.1", "f.4"])
    #expect(diff.removed.isEmpty && diff.changed.isEmpty)
    #expect(
      diff.renamed.map { [$0.a, $0.b] } == [
        ["f.1", "f.2"], ["f.2", "f.3"], ["f.3", "f.5"], ["f.4", "f.6"], ["f.5", "f.7"],
      ])
    #expect(diff.weights.loading == 3)
    #expect(diff.weights.underOtherNames == 4)
  }

  @Test func anotherNameOfALevelIsOneRename() throws {
    let body = "seq: [\(Self.conv), batch_norm, relu, {name: inner, seq: [\(Self.conv), batch_norm]}]"
    let diff = try Self.diff("  - {name: layer1, \(body)}\n  - flatten", "  - {name: stage1, \(body)}\n  - flatten")
    #expect(diff.renamedLevels == [.init(a: "layer1", b: "stage1", layers: 5)])
    #expect(diff.renamed.isEmpty && diff.added.isEmpty && diff.removed.isEmpty && diff.changed.isEmpty)
    #expect(diff.weights.loading == 0)
    #expect(diff.weights.underOtherNames == diff.weights.total)
  }

  @Test func layersMayMoveIntoALevel() throws {
    let diff = try Self.diff(
      "  - \(Self.conv)\n  - batch_norm\n  - relu", "  - {name: stem, layers: [\(Self.conv), batch_norm, relu]}")
    #expect(
      diff.renamed.map { [$0.a, $0.b] } == [["conv1", "stem.conv1"], ["bn1", "stem.bn1"], ["relu1", "stem.relu1"]])
    #expect(diff.added.isEmpty && diff.removed.isEmpty && diff.changed.isEmpty)
  }

  @Test func levelsThatHaveNothingInCommonAreNotRenamed() throws {
    let diff = try Self.diff(
      "  - {name: a, seq: [\(Self.conv), relu]}", "  - {name: b, seq: [max_pool: {kernel: 2}, sigmoid, batch_norm]}")
    #expect(diff.renamedLevels.isEmpty)
    #expect(diff.removed.map(\.path) == ["a"])
    #expect(diff.added.map(\.path) == ["b"])
  }

  @Test func anotherConnectionIsAChange() throws {
    let branches = "  - {name: x, relu}\n  - {name: y, from: x, sigmoid}\n"
    let diff = try Self.diff(branches + "  - {name: z, from: x, tanh}", branches + "  - {name: z, from: y, tanh}")
    #expect(diff.changed.map(\.b.path) == ["z"])
    #expect(diff.changed.first?.inputs?.a == ["x"])
    #expect(diff.changed.first?.inputs?.b == ["y"])
    #expect(!diff.isEmpty)
  }

  @Test func anInsertionIsNoChangeOfConnection() throws {
    let diff = try Self.diff("  - \(Self.conv)\n  - relu", "  - \(Self.conv)\n  - batch_norm\n  - relu")
    #expect(diff.changed.isEmpty)
    #expect(diff.added.map(\.path) == ["bn1"])
    let reverse = try Self.diff("  - \(Self.conv)\n  - batch_norm\n  - relu", "  - \(Self.conv)\n  - relu")
    #expect(reverse.changed.isEmpty)
    #expect(reverse.removed.map(\.path) == ["bn1"])
  }

  @Test func settingsAloneAreNoDifferenceOfNetworks() throws {
    let layers = "  - conv: {out: 8, kernel: 3}"
    let diff = GraphDiff(
      try Self.graph(layers, more: "params: {k: int = 3, old: int = 1}"),
      try Self.graph(layers, more: "params: {k: int = 5, new: bool = true}"))
    #expect(diff.isEmpty)
    #expect(
      diff.settings == [
        .init(name: "k", a: "3", b: "5"), .init(name: "old", a: "1", b: nil), .init(name: "new", a: nil, b: "true"),
      ])
  }

  @Test func headsAreMatchedWithHeads() throws {
    let trunk = "  - {name: c, \(Self.conv)}\n  - global_avg_pool\n  - flatten\n  - {name: fc, linear: {out: 10}}\n"
    let head = "{from: c, seq: [global_avg_pool, flatten, linear: {out: 10}]}"
    let diff = GraphDiff(try Self.graph(trunk), try Self.graph(trunk, more: "aux: {h: \(head)}"))
    #expect(diff.added.map(\.path) == ["h"])
    #expect(diff.changed.isEmpty && diff.renamed.isEmpty && diff.removed.isEmpty)
    #expect(diff.blocks.filter(\.isHead).map(\.name) == ["h"])
  }

  @Test func costsAreAddedUpByBlock() throws {
    let diff = try Self.diff(
      "  - {name: a, seq: [\(Self.conv)]}\n  - {name: b, seq: [\(Self.conv), relu]}",
      "  - {name: a, seq: [\(Self.conv)]}\n  - {name: b, seq: [\(Self.conv), relu, \(Self.conv)]}")
    #expect(diff.blocks.map(\.name) == ["a", "b"])
    #expect(diff.blocks.map { $0.a?.parameters } == [224, 584])
    #expect(diff.blocks.map { $0.b?.parameters } == [224, 1168])
  }

  @Test func anInsertionIntoALongListIsFound() throws {
    let many = Array(repeating: "  - relu", count: 2500).joined(separator: "\n")
    let diff = try Self.diff("\(many)\n\(many)", "\(many)\n  - sigmoid\n\(many)")
    #expect(diff.added.map(\.path) == ["sigmoid1"])
    #expect(diff.changed.isEmpty && diff.removed.isEmpty && diff.renamed.isEmpty)
    let numbered = try Self.diff(
      "  - name: f\n    seq:\n\(many)\n  - name: g\n    seq:\n\(many)".replacing("  - relu", with: "    - relu"),
      "  - name: f\n    seq:\n\(many)\n  - sigmoid\n\(many)\n  - name: g\n    seq:\n\(many)"
        .replacing("  - relu", with: "    - relu").replacing("  - sigmoid", with: "    - sigmoid"))
    #expect(numbered.removed.isEmpty && numbered.changed.isEmpty)
  }

  @Test func longFlatListsAreMatchedByName() throws {
    let many = Array(repeating: "  - relu", count: 2500).joined(separator: "\n")
    let diff = try Self.diff("  - sigmoid\n\(many)\n  - tanh", "  - tanh\n\(many)\n  - sigmoid")
    #expect(diff.changed.allSatisfy { $0.a.keyword == "sigmoid" || $0.a.keyword == "tanh" || $0.inputs != nil })
    #expect(!diff.isEmpty)
  }
}

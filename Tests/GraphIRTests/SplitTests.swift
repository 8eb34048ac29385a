import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

/// The channels of a split go to the branches that are there.
@Suite struct SplitTests {
  private func graph(_ layers: String) throws -> Graph { try TestSpecs.build(layers: layers) }

  private func findings(_ layers: String) throws -> [Diagnostic] {
    let text = "cnnc: 1\ninput: {channels: 8, size: 8}\nlayers:\n\(layers)\n"
    return try #require(Compilation("spec.yaml", files: MemoryFiles(texts: ["spec.yaml": text])).attempt)
      .diagnostics.sorted
  }

  @Test func branchesThatAreNotThereTakeNothing() throws {
    let text = """
        - split:
            - conv: {out: 4, kernel: 1}
            - conv: {out: 4, kernel: 1}
            - {when: false, conv: {out: 4, kernel: 1}}
            - {when: prev.c > 8, conv: {out: 4, kernel: 1}}
          join: concat
      """
    let graph = try TestSpecs.build(layers: text, input: "{channels: 8, size: 8}")
    let count = graph.nodes.flatMap(\.parameters).map(\.elements).reduce(0, +)
    #expect(count == 40)
    #expect(graph.nodes.count { $0.keyword == "channel_slice" } == 2)
  }

  @Test func sharesOfBranchesThatAreNotThereGoToTheOthers() throws {
    let graph = try graph(
      "  - split: [{when: false, identity}, [conv: {out: 2, kernel: 1}], {conv: {out: 2, kernel: 1}}]\n"
        + "    shares: [4, 1, 3]\n    join: concat")
    let slices = graph.nodes.filter { $0.keyword == "channel_slice" }
    #expect(slices.map { $0.output.channels } == [.known(1), .known(3)])
  }

  @Test func oneBranchGetsTheWholeInput() throws {
    let graph = try graph("  - split: [{when: false, relu}, [conv: {out: 2, kernel: 1}]]\n    join: add")
    #expect(graph.nodes.first { $0.keyword == "conv" }.map { graph.inputShapes(of: $0) } == [.maps(4, 8, 8)])
  }

  @Test func aShareThatNothingTakesIsAnError() throws {
    let found = try findings("  - split: [{repeat: 0, relu}, identity]\n    join: concat")
    #expect(found.map(\.id) == [.emptyBranch])
    #expect(found.first?.span.start == Position(line: 4, column: 13))
  }

  @Test func theMessageCountsTheBranchesThatAreThere() throws {
    let found = try findings("  - split: [relu, relu, relu, {when: false, relu}]\n    join: concat")
    #expect(found.map(\.id) == [.shares])
    #expect(found.first?.message == "8 channels do not divide into 3 equal parts")
    #expect(found.first?.span.start == Position(line: 4, column: 5))
  }

  @Test func listsInANumberedListOfBranchesNumberTheirOwn() throws {
    let branches = "branches: [[relu, conv: {out: 4, kernel: 1}], batch_norm, [conv: {out: 4, kernel: 1}, batch_norm]]"
    let named = try graph("  - {name: convs, \(branches), join: add}")
    #expect(named.layerPaths == ["convs.0.1", "convs.1", "convs.2.0", "convs.2.1"])
    let numbered = try graph("  - {name: body, seq: [relu, {\(branches), join: add}]}")
    #expect(numbered.layerPaths == ["body.1.0.1", "body.1.1", "body.1.2.0", "body.1.2.1"])
    let unnamed = try graph("  - {\(branches), join: add}")
    #expect(unnamed.layerPaths == ["conv1", "bn1", "conv2", "bn2"])
    let split = try graph("  - {name: s, split: [[conv: {out: 2, kernel: 1}], conv: {out: 2, kernel: 1}], join: add}")
    #expect(split.layerPaths == ["s.0.0", "s.1"])
  }
}

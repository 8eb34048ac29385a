import GraphIR
import Shapes
import Testing

/// Sizes that a run leaves open.
@Suite struct OpenSizeTests {
  private func build(_ layers: String) throws -> Graph {
    var options = BuildOptions()
    options.input = .maps(3, .symbol("H"), .symbol("W"))
    let text = "cnnc: 1\ninput: {channels: 3, size: 64}\nlayers:\n  - \(layers)\n"
    return try TestSpecs.build(text: text, options: options).graph
  }

  /// A formula that would double with each layer ends in a finding, not in a wait.
  @Test(
    arguments: [
      "{repeat: 60, seq: [upsample: {by: 3}, max_pool: {kernel: 2}]}",
      "{repeat: 60, seq: [max_pool: {kernel: 2, padding: 1}, transposed_conv: {out: 3, kernel: 3, stride: 3}]}",
      "{repeat: 60, seq: [upsample: {by: 5}, conv: {out: 3, kernel: 3, stride: 3}]}",
    ])
  func ofManyPartsAreRefused(_ layers: String) {
    #expect {
      try build(layers)
    } throws: { error in
      "\(error)".contains("formula of more than 64 parts")
    }
  }

  /// What networks do to sizes keeps their formulas short.
  @Test func ofUsualNetworksAreWrittenDown() throws {
    let halves = try build("{repeat: 30, seq: [max_pool: {kernel: 2}, upsample: {by: 2}]}")
    #expect(
      halves.nodes.last?.output
        == .maps(
          3, Extent.symbol("H").dividedRoundingDown(by: 2) * 2, Extent.symbol("W").dividedRoundingDown(by: 2) * 2))
    let strided = try build("{repeat: 8, conv: {out: 3, kernel: 3, stride: 2, padding: 1}}")
    #expect(strided.nodes.last?.output.spatial[0].formulaWeight == 2)
  }
}

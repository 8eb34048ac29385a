import GraphIR
import Layers
import Shapes
import Testing

/// What a projection fills in, and which of a default and a written field holds.
@Suite struct ProjectionTests {
  private func graph(_ body: String, _ projection: String, input: String) throws -> Graph {
    try TestSpecs.build(
      layers: "  - {residual: \(body), shortcut: {name: down, project: \(projection)}}",
      blocks:
        "blocks:\n  Down: {params: {out: int, stride: int = 1}, seq: [conv: {out: out, stride: stride, kernel: 1}]}\n",
      input: input)
  }

  private static let cases: [(body: String, projection: String, stride: [Int])] = [
    ("{conv: {out: 8, kernel: 3, stride: 2}}", "conv", [2]),
    ("{conv: {out: 8, kernel: 3, stride: 2}}", "{conv: {kernel: 3}}", [2]),
    // (32 − 8) / 5 + 1 = 5 rows; a window of one pixel would need steps of 7.
    ("{conv: {out: 8, kernel: 8, stride: 5, padding: 0}}", "{conv: {kernel: 8, padding: 0}}", [5]),
    ("{conv: {out: 8, kernel: 8, stride: 5, padding: 0}}", "conv", [7]),
    ("{conv: {out: 8, kernel: 5, padding: 0}}", "{conv: {kernel: 5, padding: 0}}", [1]),
    (
      "{conv: {out: 8, kernel: 3, dilation: 2, padding: 0, stride: 3}}", "{conv: {kernel: 3, dilation: 2, padding: 0}}",
      [3]
    ),
    ("{conv: {out: 8, kernel: 3, stride: [2, 1]}}", "{conv: {kernel: [3, 1], padding: [1, 0]}}", [2, 1]),
    ("{conv: {out: 8, kernel: 4, stride: 4, padding: 0}}", "[max_pool: {kernel: 4}, conv: {out: 8, kernel: 1}]", [4]),
    ("{transposed_conv: {out: 8, kernel: 2, stride: 2}}", "{transposed_conv: {kernel: 2}}", [2]),
    ("{conv: {out: 8, kernel: 3, stride: 2}}", "Down", [2]),
  ]

  @Test(arguments: cases.indices)
  func theStrideGoesByTheLayersOwnWindow(_ index: Int) throws {
    let (body, projection, stride) = Self.cases[index]
    let graph = try graph(body, projection, input: "{channels: 4, size: 32}")
    let node = try #require(graph.nodes.dropFirst().first { $0.keyword != "add" })
    #expect(
      node.attributes.first { $0.name == "stride" }?.value == .size(AxisSizes(axes: stride)), "\(body), \(projection)")
    #expect(graph.nodes.last?.keyword == "add")
  }

  @Test func theStrideOfAnOpenSizeIsFoundToo() throws {
    var options = BuildOptions()
    options.input = .maps(4, .symbol("H"), .symbol("W"))
    let graph = try TestSpecs.build(
      text: """
        cnnc: 1
        input: {channels: 4, size: 8}
        defaults: {conv: {padding: half}}
        layers:
          - {residual: {conv: {out: 8, kernel: 3, stride: 2}}, shortcut: {project: {conv: {kernel: 3}}}}
        """, options: options
    ).graph
    #expect(graph.nodes[1].attributes.first { $0.name == "stride" }?.value == .size(AxisSizes(2)))
  }

  @Test func aDefaultGivesWayToAFieldThatExcludesIt() throws {
    let graph = try TestSpecs.build(
      text: """
        cnnc: 1
        input: {channels: 4, size: 8}
        defaults: {upsample: {by: 2, mode: bilinear}}
        layers: [upsample, upsample: {size: 24}, upsample: {by: 3}]
        """
    ).graph
    #expect(graph.nodes.map { "\($0.output)" } == ["4×16×16", "4×24×24", "4×72×72"])
  }
}

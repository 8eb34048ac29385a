import GraphIR
import Shapes
import Testing

/// What is written and read again is the same graph, and the same text.
@Suite struct GraphJSONRoundTripTests {
  private func check(_ graph: Graph) throws {
    let text = GraphJSON.write(graph)
    let again = try GraphJSON.read(Array(text.utf8))
    #expect(again == graph)
    #expect(GraphJSON.write(again) == text)
  }

  @Test(arguments: TestSpecs.fixtureNames)
  func fixturesComeBack(_ name: String) throws {
    try check(TestSpecs.fixture(name).graph)
  }

  @Test(arguments: TestSpecs.publishedPaths)
  func specsComeBack(_ path: String) throws {
    try check(TestSpecs.build(path: path).graph)
  }

  @Test func variantsAndFixedBatchesComeBack() throws {
    var options = BuildOptions()
    options.variant = "small"
    options.batch = .known(8)
    let graph = try TestSpecs.fixture("references", options: options).graph
    #expect(graph.variant == "small")
    #expect(graph.settings.contains { $0.isChanged })
    try check(graph)
  }

  @Test func parametersOfEveryTypeComeBack() throws {
    let text = """
      cnnc: 1
      model: Typed
      params: {width: int = 4, rate: float = 1.0, wide: bool = true, field: size = 3, side: padding = same, act: layer = relu}
      input: {channels: 3, size: 8}
      blocks:
        Block:
          params: {out: int, rate: float, wide: bool, field: size, tall: size, side: padding, act: layer}
          layers: [conv: {out: out, kernel: field, padding: side}, {use: act}, {when: wide, dropout: {rate: rate}}]
        Part:
          params: {act: layer}
          seq: [use: act]
      layers:
        - Block: {out: width, rate: rate / 2, wide: wide, field: field, tall: [3, 1], side: side, act: act}
        - Block: {out: 4, rate: 0.5, wide: false, field: 1, tall: 1, side: [1, 1, 0, 0], act: {leaky_relu: {slope: 0.1}}}
        - Part: {act: {Part: {act: tanh}}}
      """
    let graph = try TestSpecs.build(text: text).graph
    func arguments(_ block: String) -> [[Scope.Argument]] {
      graph.scopes.compactMap { scope in
        switch scope.kind {
        case .module(block, let arguments), .blockList(block, let arguments): arguments
        default: nil
        }
      }
    }
    #expect(
      graph.settings.map(\.value.type) == [.int, .float, .bool, .size, .padding, .layer]
        && graph.settings.map(\.value.field) == [
          .int(4), .float(1), .bool(true), .size(AxisSizes(3)), .padding(.same), nil,
        ])
    let first = try #require(arguments("Block").first)
    #expect(
      first.map(\.value.field) == [
        .int(4), .float(0.5), .bool(true), .size(AxisSizes(3)), .size(AxisSizes(3, 1)), .padding(.same), nil,
      ])
    #expect(
      first.text == "out: 4, rate: 0.5, wide: true, field: 3, tall: [3, 1], side: same, act: relu",
      "an argument reads as a spec writes it")
    // An item that was handed on is the one that was written first.
    #expect(first["act"] == graph.settings.last?.value)
    let places = arguments("Block").compactMap { $0["act"] } + arguments("Part").compactMap { $0["act"] }
    #expect(Set(places).count == 4, "items are told apart by where they are written")
    try check(graph)
  }

  @Test func openSizesComeBack() throws {
    var options = BuildOptions()
    options.input = .maps(1, .symbol("H"), .symbol("W"))
    let layers = """
      - conv: {out: 4, kernel: 3, stride: 2}
      - {name: a, max_pool: {kernel: 3, stride: 2, padding: half}}
      - {residual: [conv: {out: 4, kernel: 1}]}
      - {name: b, upsample: {by: 3}}
      - {name: c, from: [a, a], concat}
      """
    let text = "cnnc: 1\nmodel: Open\ninput: {channels: 1, size: 8}\nlayers:\n\(layers)\n"
    let graph = try TestSpecs.build(text: text, options: options).graph
    #expect(graph.nodes.contains { $0.output.dimensions.contains { !$0.isKnown } })
    try check(graph)
  }

  @Test func theDocumentationsExampleIsAGraph() throws {
    let page = try TestSpecs.page("graph-json.md")
    let start = try #require(page.firstRange(of: "```json\n"))
    let end = try #require(page[start.upperBound...].firstRange(of: "```"))
    let example = String(page[start.upperBound..<end.lowerBound])
    #expect(GraphJSON.write(try GraphJSON.read(Array(example.utf8))) == example)
  }

  @Test func textIsOneNodeALine() throws {
    let graph = try TestSpecs.build(layers: "  - conv: {out: 2, kernel: 1}\n  - relu")
    let lines = GraphJSON.write(graph).split(separator: "\n")
    let conv = #"{"path":"conv1","kind":"conv","inputs":[0],"output":[2,8,8],"fields":{"out":2,"kernel":1,"#
    #expect(lines.contains { $0.hasPrefix("  \(conv)\"padding\":\"half\"}") })
    #expect(lines.contains { $0.hasPrefix(#"  {"path":"relu1","kind":"relu","inputs":[1],"output":[2,8,8]"#) })
  }

  @Test func charactersOfTextsComeBack() throws {
    var graph = try TestSpecs.build(layers: "  - relu")
    graph.summary = "quotes \" and \\, lines\n\t, \u{1} \u{7F} \u{2028} 网络 \u{1F600}"
    try check(graph)
    let escaped = GraphJSON.write(graph).replacing("网络", with: #"\u7f51\u7EDC"#)
      .replacing("\u{1F600}", with: #"\ud83d\ude00"#)
    #expect(try GraphJSON.read(Array(escaped.utf8)) == graph)
  }
}

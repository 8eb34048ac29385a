import Analysis
import GraphIR
import Layers
import Reports
import SyntheticTensors
import Testing

/// An expanded spec builds the network that it was made from, and `cnnc diff` finds no difference.
@Suite struct ExpandedSpecTests {
  private func render(_ built: BuiltSpec, flat: Bool = false) -> String {
    ExpandedSpec.render(built.graph, spec: built.spec, sources: built.sources, flat: flat)
  }

  /// The text without comments and the spaces before them.
  private func withoutComments(_ text: String) -> [String] {
    text.split(separator: "\n").map { line in
      var line = line
      if let comment = line.firstRange(of: "  # ") { line = line[..<comment.lowerBound] }
      while line.last == " " { line.removeLast() }
      return String(line)
    }.filter { !$0.hasPrefix("#") }
  }

  private func check(_ built: BuiltSpec) throws {
    let graph = built.graph
    let text = render(built)
    let rebuilt = try TestSpecs.build(text: text)
    let nested = rebuilt.graph
    #expect(nested.nodes.map(\.path) == graph.nodes.map(\.path))
    #expect(nested.tensorNames == graph.tensorNames)
    #expect(levels(of: nested) == levels(of: graph))
    checkEqual(nested, graph)
    let diff = GraphDiff(graph, nested)
    #expect(
      diff.isEmpty, "\(diff.changed.map { "\($0.a.path) \($0.fields)" }), \(diff.renamed), \(diff.added.map(\.path))")
    let difference = zip(withoutComments(text), withoutComments(render(rebuilt))).first { $0 != $1 }
    #expect(difference == nil, "expanding twice gives another text: \(difference?.0 ?? "") and \(difference?.1 ?? "")")

    let flatText = render(built, flat: true)
    let flat = try TestSpecs.build(text: flatText).graph
    checkEqual(flat, graph)
    #expect(flat.scopes.count <= 1 + 2 * graph.heads.count)
    #expect(flatText.split(separator: "\n").count { $0.contains("- {") } >= graph.nodes.count - graph.heads.count)
  }

  /// The paths of levels that hold nodes.
  private func levels(of graph: Graph) -> Set<String> {
    Set(graph.scopes.filter { $0.name != nil && !graph.nodes(in: $0).isEmpty }.map(\.path))
  }

  /// Everything but names and places.
  private func checkEqual(_ one: Graph, _ other: Graph) {
    #expect(one.nodes.map(\.keyword) == other.nodes.map(\.keyword))
    #expect(one.nodes.map(\.inputs) == other.nodes.map(\.inputs))
    #expect(one.nodes.map(\.output) == other.nodes.map(\.output))
    #expect(one.nodes.map(\.parameters) == other.nodes.map(\.parameters))
    #expect(one.nodes.map(\.macs) == other.nodes.map(\.macs))
    #expect(one.nodes.map(\.head) == other.nodes.map(\.head))
    #expect(one.nodes.map(\.sharedWith) == other.nodes.map(\.sharedWith))
    #expect(one.nodes.map { fields(of: $0) } == other.nodes.map { fields(of: $0) })
    #expect(one.outputs == other.outputs)
    #expect(one.heads == other.heads)
    #expect(one.inputs.map(\.shape) == other.inputs.map(\.shape))
  }

  /// The fields with the defaults of the kind.
  private func fields(of node: Node) -> [String: FieldValue] {
    var result: [String: FieldValue] = [:]
    for field in LayerRegistry.declaration(node.keyword)?.fields ?? [] { result[field.name] = field.defaultValue }
    for attribute in node.attributes { result[attribute.name] = attribute.value }
    if result["stride"] == nil { result["stride"] = result["kernel"] }
    return result
  }

  @Test(arguments: TestSpecs.fixtureNames)
  func fixturesExpandToThemselves(_ name: String) throws {
    try check(TestSpecs.fixture(name))
  }

  @Test(arguments: TestSpecs.publishedPaths)
  func specsExpandToThemselves(_ path: String) throws {
    let built = try TestSpecs.build(path: path)
    try check(built)
    for variant in Draws.some(1, of: built.spec.variants.map(\.name)) {
      var options = BuildOptions()
      options.variant = variant
      try check(TestSpecs.build(path: path, options: options))
    }
  }

  @Test(arguments: LayerRegistry.all.map(\.keyword))
  func everyFieldOfEveryKindCanBeWritten(_ keyword: String) throws {
    // The example of each kind, where it fits one of three inputs alone.
    let declaration = try #require(LayerRegistry.declaration(keyword))
    let example = declaration.kind.documentation.example
    let inputs = ["{channels: 64, size: 16}", "{channels: 6, size: 32}", "{features: 64}"]
    for input in inputs {
      let text = "cnnc: 1\nmodel: One\ninput: \(input)\nlayers:\n  - {name: x, \(example)}\n"
      if let built = try? TestSpecs.build(text: text) { try check(built) }
    }
  }

  @Test func blocksOnlyOutputsAndHeadsAreKept() throws {
    let built = try TestSpecs.fixture("references")
    let text = render(built)
    let graph = try TestSpecs.build(text: text).graph
    for word in ["blocks:", "for_each", "repeat:", "defaults:", "functions:", "variants:", "$"] {
      #expect(!text.split(separator: "\n").contains { !$0.contains("#") && $0.contains(word) }, "\(word)")
    }
    #expect(graph.outputs.compactMap(\.name) == ["logits", "features", "sums", "units"])
    #expect(graph.heads.map(\.name) == ["aux1", "aux2", "aux3", "aux4"])
    #expect(text.contains("preprocess: {resize: 32, crop: 28, interpolation: bilinear,"))
    #expect(text.contains(#"  - "a \"label\"""#))
    #expect(text.contains(#"    "stage1.*.a": "s#.conv""#))
  }

  @Test(arguments: ["exif", "none"]) func orientationsAreKept(_ word: String) throws {
    let text = "cnnc: 1\nmodel: One\ninput: {channels: 3, size: 8}\nlayers: [relu]\npreprocess: {orient: \(word)}\n"
    #expect(render(try TestSpecs.build(text: text)).contains("preprocess: {orient: \(word), interpolation"))
  }

  @Test func linesSayWhereTheyComeFrom() throws {
    let built = try TestSpecs.fixture("snippets")
    let text = render(built)
    let lines = text.split(separator: "\n")
    #expect(
      lines.contains {
        $0.contains("- {name: fc1, conv: {out: 2,")
          && $0.hasSuffix("# snippets.yaml:10, out = squeeze, padding: defaults :5")
      })
    #expect(lines.contains { $0.contains("- name: se ") && $0.hasSuffix("# snippets.yaml:22, SE(squeeze: 2)") })
    #expect(
      lines.contains {
        $0.contains("stride: the smallest that makes 16×16 of 32×32") || $0.contains("stride: the smallest")
      })
    let flat = render(built, flat: true)
    #expect(flat.contains("- {name: denseblock2__denselayer1__conv1, conv: {out: 16,"))
    #expect(flat.contains("# denseblock2.denselayer1.conv1, snippets.yaml:13, 16×16×16"))
  }

  @Test func openSizesBecomeParameters() throws {
    var options = BuildOptions()
    options.input = .maps(1, .symbol("H"), .symbol("W"))
    let text = "cnnc: 1\nmodel: Open\ninput: {channels: 1, size: 8}\nlayers: [conv: {out: 4, kernel: 3}]\n"
    let built = try TestSpecs.build(text: text, options: options)
    let expanded = render(built)
    #expect(expanded.contains("params: {H: int, W: int}"))
    #expect(expanded.contains("input: {channels: 1, height: H, width: W}"))
    let fixed = expanded.replacing("H: int, W: int", with: "H: int = 7, W: int = 9")
    #expect(try TestSpecs.build(text: fixed).graph.nodes.map(\.output) == [.maps(4, 5, 7)])
  }
}

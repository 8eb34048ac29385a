import Diagnostics
import Frontend
import GraphIR
import Layers
import Shapes
import SpecLanguage
import Testing

/// `like`: sizes of layers from other nodes.
@Suite struct LikenessTests {
  private func sizes(_ graph: Graph) -> [String: FieldValue] {
    var result: [String: FieldValue] = [:]
    for node in graph.nodes {
      if let size = node.attributes.first(where: { $0.name == "size" }) { result[node.path] = size.value }
    }
    return result
  }

  private func open(_ size: String) -> BuildOptions {
    var options = BuildOptions()
    let parts = size.split(separator: "x").map(String.init)
    options.input = .maps(.known(3), .symbol(parts[0]), .symbol(parts[1]))
    return options
  }

  @Test func sizesAreThoseOfTheNodes() throws {
    let graph = try TestSpecs.fixture("likeness").graph
    #expect(
      sizes(graph) == [
        "up1.upsample1": .size(AxisSizes(9)), "up2.pad1": .size(AxisSizes(17)), "framed": .size(AxisSizes(33)),
        "crop1": .size(AxisSizes(17)), "large": .size(AxisSizes(33)), "up3.upsample1": .size(AxisSizes(33)),
      ])
  }

  @Test func openSizesStayOpen() throws {
    let graph = try TestSpecs.fixture("likeness", options: open("HxW")).graph
    let (height, width) = (Extent.symbol("H"), Extent.symbol("W"))
    let half = OpenSize(spatial: [height, width].map { ($0 + 1).dividedRoundingDown(by: 2) })
    #expect(sizes(graph)["crop1"] == .openSize(half))
    #expect(sizes(graph)["up3.upsample1"] == .openSize(OpenSize(spatial: [height, width])))
    #expect(sizes(graph)["crop1"]?.description == "[(H + 1) // 2, (W + 1) // 2]")
    #expect(graph.shape(of: graph.outputs[0].value) == .maps(8, height, width))
    #expect(try GraphJSON.read(Array(GraphJSON.write(graph).utf8)) == graph)
  }

  @Test func theOddRowIsAtTheBottom() throws {
    let graph = try TestSpecs.build(layers: "  - pad: {size: [11, 8]}\n  - {name: last, crop: {size: [8, 8]}}")
    let pad = graph.nodes[0]
    #expect(
      pad.layer.meanings(for: graph.inputShapes(of: pad), output: pad.output)["padding"]
        == .padding(.explicit(top: 1, bottom: 2, left: 0, right: 0)))
  }

  @Test(arguments: [
    ("upsample: {like: nowhere}", DiagnosticID.unknownReference, 22, "no earlier node 'nowhere'"),
    ("upsample: {like: vector}", .wrongRank, 22, "a vector: it has no height and width"),
    ("upsample: {like: [a]}", .wrongType, 22, "a reference is a text"),
    ("upsample: {size: 4, like: a}", .conflict, 31, "size and like exclude each other"),
    ("upsample: {by: 2, like: a}", .conflict, 29, "by excludes size and like"),
    ("pad: {like: small}", .shapeField, 17, "pad cannot make a height of 3 of 8; crop makes maps smaller"),
    ("pad: {padding: 1, like: a}", .conflict, 29, "padding excludes size and like"),
    ("pad: {like: a, mode: reflect}", .padding, 17, "at most 7"),
    ("crop: {like: a}", .shapeField, 18, "a height of 40 does not lie in the input's height of 8"),
    ("crop: {offset: 1}", .missingKey, 5, "crop needs 'size'"),
  ]) func whatCannotBeIsReported(_ item: String, _ id: DiagnosticID, _ column: Int, _ message: String) {
    let text = """
      cnnc: 1
      input: {channels: 4, size: 8}
      layers:
        - {name: a, upsample: {by: 5}}
        - {name: small, from: input, crop: {size: 3}}
        - {name: vector, from: input, flatten}
        - {from: input, identity}
        - \(item)

      """
    let found = Compilation("spec.yaml", files: MemoryFiles(texts: ["spec.yaml": text])).diagnostics
    #expect(found.map(\.id) == [id], "\(found.map(\.message))")
    #expect(found.first?.message.contains(message) ?? false, "\(found.map(\.message))")
    #expect(found.first?.span.start == Position(line: 8, column: column))
  }

  @Test func onlySizesOfOtherNodesMayBeOpen() throws {
    let size = FieldValue.openSize(OpenSize(spatial: [.symbol("H"), 8]))
    let kernel = try #require(LayerRegistry.declaration("conv")?.field(named: "kernel"))
    #expect(throws: FieldError("kernel", "kernel must be of type size, got [H, 8]")) { try kernel.check(size) }
    let crop = try #require(LayerRegistry.declaration("crop")?.field(named: "size"))
    #expect(throws: Never.self) { try crop.check(size) }
  }
}

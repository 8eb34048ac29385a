import GraphIR
import Reports
import Testing

/// Windows worked out by hand, and those of networks as published.
@Suite struct ReceptiveFieldTests {
  private func fields(_ layers: String, size: Int = 32) throws -> [String] {
    let graph = try Built.text(spec(layers, input: "{channels: 1, size: \(size)}")).required()
    let fields = ReceptiveField(graph)
    return graph.nodes.map { fields[$0].description }
  }

  @Test func windowsGrowByTheirStep() throws {
    let layers =
      """
        - conv: {out: 1, kernel: 3}
        - max_pool: {kernel: 2, stride: 2}
        - conv: {out: 1, kernel: 3, dilation: 2}
        - relu
      """
    #expect(try fields(layers) == ["3×3, stride 1", "4×4, stride 2", "12×12, stride 2", "12×12, stride 2"])
  }

  @Test func rectangularWindows() throws {
    let layers = "  - conv: {out: 1, kernel: [1, 7], stride: [1, 2]}\n  - conv: {out: 1, kernel: [7, 1]}"
    #expect(try fields(layers) == ["1×7, stride 1×2", "7×7, stride 1×2"])
  }

  @Test func theWidestBranchCounts() throws {
    let layers =
      """
        - branches: {a: {conv: {out: 1, kernel: 5, padding: half}}, b: {conv: {out: 1, kernel: 3, padding: half}}}
          join: add
      """
    #expect(try fields(layers).last == "5×5, stride 1")
  }

  @Test func upsamplingMakesSmallerSteps() throws {
    let layers = "  - max_pool: {kernel: 4}\n  - upsample: {by: 2}\n  - conv: {out: 1, kernel: 3, padding: half}"
    #expect(try fields(layers) == ["4×4, stride 4", "4×4, stride 2", "8×8, stride 2"])
    #expect(try fields("  - upsample: {by: 2}").last == "1×1, stride 0.5")
  }

  @Test func aGlobalPoolSeesEverything() throws {
    let graph = try Built.text(spec("  - conv: {out: 1, kernel: 3}\n  - global_avg_pool\n  - flatten\n  - relu"))
      .required()
    let fields = ReceptiveField(graph)
    #expect(graph.nodes.map { fields[$0].isWhole } == [false, true, true, true])
    #expect(fields.ofNetwork?.description == "3×3, stride 1")
    #expect(fields.lastSpatialNode == 0)
  }

  @Test func aGateKeepsTheWindowOfTheMaps() throws {
    let graph = try Built.text(spec("  - conv: {out: 1, kernel: 3}\n  - gate: [global_avg_pool, sigmoid]")).required()
    let field = try #require(ReceptiveField(graph).ofNetwork)
    #expect(field.description == "3×3, stride 1")
    #expect(field.isGated && !field.isWhole)
  }

  /// The table of Araujo et al. 2019: AlexNet, VGG-16 and ResNet-50 with the stride on the first 1×1.
  @Test func publishedFigures() throws {
    let alexNet = try Built.spec("alexnet").required()
    #expect(ReceptiveField(alexNet)[try #require(alexNet.node(at: "features.12"))].description == "195×195, stride 32")
    let vgg16 = try Built.spec("vgg16").required()
    #expect(ReceptiveField(vgg16)[try #require(vgg16.node(at: "features.30"))].description == "212×212, stride 32")
    let resNet = try Built.spec("resnet50", variant: "v1").required()
    #expect(ReceptiveField(resNet).ofNetwork?.description == "483×483, stride 32")
  }
}

import Diagnostics
import GraphIR
import Reports
import Shapes
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

  /// The size of the input changes nothing, also where it is another node's size that is open.
  @Test(arguments: [("like: a", "11×11, stride 2"), ("by: 2", "11×11, stride 2")])
  func windowsOfOpenSizes(_ size: String, _ expected: String) throws {
    let layers = """
        - {name: a, conv: {out: 2, kernel: 3, stride: 2, padding: half}}
        - {name: b, conv: {out: 2, kernel: 3, stride: 2, padding: half}}
        - upsample: {\(size)}
        - conv: {out: 2, kernel: 3, padding: half}
      """
    #expect(try fields(layers).last == expected)
    var options = BuildOptions()
    for (height, width) in [(Extent.symbol("H"), Extent.symbol("W")), (.symbol("H") * 4, .symbol("W") * 4)] {
      options.input = Shape([.known(1), height, width])
      let graph = try Built.text(spec(layers, input: "{channels: 1, size: 32}"), options: options).required()
      #expect(ReceptiveField(graph)[try #require(graph.nodes.last)].description == expected)
    }
    // How often a fixed size is an open one, nobody knows.
    let fixed = "  - conv: {out: 1, kernel: 3}\n  - upsample: {size: 64}\n  - conv: {out: 1, kernel: 3}"
    let graph = try Built.text(spec(fixed), options: options).required()
    #expect(ReceptiveField(graph)[try #require(graph.nodes.last)].description == "whole input")
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
    let window = try #require(fields.window(of: graph.outputs[0]))
    #expect(window.field.description == "3×3, stride 1")
    #expect(window.node == 0)
  }

  /// A gate by a global pool and the statistics of a norm see the whole image; the window goes on beside that.
  @Test(arguments: [
    ("gate: [global_avg_pool, sigmoid]", "multiply1"), ("instance_norm", "instance_norm1"),
    ("group_norm: {groups: 1}", "group_norm1"), ("layer_norm: {over: all}", "layer_norm1"),
  ])
  func gatesAndNormsSeeTheWhole(_ layer: String, _ path: String) throws {
    let graph = try Built.text(
      spec("  - conv: {out: 1, kernel: 3}\n  - \(layer)\n  - conv: {out: 1, kernel: 3}\n  - relu")
    ).required()
    let fields = ReceptiveField(graph)
    let (field, node) = try #require(fields.window(of: graph.outputs[0]))
    #expect(field.description == "5×5 + whole, stride 1" && !field.isWhole)
    let first = try #require(field.wholeFrom)
    #expect(graph.nodes[first].path == path)
    #expect(graph.nodes[node].path == "relu1")
    #expect(fields[graph.nodes[0]].wholeFrom == nil)
    let report = TextReport.render(graph)
    #expect(report.contains("receptive field  whole input  from \(path) on\nits window"))
    #expect(report.contains("5×5  stride 1, at relu1"))
    let json = JSONReport.render([.init(file: "m.yaml", graph: graph, diagnostics: [], sources: SourceTable())])
    #expect(json.contains(#""layer": "relu1", "whole_from": "\#(path)"}"#))
  }

  @Test(arguments: ["batch_norm", "layer_norm: {over: channels}", "softmax"])
  func normsOfPixelsSeeOnePixel(_ layer: String) throws {
    #expect(try fields("  - conv: {out: 1, kernel: 3}\n  - \(layer)").last == "3×3, stride 1")
  }

  /// Where an image is a pixel, there is no more to see; a pool's mean has no window, also where it is spread again.
  @Test func wholeValuesHaveNoWindow() throws {
    #expect(
      try fields("  - conv: {out: 2, kernel: 3}\n  - group_norm: {groups: 1}", size: 3) == [
        "3×3, stride 1", "whole input",
      ])
    #expect(try fields("  - global_avg_pool\n  - upsample: {by: 4}\n  - instance_norm").last == "whole input")
  }

  /// A gate of rows sees whole rows, and steps as the maps do that it is spread over.
  @Test func gatesOfRowsStepAsTheMaps() throws {
    let layers = """
        - {name: a, conv: {out: 2, kernel: 3}}
        - {name: rows, adaptive_avg_pool: {size: [prev.h, 1]}}
        - {from: [a, rows], multiply}
        - conv: {out: 1, kernel: 3}
      """
    #expect(try fields(layers, size: 8).suffix(2) == ["3×8, stride 1", "5×10, stride 1"])
  }

  @Test func everyOutputHasItsOwn() throws {
    let layers = """
        - {name: fine, conv: {out: 1, kernel: 3}}
        - {name: coarse, conv: {out: 1, kernel: 3, stride: 2}}
        - {name: vector, flatten}
      """
    let graph = try Built.text(
      spec(layers, more: "outputs: {p3: fine, p4: coarse, logits: vector}")
    ).required()
    let report = TextReport.render(graph)
    #expect(report.contains("receptive field        3×3  stride 1, at fine (p3)"))
    #expect(report.contains("receptive field        5×5  stride 2, at coarse (p4, logits)"))
  }

  /// The table of Araujo et al. 2019: AlexNet, VGG-16 and ResNet-50 with the stride on the first 1×1.
  @Test func publishedFigures() throws {
    let alexNet = try Built.spec("alexnet").required()
    #expect(ReceptiveField(alexNet)[try #require(alexNet.node(at: "features.12"))].description == "195×195, stride 32")
    let vgg16 = try Built.spec("vgg16").required()
    #expect(ReceptiveField(vgg16)[try #require(vgg16.node(at: "features.30"))].description == "212×212, stride 32")
    let resNet = try Built.spec("resnet50", variant: "v1").required()
    #expect(ReceptiveField(resNet).window(of: resNet.outputs[0])?.field.description == "483×483, stride 32")
  }
}

import Diagnostics
import Frontend
import GraphIR
import ONNX
import ONNXEmission
import Shapes
import SpecLanguage
import Testing

@Suite("Open sizes in ONNX") struct OpenSizeTests {
  /// A network of layers over an open input, and over three sizes.
  private func export(_ layers: String) throws -> ModelProto {
    let files = MemoryFiles(
      texts: ["net.yaml": "cnnc: 1\nmodel: Open\ninput: {channels: 4, size: 32}\nlayers:\n\(layers)\n"])
    func graph(_ height: Extent, _ width: Extent) throws -> Graph {
      var options = BuildOptions()
      options.input = Shape([.known(4), height, width])
      let compilation = Compilation("net.yaml", options: options, files: files)
      guard let graph = compilation.graph else { throw ExportError(compilation.diagnostics.first?.message ?? "") }
      return graph
    }
    let sized = try [(32, 48), (40, 41), (57, 33)].map { try graph(.known($0.0), .known($0.1)) }
    let network = try TestNetwork(sized[0])
    return try NetworkExport(producerVersion: "test").model(
      graph(.symbol("H"), .symbol("W")), sized: sized, parameters: network.parameters)
  }

  @Test func stayOpenWhereTheNetworkAllowsIt() throws {
    let model = try export(
      """
        - {conv: {out: 8, kernel: 3, stride: 2, padding: half}}
        - {group_norm: {groups: 2}}
        - {channel_shuffle: {groups: 2}}
        - {upsample: {by: 2, mode: bilinear}}
        - {max_pool: {kernel: 3, stride: 2, padding: half}}
        - global_avg_pool
        - {conv: {out: 3, kernel: 1}}
      """)
    #expect(model.problem == nil)
    #expect(
      model.graph?.input[0]
        == ValueInfoProto("input", [.parameter("N"), .value(4), .parameter("H"), .parameter("W")]))
    #expect(model.graph?.output[0] == ValueInfoProto("output", [.parameter("N"), .value(3), .value(1), .value(1)]))
  }

  /// The layer that is refused is named, also where it does nothing at one of the sizes.
  @Test(
    arguments: [
      ("  - relu\n  - {max_pool: {kernel: 2, stride: 2, round: ceil}}\n  - tanh", 6),
      ("  - {name: a, relu}\n  - {conv: {out: 4, kernel: 1}}\n  - {crop: {size: 8}}\n  - tanh", 7),
      ("  - {conv: {out: 4, kernel: 1}}\n  - {crop: {size: 32}}\n  - tanh", 6),
      ("  - {conv: {out: 4, kernel: 1}}\n  - {pad: {padding: 2, mode: circular}}\n  - tanh", 6),
      (
        "  - {name: a, conv: {out: 4, kernel: 3, stride: 2, padding: half}}\n"
          + "  - {transposed_conv: {out: 4, kernel: 2, stride: 2}}\n  - {crop: {like: a}}\n  - {upsample: {like: a}}", 7
      ),
    ])
  func theLayerIsNamed(layers: String, line: Int) throws {
    do {
      _ = try export(layers)
      Issue.record("the layer depends on the size")
    } catch let error as ExportError {
      #expect(error.location == "net.yaml:\(line)", "\(error)")
    }
  }

  @Test func areRefusedWhereALayerDependsOnThem() throws {
    #expect(throws: ExportError.self) { _ = try export("  - {adaptive_avg_pool: {size: 3}}\n  - relu") }
    do {
      _ = try export("  - relu\n  - {max_pool: {kernel: 2, stride: 2, round: ceil}}")
      Issue.record("a window that hangs over is as large as the input lets it")
    } catch let error as ExportError {
      #expect(error.location == "net.yaml:6" && error.message.hasPrefix("what 'max_pool1' computes depends"))
    }
  }
}

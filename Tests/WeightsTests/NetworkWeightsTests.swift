import Diagnostics
import Frontend
import GraphIR
import NetworkWeights
import SpecLanguage
import Testing

@testable import Weights

/// Specs of the repository with files of weights.
@Suite struct NetworkWeightsTests {
  private func network(_ name: String) throws -> (graph: Graph, maps: [NameMap]) {
    let compilation = Compilation(root + "specs/\(name).yaml")
    return (try #require(compilation.graph), try #require(compilation.spec).nameMaps)
  }

  private func network(layers: String) throws -> Graph {
    let text = "cnnc: 1\nmodel: M\ninput: {channels: 4, size: 8}\nlayers:\n" + layers
    return try #require(Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).graph)
  }

  private static let published = "data/weights/efficientnet-lite0-57934424.pth"

  @Test(.enabled(if: sharedFile(published) != nil, "skipped: CNNC_SHARED has no \(published)"))
  func everyTensorOfThePublishedFileBinds() throws {
    let (graph, maps) = try network("efficientnet_lite0")
    let file = try WeightFile.open(try #require(sharedFile(Self.published)))
    #expect(file.format == .pytorchLegacy && file.tensors.count == 296)
    let binding = WeightBinding.match(graph.expectedTensors, to: file.tensors, maps: maps)
    #expect(binding.isComplete && binding.map == "published", "\(binding.problems())")
    let weights = file.tensors.filter(\.type.isFloatingPoint)
    #expect(binding.bound.count == weights.count && Set(binding.bound.map(\.source)) == Set(weights.map(\.name)))
    let last = binding.bound.first { $0.name == "blocks.6.0.conv_pwl.weight" }
    #expect(last?.source == "_blocks.15._project_conv.weight")
    // The first and last bias of the classifier, as PyTorch loads them.
    let bias = try file.float32(named: "_fc.bias")
    #expect(bias.count == 1000 && TensorStatistics(bias).isFinite)
  }

  /// Heads for training are nothing to a run, and used by training if a file has them.
  @Test func headsAreExpectedWhereTheyAreTrained() throws {
    let (graph, _) = try network("googlenet")
    let unused = graph.expectedTensors.filter { $0.need == .unused }.map(\.name)
    #expect(!unused.isEmpty && unused.allSatisfy { $0.hasPrefix("aux") })
    let trained = graph.expectedTensors(trainsHeads: true)
    #expect(trained.map(\.name) == graph.expectedTensors.map(\.name))
    #expect(trained.filter { $0.need == .optional }.map(\.name) == unused)
    #expect(!trained.contains { $0.need == .unused })
  }

  /// The map's names without the file, so that it is tested everywhere.
  @Test func publishedMap() throws {
    let (graph, maps) = try network("efficientnet_lite0")
    let names = try maps[0].apply(to: graph.expectedTensors.map(\.name))
    #expect(names.allSatisfy { $0.hasPrefix("_") })
    #expect(names.contains("_blocks.1._expand_conv.weight") && names.contains("_blocks.15._bn2.running_var"))
  }

  @Test func pytorchDefaults() throws {
    let graph = try network(
      layers: """
          - {name: conv, conv: {out: 6, kernel: 3}}
          - {name: bn, batch_norm}
          - {name: act, prelu}
          - flatten
          - {name: fc, linear: {out: 10}}
        """)
    let tensors = Dictionary(
      uniqueKeysWithValues: try graph.initialTensors(from: MemoryFiles([:])).map { ($0.name, $0.initialization) })
    #expect(tensors["conv.weight"] == .pytorch(fanIn: 36) && tensors["conv.bias"] == .pytorch(fanIn: 36))
    #expect(tensors["fc.bias"] == .pytorch(fanIn: 216))
    #expect(tensors["bn.weight"] == .constant(1) && tensors["bn.bias"] == .constant(0))
    #expect(tensors["bn.running_mean"] == .constant(0) && tensors["bn.running_var"] == .constant(1))
    #expect(tensors["act.weight"] == .constant(0.25))
  }

  @Test func initializersOfTheSpec() throws {
    let graph = try network(
      layers: """
          - {name: a, conv: {out: 6, kernel: 3, init: he_normal}}
          - {name: b, conv: {out: 8, kernel: 3, groups: 2, init: {weight: xavier_uniform, bias: {constant: {value: 2}}}}}
          - {name: c, conv: {out: 8, kernel: 1, init: {truncated_normal: {std: 0.1}}}}
          - {name: bn, batch_norm: {init: zeros}}
          - {name: s, scale: {by: 0.5, trainable: true}}
        """)
    let tensors = Dictionary(
      uniqueKeysWithValues: try graph.initialTensors(from: MemoryFiles([:])).map { ($0.name, $0.initialization) })
    #expect(tensors["a.weight"] == .heNormal(fanIn: 36) && tensors["a.bias"] == .pytorch(fanIn: 36))
    #expect(tensors["b.weight"] == .xavierUniform(fanIn: 27, fanOut: 72) && tensors["b.bias"] == .constant(2))
    #expect(tensors["c.weight"] == .truncatedNormal(mean: 0, standardDeviation: 0.1))
    #expect(tensors["bn.weight"] == .constant(0) && tensors["s.weight"] == .constant(0.5))
    // What goes by fans has none in a tensor of one dimension, which the spec is told.
    let text = "cnnc: 1\ninput: {channels: 4, size: 8}\nlayers: [batch_norm: {init: he_normal}]\n"
    let wrong = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text]))
    #expect(wrong.graph == nil && wrong.diagnostics.map(\.id) == [.shapeField])
  }

  @Test func drawnWeightsBind() throws {
    let (graph, _) = try network("googlenet")
    let infos = try graph.initialTensors(from: MemoryFiles([:])).map {
      TensorInfo(name: $0.name, shape: $0.shape, type: .float32)
    }
    #expect(WeightBinding.match(graph.expectedTensors, to: infos).isComplete)
  }

  /// A published name may hold what the network's own do not.
  @Test func publishedNamesMayHaveDashes() throws {
    let text = """
      cnnc: 1
      model: M
      input: {channels: 3, size: 8}
      layers:
        - {name: block1, layers: [{name: "a", conv: {out: 2, kernel: 1}}]}
      weights:
        published: {block1.*: trunk.block1-*}
        broken: {block1.*: "trunk. x", "a-b": c}
      """
    let compilation = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text]))
    let found = compilation.findingsOfReading.sorted.map { "\($0.id) \($0.span.start.line):\($0.span.start.column)" }
    #expect(found == ["illFormedName 8:22", "illFormedName 8:34"])
    let fixed = text.split(separator: "\n").dropLast().joined(separator: "\n")
    let spec = try #require(Compilation.spec(at: "m.yaml", files: MemoryFiles(texts: ["m.yaml": fixed])))
    #expect(try spec.nameMaps[0].apply(to: ["block1.a.weight"]) == ["trunk.block1-a.weight"])
  }
}

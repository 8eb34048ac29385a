import GraphIR
import Testing

/// The architectures that torchvision and timm have, against theirs: totals, tensors and every module's output.
@Suite("Reference figures") struct ReferenceTests {
  @Test func allAreThere() { #expect(Reference.names.count == 27) }

  /// EfficientNet's variants have short names.
  private func graph(_ name: String) throws -> Graph {
    let prefix = "efficientnet_b"
    return try Zoo.network(named: name.hasPrefix(prefix) ? "b" + name.dropFirst(prefix.count) : name)
  }

  @Test(arguments: Reference.names) func totals(_ name: String) throws {
    let reference = try Reference(name)
    let graph = try graph(name)
    let totals = Totals(graph.mainNodes)
    #expect(graph.input.values == reference.input)
    #expect(totals.trainable == reference.figures["parameters"])
    #expect(totals.fixed == 0)
    #expect(totals.buffers == reference.figures["buffers"])
    #expect(totals.macs.value == reference.figures["macs"])
  }

  @Test(arguments: Reference.names) func tensors(_ name: String) throws {
    let expected = try Reference(name).tensors
    var found: [String: [Int]] = [:]
    for node in try graph(name).mainNodes {
      for parameter in node.parameters { found["\(node.path).\(parameter.name)"] = parameter.shape }
    }
    let names = Set(expected.keys).symmetricDifference(found.keys).sorted()
    #expect(names == [], "tensors that only one of both has")
    for (name, shape) in expected { #expect(found[name] == shape, "\(name)") }
  }

  @Test(arguments: Reference.names) func modulesWithParameters(_ name: String) throws {
    let graph = try graph(name)
    let nodes = Dictionary(uniqueKeysWithValues: graph.mainNodes.map { ($0.path, $0) })
    for module in try Reference(name).modules where module.parameters > 0 {
      let node = try #require(nodes[module.name], "\(module.name)")
      #expect(node.output.values == module.output, "\(module.name)")
      #expect(Totals([node]).trainable == module.parameters, "\(module.name)")
      #expect(node.macs.value == module.macs, "\(module.name)")
    }
  }

  /// Modules without parameters have other names here, or none, so what is compared is how many of a kind have a shape. There may
  /// be more here: much is a call of a function there, which leaves no trace.
  @Test(arguments: Reference.names) func modulesWithoutParameters(_ name: String) throws {
    var shapes: [String: [[Int]: Int]] = [:]
    for node in try graph(name).mainNodes {
      guard let shape = node.output.values else { continue }
      shapes[node.keyword, default: [:]][shape, default: 0] += 1
    }
    for module in try Reference(name).modules where module.parameters == 0 {
      if Self.withoutEffect[name] == module.name { continue }
      guard let kinds = Self.keywords[module.kind] else {
        Issue.record("\(module.name) is a \(module.kind), which is no kind of layer here")
        continue
      }
      guard !kinds.isEmpty else { continue }
      let kind = kinds.first { shapes[$0]?[module.output] ?? 0 > 0 }
      #expect(kind != nil, "\(module.name), \(module.kind) \(module.output)")
      if let kind { shapes[kind]?[module.output]? -= 1 }
    }
  }

  /// A dropout at rate 0, which the spec leaves out.
  private static let withoutEffect = ["cspresnet50": "head.drop"]

  /// The kinds here that a kind of PyTorch's may be; those with none do nothing at inference and change no shape.
  private static let keywords: [String: [String]] = [
    "AdaptiveAvgPool2d": ["global_avg_pool", "adaptive_avg_pool"],
    "AvgPool2d": ["avg_pool"],
    "Dropout": ["dropout"],
    "Flatten": ["flatten"],
    // timm puts it where another network of the family has an activation, a norm, a dropout or a head.
    "Identity": [],
    "LeakyReLU": ["leaky_relu"],
    "MaxPool2d": ["max_pool"],
    "ReLU": ["relu"],
    "ReLU6": ["relu6"],
    "Sigmoid": ["sigmoid"],
    "SiLU": ["silu"],
    // Exists in training only and stands before the sum, whose shape it has.
    "StochasticDepth": ["add"],
  ]
}

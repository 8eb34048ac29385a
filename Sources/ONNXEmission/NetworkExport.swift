import GraphIR
import Interpreter
import ONNX
import Shapes
import Tensors

/// A network as a file of ONNX.
package struct NetworkExport: Sendable {
  package struct Options: Hashable, Sendable {
    /// The version of the operators; nil for the lowest that is well supported, or that they need.
    package var opset: Int?
    /// The images of a batch; nil for any number.
    package var batch: Int?
    /// Whether batch norms go into the weights before them.
    package var foldsNorms = false
    /// Whether a softmax is put behind outputs that are logits.
    package var appendsSoftmax = false
    /// Whether blocks become functions.
    package var keepsBlocks = false

    package init() {}
  }

  /// The version of the operators that is written unless another is asked for, and those that can be.
  package static let defaultOpset = 17
  package static let opsets = 13...22

  package var options: Options
  /// What `metadata_props` says, in this order.
  package var metadata: [(key: String, value: String)]
  package var producerVersion: String

  package init(options: Options = Options(), metadata: [(key: String, value: String)] = [], producerVersion: String) {
    self.options = options
    self.metadata = metadata
    self.producerVersion = producerVersion
  }

  /// The network with its tensors by path. A graph with open sizes comes with the same network built for several sizes, from
  /// which it is seen that what is written suits all of them.
  ///
  /// - Throws: `ExportError` if the network cannot be written so, `InterpreterError` if tensors are missing or do not fit.
  package func model(_ graph: Graph, sized: [Graph] = [], parameters: [String: Tensor]) throws -> ModelProto {
    let isOpen = !sized.isEmpty
    var found: (graph: GraphProto, nodes: [GraphWriter.WrittenNode])?
    for network in isOpen ? sized : [graph] {
      let next = try written(network, parameters: parameters, isOpen: isOpen)
      if let found { try Self.requireEqual(found, next) }
      found = found ?? next
    }
    guard let found else { throw ExportError("the network has no size") }
    var result = found.graph
    result.name = graph.name
    result.docString = graph.summary ?? ""
    let batch = options.batch.map { Dimension.value(Int64($0)) } ?? .parameter(Self.batchName(graph))
    result.input = zip(graph.inputNames, graph.inputs).map { name, input in
      ValueInfoProto(name, [batch] + input.shape.dimensions.map { $0.dimension(isInput: true) })
    }
    result.output = zip(graph.outputNames, graph.outputs).map { name, output in
      ValueInfoProto(name, [batch] + graph.shape(of: output.value).dimensions.map { $0.dimension(isInput: false) })
    }
    var model = ModelProto()
    let opset = options.opset ?? Self.defaultOpset
    model.irVersion = Self.irVersion(opset)
    model.producerName = "cnnc"
    model.producerVersion = producerVersion
    model.opsetImport = [OperatorSetIdProto(version: opset)]
    model.metadataProps = metadata.map { StringStringEntryProto($0.key, $0.value) }
    model.graph = result
    if options.keepsBlocks { FunctionFolding(graph, found.nodes, model).apply(to: &model) }
    return model
  }

  private func written(
    _ network: Graph, parameters: [String: Tensor], isOpen: Bool
  ) throws -> (graph: GraphProto, nodes: [GraphWriter.WrittenNode]) {
    let traced = try Interpreter(network, parameters: parameters).computation(batch: options.batch ?? 1)
    let shapes = traced.outputShapes
    var computation = traced.forExport()
    if options.foldsNorms { computation = computation.foldingScalings() }
    if options.appendsSoftmax {
      computation.appendSoftmax(
        behind: network.outputs.map { output in
          output.value.node.map { [.logits, .logProbabilities].contains(network.nodes[$0].layer.scores) } ?? true
        })
    }
    var writer = GraphWriter(
      computation, inputs: network.inputNames, outputs: network.outputNames,
      opset: options.opset ?? Self.defaultOpset, hasOpenSizes: isOpen)
    try writer.writeOperations()
    let outputs = zip(computation.outputs, zip(network.outputNames, shapes))
    return writer.graph(outputs: outputs.map { ($0, $1.0, $1.1) })
  }

  /// - Throws: `ExportError` with the first layer whose nodes differ between sizes of the input.
  private static func requireEqual(
    _ first: (graph: GraphProto, nodes: [GraphWriter.WrittenNode]),
    _ second: (graph: GraphProto, nodes: [GraphWriter.WrittenNode])
  ) throws(ExportError) {
    if first.graph == second.graph { return }
    let label = Self.difference(first, second)
    throw ExportError(
      "what '\(label?.path ?? "the network")' computes depends on the input's size in more than its output's size, so one "
        + "file cannot be for all; give the size with --input", at: label?.location)
  }

  /// The first layer whose nodes, or numbers that they read, are not the same, or that has nodes in one network alone.
  ///
  /// Values' names say nothing: where a layer has no nodes, what the one before makes has its name.
  private static func difference(
    _ first: (graph: GraphProto, nodes: [GraphWriter.WrittenNode]),
    _ second: (graph: GraphProto, nodes: [GraphWriter.WrittenNode])
  ) -> Computation.Label? {
    func bare(
      _ written: GraphWriter.WrittenNode, _ constants: [String: TensorProto]
    ) -> (path: String?, node: NodeProto, numbers: [TensorProto?]) {
      var node = written.node
      let numbers = node.input.map { constants[$0].map(Self.unnamed) }
      (node.name, node.input, node.output) = ("", [], [])
      return (written.label?.path, node, numbers)
    }
    let (known, others) = (Self.constants(first.graph), Self.constants(second.graph))
    for (mine, other) in zip(first.nodes, second.nodes) {
      let (a, b) = (bare(mine, known), bare(other, others))
      if a == b { continue }
      let isMineAlone = !second.nodes.contains { $0.label?.path == a.path }
      let isOthersAlone = !first.nodes.contains { $0.label?.path == b.path }
      return isOthersAlone && !isMineAlone ? other.label : mine.label
    }
    let longer = first.nodes.count < second.nodes.count ? second.nodes : first.nodes
    let common = min(first.nodes.count, second.nodes.count)
    return (longer.count > common ? longer[common] : first.nodes.last)?.label
  }

  private static func unnamed(_ tensor: TensorProto) -> TensorProto {
    var tensor = tensor
    tensor.name = ""
    return tensor
  }

  private static func constants(_ graph: GraphProto) -> [String: TensorProto] {
    Dictionary(graph.initializer.map { ($0.name, $0) }) { first, _ in first }
  }

  /// The version of the format that knows a version of the operators.
  private static func irVersion(_ opset: Int) -> Int64 {
    switch opset {
    case ...14: 7
    case ...18: 8
    case ...20: 9
    default: 10
    }
  }

  private static func batchName(_ graph: Graph) -> String {
    let names = graph.inputs.flatMap { $0.shape.dimensions.map(\.description) }
    return names.contains { $0.contains("N") } ? "batch" : "N"
  }
}

extension Graph {
  /// The inputs' names in a file.
  package var inputNames: [String] { inputs.map { $0.name ?? "input" } }

  /// The outputs' names in a file; an output that is called as an input is has a suffix.
  package var outputNames: [String] {
    let taken = Set(inputNames)
    return outputs.map { output in
      let name = output.name ?? "output"
      return taken.contains(name) ? "\(name)_output" : name
    }
  }
}

extension Extent {
  fileprivate func dimension(isInput: Bool) -> Dimension {
    if let value { return .value(Int64(value)) }
    // A formula of an output is nothing that a reader could compute; its letters alone would say that it is one of them.
    let text = description
    return isInput || text.allSatisfy { $0.isASCII && $0.isLetter } ? .parameter(text) : .unknown
  }
}

extension Computation {
  /// Puts a softmax behind outputs that are logits: those that a layer says so of, and that no softmax, sigmoid or logarithm
  /// of one has made.
  mutating func appendSoftmax(behind areLogits: [Bool]) {
    for (place, output) in outputs.enumerated() where areLogits[place] {
      var node = self[output]
      if case .operation(let operation, _) = node.origin, operation.yieldsProbabilities { continue }
      node.origin = .operation(Operations.Softmax(), Operands([output]))
      nodes.append(node)
      outputs[place] = Value(index: nodes.count - 1)
    }
  }
}

extension Tensors.Operation {
  fileprivate var yieldsProbabilities: Bool {
    self is Operations.Softmax || self is Operations.LogSoftmax || activation == .sigmoid
  }
}

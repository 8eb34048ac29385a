import GraphIR
import Layers
import Shapes
import Tensors

/// Runs a graph node by node through the layers' plain operations; its auxiliary heads only if they are asked for.
///
/// Everything about the graph and its parameters is checked once, when the interpreter is made, so that running can
/// only fail for the input's sake. A value is freed after the last node that reads it.
package struct Interpreter: Sendable {
  /// The most elements of one value: 8 GiB, far beyond what networks have.
  package static let largestValue = 1 << 31

  let graph: Graph
  /// The nodes that are run, in their order.
  let nodes: ArraySlice<Node>
  /// The shapes of the inputs, without the batch.
  let inputs: [[Int]]
  /// The tensors of each node by their short names.
  let parameters: [ParameterSet]
  /// The values that are given back.
  let outputs: [ValueID]
  /// For each value the last node that reads it; the count of nodes for outputs, which outlive them all.
  private let lastUses: ValueTable<Int>

  /// Prepares a graph with its parameters by path, such as `layer1.0.conv1.weight`; others may be among them.
  ///
  /// With `heads`, as training takes it, what the auxiliary heads give follows on the outputs.
  ///
  /// - Throws: `InterpreterError` if the graph has open sizes, or a parameter is missing or of another shape.
  package init(_ graph: Graph, parameters: [String: Tensor], heads: Bool = false) throws(InterpreterError) {
    self.graph = graph
    let nodes = heads ? graph.nodes[...] : graph.mainNodes
    self.nodes = nodes
    outputs = graph.outputs.map(\.value) + (heads ? graph.heads.map(\.output) : [])
    var inputs: [[Int]] = []
    for input in graph.inputs {
      guard let sizes = input.shape.values else { throw .openSize(path: input.name ?? "input", shape: input.shape) }
      inputs.append(sizes)
    }
    self.inputs = inputs
    for node in nodes where !node.output.isKnown { throw .openSize(path: node.path, shape: node.output) }
    let missing = nodes.filter { $0.sharedWith == nil }.flatMap(\.parameterPaths).filter {
      parameters[$0] == nil
    }
    guard missing.isEmpty else { throw .missingParameters(missing) }
    var sets: [ParameterSet] = []
    for node in nodes {
      if let owner = node.sharedWith {
        sets.append(sets[owner])
      } else {
        sets.append(try Self.parameters(of: node, among: parameters))
      }
    }
    self.parameters = sets
    lastUses = Self.lastUses(of: nodes, in: graph, outputs: outputs)
  }

  private static func parameters(
    of node: Node, among parameters: [String: Tensor]
  ) throws(InterpreterError) -> ParameterSet {
    var tensors: [String: Tensor] = [:]
    for (spec, path) in zip(node.parameters, node.parameterPaths) {
      guard let tensor = parameters[path] else { continue }
      guard tensor.shape == spec.shape else {
        throw .wrongParameterShape(path: path, expected: spec.shape, found: tensor.shape)
      }
      tensors[spec.name] = tensor
    }
    return ParameterSet(tensors)
  }

  private static func lastUses(of nodes: ArraySlice<Node>, in graph: Graph, outputs: [ValueID]) -> ValueTable<Int> {
    let count = nodes.count
    var lastUses = ValueTable(repeating: -1, for: graph, nodes: count)
    for (index, node) in nodes.enumerated() {
      // A value that nothing reads is freed as soon as it is made.
      lastUses[.output(ofNode: index)] = index
      for value in node.inputs { lastUses[value] = index }
    }
    for output in outputs { lastUses[output] = count }
    return lastUses
  }

  /// The values of a run.
  package struct Results: Sendable {
    /// In the order of the graph's outputs, then those of the heads.
    package var outputs: [Tensor]
    /// The output of each tapped node by its path.
    package var taps: [String: Tensor]

    package init(outputs: [Tensor], taps: [String: Tensor]) {
      self.outputs = outputs
      self.taps = taps
    }
  }

  /// Runs a graph with one input, as below.
  package func run(_ batch: Tensor, taps: Set<String> = []) throws(InterpreterError) -> Results {
    try run([batch], taps: taps)
  }

  /// Runs the graph on batches `[N, C, H, W]`, or `[N, features]`, of any one N, one for each input in their order, and
  /// also returns the outputs of the nodes at the given paths.
  ///
  /// - Throws: `InterpreterError` if an input is of another shape, a tap names no node, or a value would be too large.
  package func run(_ batches: [Tensor], taps: Set<String> = []) throws(InterpreterError) -> Results {
    try check(batches.map(\.shape), taps: taps)
    var values = ValueTable<Tensor?>(repeating: nil, for: graph, nodes: nodes.count)
    var results = Results(outputs: [], taps: [:])
    for (position, batch) in batches.enumerated() { values[.input(position)] = batch }
    for (index, node) in nodes.enumerated() {
      let inputs = node.inputs.compactMap { values[$0] }
      for value in node.inputs where lastUses[value] == index { values[value] = nil }
      let elements = saturatingProduct(batches[0].shape[0], node.output.elements.value ?? Int.max)
      let intermediate = saturatingProduct(
        batches[0].shape[0],
        node.layer.intermediateElements(for: graph.inputShapes(of: node), output: node.output).value ?? Int.max)
      do throws(AllocationError) {
        // A layer may make its output in several operations, each of which holds the one before.
        try SystemMemory.require(floats: elements, elements, intermediate)
      } catch {
        throw .outOfMemory(path: node.path, error)
      }
      let output = node.layer.output(inputs, parameters[index])
      if taps.contains(node.path) { results.taps[node.path] = output }
      let value = ValueID.output(ofNode: index)
      if lastUses[value] > index { values[value] = output }
    }
    results.outputs = outputs.compactMap { values[$0] }
    return results
  }

  func check(_ batches: [[Int]], taps: Set<String>) throws(InterpreterError) {
    guard batches.count == inputs.count else { throw .wrongInputCount(expected: inputs.count, found: batches.count) }
    for (input, batch) in zip(inputs, batches)
    where batch.count != input.count + 1 || Array(batch.dropFirst()) != input || batch[0] != batches[0][0] {
      throw .wrongInputShape(expected: input, found: batch)
    }
    let batch = batches[0]
    let paths = Set(nodes.map(\.path))
    if let unknown = taps.subtracting(paths).min() { throw .unknownTap(unknown) }
    for node in nodes {
      let intermediate = node.layer.intermediateElements(for: graph.inputShapes(of: node), output: node.output)
      let elements = saturatingProduct(
        batch[0], max(node.output.elements.value ?? Int.max, intermediate.value ?? Int.max))
      if elements > Self.largestValue { throw .tooLarge(path: node.path, elements: elements) }
    }
  }
}

extension Node {
  /// The paths of the node's tensors, in their order.
  fileprivate var parameterPaths: [String] { parameters.map { path.isEmpty ? $0.name : "\(path).\($0.name)" } }
}

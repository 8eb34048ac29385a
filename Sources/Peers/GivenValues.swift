import GraphIR
import Interpreter
import Tensors

/// A peer's values of a network's layers, for one image, and what the layers' definitions make of them: so each layer is judged
/// by itself, whatever those before it and their rounding came to.
struct GivenValues {
  private let graph: Graph
  private let interpreter: Interpreter
  private let inputs: [Tensor]
  /// The peer's values, by the nodes that they are of.
  private var seen: [Int: Tensor] = [:]
  /// What the layers that the peer does not show make of those that it shows.
  private var unseen: [Int: DoubleTensor] = [:]

  init(_ graph: Graph, _ interpreter: Interpreter, inputs: [Tensor]) {
    (self.graph, self.interpreter, self.inputs) = (graph, interpreter, inputs)
  }

  mutating func add(_ value: Tensor, of node: Node) { seen[node.id] = value }

  /// The layers that a node's inputs come through, back to those that are seen, in their order.
  func unseenNodes(before node: Node) -> [Node] {
    var found: Set<Int> = []
    var open = node.inputs.compactMap(\.node)
    while let next = open.popLast() {
      guard seen[next] == nil, found.insert(next).inserted else { continue }
      open += graph.nodes[next].inputs.compactMap(\.node)
    }
    return found.sorted().map { graph.nodes[$0] }
  }

  /// How far a value that is seen is from what its layer, and those before it that are not seen, make by their definitions; nil
  /// where a value has another shape than the network's.
  mutating func step(to node: Node) -> Difference.Step? {
    for node in unseenNodes(before: node) where unseen[node.id] == nil {
      guard let computation = computation(of: node), let inputs = exactInputs(of: node) else { return nil }
      unseen[node.id] = computation.plain(inputs)[0]
    }
    guard let value = seen[node.id], let computation = computation(of: node), let inputs = exactInputs(of: node) else {
      return nil
    }
    let exact = computation.plain(inputs)[0]
    guard exact.shape == value.shape else { return nil }
    let single = computation.plain(inputs.map { Tensor($0.elements.map(Float.init), shape: $0.shape) })[0]
    let deviation = Difference.error(single.elements, from: exact.elements)
    return Difference.Step(
      error: Difference.error(value.elements, from: exact.elements), deviation: deviation.isFinite ? deviation : 0)
  }

  private func computation(of node: Node) -> Computation? {
    let shapes = node.inputs.compactMap { graph.shape(of: $0).values.map { [1] + $0 } }
    guard shapes.count == node.inputs.count else { return nil }
    return interpreter.computation(ofNode: node.id, from: shapes)?.forInference()
  }

  /// What flows into a node at the peer; nil where that has another shape than the network's.
  private func exactInputs(of node: Node) -> [DoubleTensor]? {
    var result: [DoubleTensor] = []
    for input in node.inputs {
      let given = input.node.map { seen[$0] } ?? input.inputPosition.map { inputs[$0] }
      let value = given.map { DoubleTensor(converting: $0) } ?? input.node.flatMap { unseen[$0] }
      guard let value, value.shape == graph.shape(of: input).values.map({ [1] + $0 }) else { return nil }
      result.append(value)
    }
    return result
  }
}

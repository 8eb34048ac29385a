import Tensors

/// A computation on its way to a plan: operations with what they take over from their neighbours.
///
/// Passes rewrite it in place; the nodes stay in an order in which they can run.
struct FusedGraph: Sendable {
  typealias Value = Computation.Value

  var nodes: [FusedNode] = []
  /// The shape of every value, with the batch.
  private(set) var shapes: [[Int]]
  let inputs: [Value]
  let outputs: [Value]
  /// Values that steps behind the computation read in row-major order, to move the state; each in the place where it lies so.
  private(set) var kept: [Value: Value] = [:]
  /// What is there before the network runs: parameters, constants, and what operations make of those alone. In training
  /// parameters move, so what is made of them is made in each run.
  let given: GivenTensors
  /// Whether parameters move.
  let isTraining: Bool

  /// The operations of a computation that its outputs need, as they are, and `kept` values, which steps in training read.
  init(_ computation: Computation, kept: [Value] = [], isTraining: Bool = false) {
    self.isTraining = isTraining
    shapes = computation.nodes.map(\.shape)
    inputs = computation.inputs
    outputs = computation.outputs
    given = GivenTensors(computation, isTraining: isTraining)
    var isNeeded = Array(repeating: false, count: computation.nodes.count)
    for output in outputs + kept { isNeeded[output.index] = true }
    for index in computation.nodes.indices.reversed() where isNeeded[index] {
      let (node, value) = (computation.nodes[index], Value(index: index))
      guard case .operation(let operation, let operands) = node.origin, !given.contains(value) else { continue }
      for operand in operands.all { isNeeded[operand.index] = true }
      nodes.append(
        FusedNode(
          operation: operation, operands: operands, output: value, labels: node.label.map { [$0] } ?? []))
    }
    nodes.reverse()
    let vectors = vectors
    for value in Set(kept).sorted(by: { $0.index < $1.index }) {
      guard !vectors.contains(value), given.contains(value) || shapes[value.index].count > 1 else {
        self.kept[value] = value
        continue
      }
      let moved = makeValue(shapes[value.index])
      let label = computation[value].label.map { [$0] } ?? []
      nodes.append(
        FusedNode(operation: Operations.RowMajor(), operands: Operands([value]), output: moved, labels: label))
      self.kept[value] = moved
    }
  }

  /// What somebody reads when all nodes have run.
  var results: [Value] { outputs + kept.values.sorted { $0.index < $1.index } }

  func shape(of value: Value) -> [Int] { shapes[value.index] }

  /// How often each value is read; an output of the graph is read once more.
  var useCounts: [Int] {
    var counts = Array(repeating: 0, count: shapes.count)
    for node in nodes { for value in node.reads { counts[value.index] += 1 } }
    for output in results { counts[output.index] += 1 }
    return counts
  }

  /// The given tensors that flow into operations as maps do, or are outputs, in their order. What only multiplies or
  /// shifts is packed with a kernel's weights, and is not among them.
  var readConstants: [Value] {
    Set(nodes.flatMap(\.reads) + results).filter { given.contains($0) }.sorted { $0.index < $1.index }
  }

  /// Weights that nodes make, in training, of parameters, and what they make on the way: a volume's weight is made, and then
  /// has the shape that operations on maps read.
  var madeWeights: Set<Value> {
    guard isTraining else { return [] }
    let weights = nodes.flatMap { $0.operation.readsWeights ? [] : $0.operands.weights }
    var result = Set(weights).filter { !given.contains($0) }
    for node in nodes.reversed() where result.contains(node.output) {
      result.formUnion(node.operands.all.filter { !given.contains($0) })
    }
    return result
  }

  /// The values that are no maps and lie in row-major order: results of operations that yield such, what is made of those
  /// alone, as the sum of a shared weight's gradients, and weights.
  var vectors: Set<Value> {
    var result = madeWeights
    for node in nodes where node.operation.yieldsVector || !node.reads.isEmpty && node.reads.allSatisfy(result.contains)
    {
      result.insert(node.output)
    }
    return result
  }

  /// The shapes of a node's operands.
  func operandShapes(of node: FusedNode) -> Operands<[Int]> { node.operands.map(shape) }

  /// Adds a value of a shape.
  mutating func makeValue(_ shape: [Int]) -> Value {
    shapes.append(shape)
    return Value(index: shapes.count - 1)
  }
}

/// An operation with what was fused into it: `act(scale · operation(inputs) + shift + residual)`.
struct FusedNode: Sendable {
  var operation: any Operation
  /// What flows in, and the operation's weights, all of them given.
  var operands: Operands<Computation.Value>
  /// What follows the operation for each channel of its output, such as a batch norm, one after the other.
  var scalings: [FusedScaling] = []
  var residual: Computation.Value?
  var activation: Activation?
  var output: Computation.Value
  /// The layers that the node computes.
  var labels: [Computation.Label]
  /// Whether the node makes a value of the forward pass again, for the backward pass.
  var isRecomputed = false

  init(
    operation: any Operation, operands: Operands<Computation.Value>, output: Computation.Value,
    labels: [Computation.Label]
  ) {
    self.operation = operation
    self.operands = operands
    self.output = output
    self.labels = labels
  }

  var inputs: [Computation.Value] { operands.inputs }

  /// What flows in while the network runs: the inputs, the weights if they do, then the residual.
  var reads: [Computation.Value] {
    inputs + (operation.readsWeights ? operands.weights : []) + (residual.map { [$0] } ?? [])
  }
}

/// A scaling that a node took over, with the weights that it has.
struct FusedScaling: Sendable {
  var operation: any ChannelScalingOperation
  var weights: Operands<Computation.Value>
}

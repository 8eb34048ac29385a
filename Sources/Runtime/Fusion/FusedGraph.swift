import Tensors

/// A computation on its way to a plan: operations with what they take over from their neighbours.
///
/// Passes rewrite it in place; the nodes stay in an order in which they can run.
struct FusedGraph: Sendable {
  typealias Value = Computation.Value

  var nodes: [FusedNode]
  /// The shape of every value, with the batch.
  var shapes: [[Int]]
  var inputs: [Value]
  var outputs: [Value]
  var constants: [Value: Tensor]

  /// The operations of a computation that its outputs need, as they are.
  init(_ computation: Computation) {
    shapes = computation.nodes.map(\.shape)
    inputs = computation.inputs
    outputs = computation.outputs
    nodes = []
    constants = [:]
    var isNeeded = Array(repeating: false, count: computation.nodes.count)
    for output in outputs { isNeeded[output.index] = true }
    for index in computation.nodes.indices.reversed() where isNeeded[index] {
      let (node, value) = (computation.nodes[index], Value(index: index))
      switch node.origin {
      case .input: break
      case .constant(let tensor): constants[value] = tensor
      case .operation(let operation, let inputs, let weights):
        for input in inputs { isNeeded[input.index] = true }
        nodes.append(
          FusedNode(
            operation: operation, inputs: inputs, weights: weights, output: value,
            labels: node.label.map { [$0] } ?? []))
      }
    }
    nodes.reverse()
  }

  func shape(of value: Value) -> [Int] { shapes[value.index] }

  /// How often each value is read; an output of the graph is read once more.
  var useCounts: [Int] {
    var counts = Array(repeating: 0, count: shapes.count)
    for node in nodes { for value in node.reads { counts[value.index] += 1 } }
    for output in outputs { counts[output.index] += 1 }
    return counts
  }

  /// Adds a value of a shape.
  mutating func makeValue(_ shape: [Int]) -> Value {
    shapes.append(shape)
    return Value(index: shapes.count - 1)
  }
}

/// An operation with what was fused into it: `act(scale · operation(inputs) + shift + residual)`.
struct FusedNode: Sendable {
  var operation: Operation
  var inputs: [Computation.Value]
  var weights: OperationWeights
  /// What follows the operation for each channel of its output, such as a batch norm.
  var scaling: ChannelScaling?
  var residual: Computation.Value?
  var activation: Activation?
  var output: Computation.Value
  /// The layers that the node computes.
  var labels: [Computation.Label]

  init(
    operation: Operation, inputs: [Computation.Value], weights: OperationWeights = .none,
    output: Computation.Value, labels: [Computation.Label]
  ) {
    self.operation = operation
    self.inputs = inputs
    self.weights = weights
    self.output = output
    self.labels = labels
  }

  /// Everything the node reads.
  var reads: [Computation.Value] { inputs + (residual.map { [$0] } ?? []) }
}

/// `scale · x + shift` for each channel: what a batch norm is at inference, in double precision until it is folded.
struct ChannelScaling: Hashable, Sendable {
  var scale: [Double]
  var shift: [Double]

  /// The scaling that an operation does by itself, if it is one.
  init?(_ operation: Operation, _ weights: OperationWeights, channels: Int) {
    let ones = Array(repeating: 1.0, count: channels)
    let zeros = Array(repeating: 0.0, count: channels)
    switch operation {
    case .scale(let factor): self.init(scale: ones.map { $0 * factor }, shift: zeros)
    case .channelScale: self.init(scale: weights.required.doubles, shift: zeros)
    case .batchNorm(let epsilon):
      let variances = weights.variance?.doubles ?? ones
      let weight = weights.weight?.doubles ?? ones
      let scale = zip(weight, variances).map { $0 / ($1 + epsilon).squareRoot() }
      let means = weights.mean?.doubles ?? zeros
      let bias = weights.bias?.doubles ?? zeros
      self.init(scale: scale, shift: zip(bias, zip(means, scale)).map { $0 - $1.0 * $1.1 })
    default: return nil
    }
  }

  init(scale: [Double], shift: [Double]) {
    self.scale = scale
    self.shift = shift
  }

  /// This scaling and another after it.
  func followed(by next: ChannelScaling) -> ChannelScaling {
    ChannelScaling(
      scale: zip(scale, next.scale).map { $0 * $1 },
      shift: zip(shift, zip(next.scale, next.shift)).map { $0 * $1.0 + $1.1 })
  }
}

extension Tensor {
  var doubles: [Double] { elements.map(Double.init) }
}

/// A network as the operations it consists of, for inputs of known shapes: what a plan is made from.
///
/// It comes of applying operations to traced tensors, so the interpreter and code that was written by hand or generated
/// arrive at the same.
package struct Computation: Sendable {
  /// A tensor of the computation.
  package struct Value: Hashable, Sendable {
    package var index: Int

    package init(index: Int) { self.index = index }
  }

  /// How a tensor comes about.
  package enum Origin: Sendable {
    /// The input with an index.
    case input(Int)
    /// A tensor that was there before.
    case constant(Tensor)
    case operation(Operation, inputs: [Value], weights: OperationWeights)
  }

  package struct Node: Sendable {
    package var origin: Origin
    /// The shape with the batch.
    package var shape: [Int]
    package var label: Label?
  }

  /// Which layer an operation belongs to.
  package struct Label: Hashable, Sendable {
    /// The layer's path: `layer1.0.conv1`.
    package var path: String
    /// Where it is written: `resnet50.yaml:24`.
    package var location: String?

    package init(path: String, location: String? = nil) {
      self.path = path
      self.location = location
    }
  }

  /// The inputs, then each tensor behind those it is made of. A value is an index into this list.
  package var nodes: [Node]
  package var inputs: [Value]
  package var outputs: [Value]

  package subscript(value: Value) -> Node { nodes[value.index] }
}

extension Computation {
  /// The computation of what a closure does to inputs of the given shapes, with their batch.
  ///
  /// - Throws: What the closure throws.
  package static func tracing<Failure: Error>(
    _ shapes: [[Int]], _ body: ([Tensor], Trace) throws(Failure) -> [Tensor]
  ) throws(Failure) -> Computation {
    let trace = Trace(inputs: shapes)
    let outputs = try body(trace.inputs, trace)
    return trace.computation(outputs: outputs)
  }
}

/// The operations applied to traced tensors, in their order.
///
/// Unchecked because it grows while a closure runs, on the thread that traces; afterwards nobody changes it.
package final class Trace: @unchecked Sendable {
  private var nodes: [Computation.Node]
  private let inputCount: Int
  /// The layer that the next operations belong to.
  package var label: Computation.Label?

  init(inputs shapes: [[Int]]) {
    inputCount = shapes.count
    nodes = shapes.enumerated().map { Computation.Node(origin: .input($0), shape: $1) }
  }

  var inputs: [Tensor] { (0..<inputCount).map(tensor) }

  private func tensor(_ index: Int) -> Tensor {
    Tensor(TracedValue(trace: self, index: index), shape: nodes[index].shape)
  }

  private func append(_ origin: Computation.Origin, _ shape: [Int]) -> Int {
    nodes.append(Computation.Node(origin: origin, shape: shape, label: label))
    return nodes.count - 1
  }

  /// The value of a tensor of this trace; one with numbers becomes a constant.
  private func value(of tensor: Tensor) -> Computation.Value {
    guard let traced = tensor.traced else {
      return Computation.Value(index: append(.constant(tensor), tensor.shape))
    }
    precondition(traced.trace === self, "tensors of two traces met in one operation")
    return Computation.Value(index: traced.index)
  }

  func record(_ operation: Operation, _ inputs: [Tensor], _ weights: OperationWeights) -> Tensor {
    let shape = operation.outputShape(of: inputs.map(\.shape), weights)
    return tensor(append(.operation(operation, inputs: inputs.map(value), weights: weights), shape))
  }

  func computation(outputs: [Tensor]) -> Computation {
    let values = outputs.map(value)
    return Computation(nodes: nodes, inputs: (0..<inputCount).map(Computation.Value.init), outputs: values)
  }
}

extension [Tensor] {
  /// Calls a closure; where the tensors are traced, the operations that it applies belong to a layer.
  package func labelled<Result>(_ label: @autoclosure () -> Computation.Label, _ body: () -> Result) -> Result {
    guard let trace = first?.traced?.trace else { return body() }
    let outer = trace.label
    trace.label = label()
    defer { trace.label = outer }
    return body()
  }
}

/// A tensor without numbers: an entry of a trace.
struct TracedValue: Sendable {
  let trace: Trace
  let index: Int
}

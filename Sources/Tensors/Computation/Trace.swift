/// The operations applied to traced tensors, in their order.
///
/// Unchecked because it grows while a closure runs, on the thread that traces; afterwards nobody changes it.
package final class Trace: @unchecked Sendable {
  private var nodes: [Computation.Node]
  /// The inputs among the nodes.
  private var inputIndices: [Int]
  /// The shapes that a caller has of outputs, where those are others than the values': see `Computation.forms`.
  private var forms: [Computation.Value: [Int]] = [:]
  /// The parameters so far, by their paths.
  private var parameters: [String: Int] = [:]
  /// The layer that the next operations belong to.
  package var label: Computation.Label?

  init(inputs shapes: [[Int]]) {
    inputIndices = Array(shapes.indices)
    nodes = shapes.enumerated().map { Computation.Node(origin: .input($0), shape: $1) }
  }

  /// A trace that goes on where a computation ends.
  init(continuing computation: Computation) {
    inputIndices = computation.inputs.map(\.index)
    nodes = computation.nodes
    forms = computation.forms
    for (index, node) in nodes.enumerated() {
      if case .parameter(let parameter) = node.origin { parameters[parameter.path] = index }
    }
  }

  var inputs: [Tensor] { inputIndices.map(tensor) }

  /// A further input of a shape, behind the others.
  func addInput(_ shape: [Int]) -> Tensor {
    let index = append(.input(inputIndices.count), shape)
    inputIndices.append(index)
    return tensor(index)
  }

  /// The value at an index of the trace.
  func tensor(_ index: Int) -> Tensor {
    Tensor(TracedValue(trace: self, index: index), shape: nodes[index].shape)
  }

  private func append(_ origin: Computation.Origin, _ shape: [Int]) -> Int {
    nodes.append(Computation.Node(origin: origin, shape: shape, label: label))
    return nodes.count - 1
  }

  /// A parameter as a value of the trace; the same one for the same tensor under the same path, so that layers which
  /// share weights share the parameter. What has the path of another tensor gets a number behind its own.
  package func parameter(_ path: String, _ role: Computation.Parameter.Role, _ value: Tensor) -> Tensor {
    var (name, count) = (path, 1)
    while let index = parameters[name] {
      if case .parameter(let known) = nodes[index].origin, known.value.sharesMemory(with: value) {
        return tensor(index)
      }
      count += 1
      name = "\(path)#\(count)"
    }
    let index = append(.parameter(Computation.Parameter(path: name, role: role, value: value)), value.shape)
    parameters[name] = index
    return tensor(index)
  }

  /// The value of a tensor of this trace; one with numbers becomes a constant.
  func value(of tensor: Tensor) -> Computation.Value {
    guard let traced = tensor.traced else {
      return Computation.Value(index: append(.constant(tensor), tensor.shape))
    }
    precondition(traced.trace === self, "tensors of two traces met in one operation")
    return Computation.Value(index: traced.index)
  }

  /// A tensor with numbers as a value of the trace without a name.
  func constant(_ tensor: Tensor) -> Tensor { self.tensor(value(of: tensor).index) }

  func record(_ operation: any Operation, _ operands: Operands<Tensor>) -> Tensor {
    let shape = operation.outputShape(of: operands.map(\.shape))
    return tensor(append(.operation(operation, operands.map(value)), shape))
  }

  /// A tensor of the trace under another shape. A signal and maps of one row are one value under two shapes, for which
  /// nothing is recorded; values that operations make are noted as maps.
  func reshaped(_ tensor: Tensor, to shape: [Int]) -> Tensor {
    if tensor.shape == shape { return tensor }
    let index = value(of: tensor).index
    if nodes[index].shape == shape.withRows {
      return Tensor(TracedValue(trace: self, index: index), shape: shape)
    }
    let rows = shape.withRows
    let recorded = record(Operations.Reshape(Array(rows.dropFirst())), Operands([tensor]))
    return recorded.traced.map { Tensor($0, shape: shape) } ?? recorded
  }

  func computation(outputs: [Tensor]) -> Computation {
    let values = outputs.map(output)
    return Computation(
      nodes: nodes, inputs: inputIndices.map(Computation.Value.init), outputs: values, forms: forms)
  }

  /// The value of a tensor that is an output, with a form if the caller has it under another shape. Of two shapes of one
  /// value, one gets a value of its own.
  private func output(_ tensor: Tensor) -> Computation.Value {
    let value = value(of: tensor)
    let shape = nodes[value.index].shape
    if tensor.shape == forms[value] ?? shape { return value }
    let reshape = Operations.Reshape(Array(shape.dropFirst()))
    let isTaken = forms[value] != nil || inputIndices.contains(value.index)
    let own = isTaken ? Computation.Value(index: append(.operation(reshape, Operands([value])), shape)) : value
    forms[own] = tensor.shape == shape ? nil : tensor.shape
    return own
  }
}

extension [Tensor] {
  /// The trace that the tensors belong to; nil if all have numbers.
  package var trace: Trace? { lazy.compactMap(\.traced?.trace).first }
}

extension Trace {
  /// Calls a closure; the operations that it applies belong to a layer.
  package func labelled<Result>(_ label: Computation.Label, _ body: () -> Result) -> Result {
    let outer = self.label
    self.label = label
    defer { self.label = outer }
    return body()
  }
}

/// A tensor without numbers: an entry of a trace.
struct TracedValue: Sendable {
  let trace: Trace
  let index: Int
}

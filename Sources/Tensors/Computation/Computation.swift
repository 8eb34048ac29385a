/// A network as the operations it consists of, for inputs of known shapes: what a plan is made from.
///
/// It comes of applying operations to traced tensors, so the interpreter and code that was written by hand or generated
/// arrive at the same. It says what the network's author meant, for training as for inference; `forInference` decides.
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
    /// A tensor that was there before and has no name.
    case constant(Tensor)
    /// A tensor of the network that has a name.
    case parameter(Parameter)
    /// What an operation makes of others.
    case operation(any Operation, Operands<Value>)
  }

  package struct Node: Sendable {
    package var origin: Origin
    /// The shape, of an input or what is made of it with the batch.
    package var shape: [Int]
    package var label: Label?
  }

  /// A tensor that belongs to the network: a weight, or statistics.
  package struct Parameter: Sendable {
    /// What a parameter is to its layer.
    package enum Role: String, Hashable, Sendable, CaseIterable {
      /// Learned by training; a bias is told apart because recipes often decay it otherwise.
      case weight
      case bias
      /// Statistics that training collects.
      case runningMean
      case runningVariance
      /// A vector by which a spectral norm knows its weight's largest singular value, and which training moves.
      case singularVector
      /// Part of the network, and never changed by training.
      case fixed
    }

    /// The name in files of weights: `layer1.0.conv1.weight`. No two parameters of a computation share one.
    package var path: String
    package var role: Role
    package var value: Tensor

    package init(path: String, role: Role, value: Tensor) {
      self.path = path
      self.role = role
      self.value = value
    }
  }

  /// Which layer an operation belongs to.
  package struct Label: Hashable, Sendable {
    /// The layer's path: `layer1.0.conv1`.
    package var path: String
    /// Where it is written: `resnet50.yaml:24`.
    package var location: String?
    /// What is done for the layer.
    package var pass = Pass.forward

    package init(path: String, location: String? = nil) {
      self.path = path
      self.location = location
    }

    /// A part of a step of training; at inference there is only the first.
    package enum Pass: String, Hashable, Sendable, CaseIterable {
      /// Computing what the layer gives.
      case forward
      /// Computing gradients.
      case backward
      /// Moving the layer's tensors.
      case update
    }

    /// The same layer in another pass.
    package func `in`(_ pass: Pass) -> Label {
      var result = self
      result.pass = pass
      return result
    }
  }

  /// The inputs, then each tensor behind those it is made of. A value is an index into this list.
  package var nodes: [Node]
  package var inputs: [Value]
  package var outputs: [Value]
  /// What parameters are after a run, such as the running statistics of batch norms in training: one update each. They are
  /// read as they were before.
  package var updates: [Update] = []

  /// A parameter, and the value that takes its place behind a run.
  package struct Update: Hashable, Sendable {
    package var parameter: Value
    package var value: Value
  }
  /// The shapes that a caller has of outputs where those are not the values' own: signals `[N, C, L]`, which are maps of one
  /// row among the nodes.
  package var forms: [Value: [Int]] = [:]

  /// The inputs' shapes.
  package var inputShapes: [[Int]] { inputs.map { self[$0].shape } }

  /// The outputs' shapes as a caller has them.
  package var outputShapes: [[Int]] { outputs.map { forms[$0] ?? self[$0].shape } }

  package subscript(value: Value) -> Node { nodes[value.index] }

  /// The parameters in the order in which operations first read them.
  package var parameters: [Parameter] {
    nodes.compactMap { if case .parameter(let parameter) = $0.origin { parameter } else { nil } }
  }
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

  /// The outputs by the plain path, operation by operation, for inputs of the computation's shapes.
  package func plain(_ inputs: [Tensor]) -> [Tensor] {
    var values: [Tensor] = []
    for node in nodes {
      switch node.origin {
      case .input(let index): values.append(inputs[index])
      case .constant(let tensor): values.append(tensor)
      case .parameter(let parameter): values.append(parameter.value)
      case .operation(let operation, let operands): values.append(operation.plain(operands.map { values[$0.index] }))
      }
    }
    return zip(outputs, outputShapes).map { values[$0.index].reshaped(to: $1) }
  }

  /// The same in double precision, with other numbers for the parameters named.
  package func plain(_ inputs: [DoubleTensor], parameters: [String: DoubleTensor] = [:]) -> [DoubleTensor] {
    var values: [DoubleTensor] = []
    for node in nodes {
      switch node.origin {
      case .input(let index): values.append(inputs[index])
      case .constant(let tensor): values.append(DoubleTensor(converting: tensor))
      case .parameter(let parameter):
        values.append(parameters[parameter.path] ?? DoubleTensor(converting: parameter.value))
      case .operation(let operation, let operands): values.append(operation.plain(operands.map { values[$0.index] }))
      }
    }
    return zip(outputs, outputShapes).map { values[$0.index].reshaped(to: $1) }
  }
}

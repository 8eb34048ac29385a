import Tensors

/// The tensors of one layer by their short names: `weight`, `bias`, `running_mean`.
package struct ParameterSet: Sendable {
  private let tensors: [String: Tensor]

  package init(_ tensors: [String: Tensor] = [:]) { self.tensors = tensors }

  /// A tensor that the layer may have.
  subscript(name: String) -> Tensor? { tensors[name] }

  /// A tensor that the layer always has: one of its `parameters(for:)`, which whoever runs it has checked to be there.
  func required(_ name: String) -> Tensor {
    guard let tensor = tensors[name] else { preconditionFailure("the layer ran without its tensor '\(name)'") }
    return tensor
  }

  /// The same with one more tensor, or another in its place.
  func setting(_ name: String, to tensor: Tensor) -> ParameterSet {
    ParameterSet(tensors.merging([name: tensor]) { $1 })
  }

  /// The tensors of a part of the layer: `depthwise.weight` is the `weight` of `depthwise`.
  func part(_ name: String) -> ParameterSet {
    let prefix = name + "."
    let part = tensors.filter { $0.key.hasPrefix(prefix) }.map { ($0.key.dropFirst(prefix.count), $0.value) }
    return ParameterSet(Dictionary(uniqueKeysWithValues: part.map { (String($0.0), $0.1) }))
  }
}

extension Trace {
  /// A layer's tensors as parameters of the trace, called by the layer's path and their own names.
  package func parameters(_ tensors: ParameterSet, _ specs: [ParameterSpec], of path: String) -> ParameterSet {
    var traced: [String: Tensor] = [:]
    for spec in specs {
      guard let tensor = tensors[spec.name] else { continue }
      traced[spec.name] = parameter(path.isEmpty ? spec.name : "\(path).\(spec.name)", spec.parameterRole, tensor)
    }
    return ParameterSet(traced)
  }
}

extension ParameterSpec {
  /// What reports call the buffers that this one is of; nil for a tensor that is none.
  package var bufferNoun: String? {
    guard role == .buffer else { return nil }
    return parameterRole == .singularVector ? "spectral norms' singular vectors" : "running means and variances"
  }

  /// What the tensor is to its layer, told from its role and its name.
  var parameterRole: Computation.Parameter.Role {
    switch role {
    case .fixed: .fixed
    case .buffer:
      name.hasSuffix("running_mean") ? .runningMean : name.hasSuffix("running_var") ? .runningVariance : .singularVector
    case .trainable: name.hasSuffix("bias") ? .bias : .weight
    }
  }
}

extension Operation {
  /// The result for inputs and those of a layer's tensors that are called weight and bias.
  func callAsFunction(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    self(inputs, weight: parameters["weight"], bias: parameters["bias"])
  }
}

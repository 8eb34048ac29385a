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

  /// The tensors called weight and bias, as an operation takes them.
  var weights: OperationWeights { OperationWeights(weight: tensors["weight"], bias: tensors["bias"]) }

  /// The tensors of a part of the layer: `depthwise.weight` is the `weight` of `depthwise`.
  func part(_ name: String) -> ParameterSet {
    let prefix = name + "."
    let part = tensors.filter { $0.key.hasPrefix(prefix) }.map { ($0.key.dropFirst(prefix.count), $0.value) }
    return ParameterSet(Dictionary(uniqueKeysWithValues: part.map { (String($0.0), $0.1) }))
  }
}

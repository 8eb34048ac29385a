import Tensors

/// A layer, or a block, whose tensors training leaves as they are.
///
///     Fixed(DepthwiseConv2D(channels: 64, kernel: 3, bias: false), .values("weight", [1, 2, 1, 2, 4, 2, 1, 2, 1]))
///
/// Tensors with values of their own may be missing from a file of weights.
public struct Fixed<Wrapped: Parameterized>: Parameterized {
  /// What is computed.
  public var layer: Wrapped
  /// The names of the tensors that were given values.
  private let given: Set<String>

  /// A module as it is, with values for some of its tensors.
  public init(_ layer: Wrapped, _ values: GivenValues...) {
    self.layer = layer
    given = Set(values.map(\.name))
    var unknown = given
    var visitor = ParameterVisitor(layers: { layer, _ in layer.rule.isFixed = true }) { name, _, tensor in
      guard let given = values.last(where: { $0.name == name }) else { return }
      unknown.remove(name)
      tensor = given.tensor(of: tensor.shape)
    }
    visitor.visit(&self.layer)
    precondition(unknown.isEmpty, "the layer has no tensor '\(unknown.min() ?? "")'")
  }

  /// Shows the layer's tensors, which do not count as trainable.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    let given = given
    visitor.visit(&layer) { name, role in
      switch role {
      case .buffer: .buffer
      case .trainable, .frozen, .fixed: given.contains(name) ? .fixed : .frozen
      }
    }
  }
}

extension Fixed: Module where Wrapped: Module {
  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { layer(input) }
}

extension Fixed where Wrapped == WeightedSum {
  /// The sum of as many inputs as the layer was made for.
  public func callAsFunction(_ inputs: Tensor...) -> Tensor { layer(inputs) }
}

/// Values for one of a layer's tensors.
public struct GivenValues: Hashable, Sendable {
  let name: String
  private let numbers: [Float]

  /// Numbers for a tensor in row-major order: all of them, or those of its last dimensions, which are repeated.
  public static func values(_ tensor: String, _ numbers: [Float]) -> GivenValues {
    GivenValues(name: tensor, numbers: numbers)
  }

  func tensor(of shape: [Int]) -> Tensor {
    let count = shape.reduce(1, *)
    precondition(
      !numbers.isEmpty && count.isMultiple(of: numbers.count),
      "\(numbers.count) numbers do not fill '\(name)', \(shape)")
    return Tensor((0..<count).map { numbers[$0 % numbers.count] }, shape: shape)
  }
}

import Layers
import Tensors

/// Tensors one behind the other, along the channels unless another axis is given; vectors join their features.
public func concat(_ inputs: [Tensor], axis: ConcatenationAxis = .channels) -> Tensor {
  LayerRule("concat", ["axis": .word(axis.rawValue)])(inputs)
}

/// The sum of tensors of one shape.
public func add(_ inputs: [Tensor]) -> Tensor { LayerRule("add")(inputs) }

/// The mean of tensors of one shape, element by element.
public func mean(_ inputs: [Tensor]) -> Tensor { LayerRule("mean")(inputs) }

/// The largest of tensors of one shape, element by element.
public func maximum(_ inputs: [Tensor]) -> Tensor { LayerRule("max")(inputs) }

/// The product of tensors of one shape; gates `[N, C, 1, 1]`, `[N, C]` or `[N, 1, H, W]` are spread over the maps.
public func multiply(_ inputs: [Tensor]) -> Tensor { LayerRule("multiply")(inputs) }

extension Tensor {
  /// The sum of two tensors of one shape.
  public static func + (left: Tensor, right: Tensor) -> Tensor { add([left, right]) }

  /// The product of two tensors of one shape, or of maps and a gate that is spread over them.
  public static func * (left: Tensor, right: Tensor) -> Tensor { multiply([left, right]) }

  /// A tensor times a number.
  public static func * (left: Tensor, right: Double) -> Tensor { scale(left, by: right) }

  /// A number times a tensor.
  public static func * (left: Double, right: Tensor) -> Tensor { scale(right, by: left) }
}

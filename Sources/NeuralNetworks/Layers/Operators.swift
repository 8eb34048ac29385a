import Tensors

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

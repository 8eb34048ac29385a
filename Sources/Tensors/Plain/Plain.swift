/// The plain path: every operation by its definition, one thread, no fusion. What everything faster is tested against.
///
/// Operations trust their arguments, which the compiler's shape rules have checked. Tensors are `[N, C, H, W]` or
/// `[N, features]`; where both will do, the pixels of the second are taken as one. Sums are in the
/// tensors' precision, those of means and variances in double.
///
/// Definitions are generic: `Tensor` is what networks compute with; `DoubleTensor` is for what rounding would hide, such as
/// whether a gradient is right.
package enum Plain {}

/// A tensor as N images of C channels with the same number of elements each, whatever its rank.
struct Planes {
  var images: Int
  var channels: Int
  /// The pixels of a channel; 1 in a vector.
  var pixels: Int

  init(_ shape: [Int]) {
    images = shape.first ?? 1
    channels = shape.count > 1 ? shape[1] : 1
    pixels = shape.dropFirst(2).reduce(1, *)
  }

  /// The elements of an image.
  var image: Int { channels * pixels }
}

extension PlainTensor {
  var planes: Planes { Planes(shape) }
  var channels: Int { shape[1] }
  /// The rows of feature maps; 1 in a vector.
  var height: Int { rank == 4 ? shape[2] : 1 }
  /// The columns of feature maps; 1 in a vector.
  var width: Int { rank == 4 ? shape[3] : 1 }

  /// A new tensor whose elements a closure writes; they are zeros before.
  init(shape: [Int], _ write: (UnsafeMutableBufferPointer<Scalar>) -> Void) {
    self.init(zeros: shape)
    withUnsafeMutableBufferPointer(write)
  }

  /// A new tensor of a shape, written by a closure that reads this one.
  func making(
    _ shape: [Int], _ write: (UnsafeBufferPointer<Scalar>, UnsafeMutableBufferPointer<Scalar>) -> Void
  ) -> Self {
    withUnsafeBufferPointer { input in Self(shape: shape) { output in write(input, output) } }
  }

  /// A function of each element.
  func map(_ function: (Scalar) -> Scalar) -> Self {
    making(shape) { input, output in for index in input.indices { output[index] = function(input[index]) } }
  }
}

/// A tensor whose elements can be computed with, in single or double precision: what the plain path is defined for.
package protocol PlainTensor: Sendable {
  associatedtype Scalar: PlainScalar

  /// The sizes of the dimensions, outermost first.
  var shape: [Int] { get }
  /// A tensor of zeros. No size of `shape` may be negative.
  init(zeros shape: [Int])
  /// The same numbers as a tensor's in single precision.
  init(converting tensor: Tensor)
  /// The elements in row-major order, as a copy.
  var elements: [Scalar] { get }
  /// The same elements in the same order under another shape, whose product must be `count`.
  func reshaped(to shape: [Int]) -> Self
  /// Calls a closure with the elements in row-major order, which are valid only within it.
  func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result
  /// Calls a closure that may change the elements, after copying them if they are shared.
  mutating func withUnsafeMutableBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result
}

extension PlainTensor {
  /// The number of elements: the product of the shape.
  package var count: Int { shape.reduce(1, *) }

  /// The number of dimensions.
  package var rank: Int { shape.count }

  /// A tensor with one value everywhere.
  package init(repeating value: Scalar, shape: [Int]) {
    self.init(zeros: shape)
    withUnsafeMutableBufferPointer { $0.update(repeating: value) }
  }

  /// A tensor of the given elements in row-major order, as many as the product of `shape`.
  package init(_ elements: [Scalar], shape: [Int]) {
    self.init(zeros: shape)
    precondition(elements.count == count, "\(elements.count) elements do not fill the shape \(shape)")
    withUnsafeMutableBufferPointer { _ = $0.update(fromContentsOf: elements) }
  }
}

extension Tensor: PlainTensor {
  package init(converting tensor: Tensor) { self = tensor }
}

/// A tensor in double precision, for the plain path alone: single precision would hide whether a gradient is right.
package struct DoubleTensor: PlainTensor, Equatable {
  package let shape: [Int]
  /// The elements in row-major order.
  package private(set) var elements: [Double]

  private init(shape: [Int], elements: [Double]) {
    self.shape = shape
    self.elements = elements
  }

  package init(zeros shape: [Int]) {
    self.init(shape: shape, elements: Array(repeating: 0, count: shape.reduce(1, *)))
  }

  package init(converting tensor: Tensor) { self.init(shape: tensor.shape, elements: tensor.doubles) }

  package func reshaped(to shape: [Int]) -> DoubleTensor {
    precondition(shape.reduce(1, *) == count, "\(count) elements do not fill the shape \(shape)")
    return DoubleTensor(shape: shape, elements: elements)
  }

  package func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Double>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try elements.withUnsafeBufferPointer(body)
  }

  package mutating func withUnsafeMutableBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Double>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try elements.withUnsafeMutableBufferPointer { (buffer) throws(Failure) in try body(buffer) }
  }
}

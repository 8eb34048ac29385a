/// Numbers in 32-bit floating point with a shape: a batch of feature maps `[N, C, H, W]`, of vectors `[N, features]`,
/// or a layer's weight.
///
/// A value: a copy shares the memory until one of the two is changed. Elements are in row-major order, the last
/// dimension contiguous, and begin at a multiple of 64 bytes.
public struct Tensor: Sendable {
  /// The sizes of the dimensions, outermost first.
  public private(set) var shape: [Int]
  private var buffer: TensorBuffer

  private init(shape: [Int], buffer: TensorBuffer) {
    self.shape = shape
    self.buffer = buffer
  }

  /// A tensor of zeros. No size of `shape` may be negative.
  public init(zeros shape: [Int]) {
    self.init(shape: shape, buffer: TensorBuffer(zeros: shape.reduce(1, *)))
  }

  /// A tensor with one value everywhere.
  public init(repeating value: Float, shape: [Int]) {
    self.init(zeros: shape)
    withUnsafeMutableBufferPointer { $0.update(repeating: value) }
  }

  /// A tensor of the given elements in row-major order, as many as the product of `shape`.
  public init(_ elements: some Collection<Float>, shape: [Int]) {
    self.init(zeros: shape)
    precondition(elements.count == count, "\(elements.count) elements do not fill the shape \(shape)")
    withUnsafeMutableBufferPointer { _ = $0.update(fromContentsOf: elements) }
  }

  /// A vector `[elements]`.
  public init(_ elements: [Float]) { self.init(elements, shape: [elements.count]) }

  /// The number of elements: the product of the shape.
  public var count: Int { buffer.elements.count }

  /// The number of dimensions.
  public var rank: Int { shape.count }

  /// The elements in row-major order, as a copy.
  public var elements: [Float] { Array(buffer.elements) }

  /// The same elements in the same order under another shape, whose product must be `count`. Copies nothing.
  public func reshaped(to shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "\(count) elements do not fill the shape \(shape)")
    return Tensor(shape: shape, buffer: buffer)
  }

  /// One element, an index for each dimension: `tensor[n, c, y, x]`.
  public subscript(indices: Int...) -> Float {
    get { buffer.elements[offset(of: indices)] }
    set {
      let offset = offset(of: indices)
      withUnsafeMutableBufferPointer { $0[offset] = newValue }
    }
  }

  private func offset(of indices: [Int]) -> Int {
    precondition(indices.count == rank, "\(indices.count) indices for the \(rank) dimensions of \(shape)")
    var offset = 0
    for (index, size) in zip(indices, shape) {
      precondition(0..<size ~= index, "an index of \(indices) is outside of \(shape)")
      offset = offset * size + index
    }
    return offset
  }

  /// Calls a closure with the elements in row-major order, which are valid only within it.
  public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(buffer) { () throws(Failure) in try body(UnsafeBufferPointer(buffer.elements)) }
  }

  /// Calls a closure that may change the elements, after copying them if they are shared.
  public mutating func withUnsafeMutableBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if !isKnownUniquelyReferenced(&buffer) { buffer = TensorBuffer(copying: buffer.elements) }
    return try withExtendedLifetime(buffer) { () throws(Failure) in try body(buffer.elements) }
  }
}

extension Tensor: Equatable {
  /// Whether shapes and elements are equal, as floating-point numbers are: a NaN is not equal to itself.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape && left.buffer.elements.elementsEqual(right.buffer.elements)
  }
}

extension Tensor: CustomStringConvertible {
  /// `Tensor [1, 64, 56, 56]`: the shape alone.
  public var description: String { "Tensor \(shape)" }
}

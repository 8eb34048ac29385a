/// Numbers in 32-bit floating point with a shape: a batch of feature maps `[N, C, H, W]`, of vectors `[N, features]`,
/// of signals `[N, C, L]`, or a layer's weight.
///
/// A value: a copy shares the memory until one of the two is changed. Elements are in row-major order, the last
/// dimension contiguous.
public struct Tensor: Sendable {
  /// The sizes of the dimensions, outermost first.
  public private(set) var shape: [Int]
  private var storage: Storage

  private enum Storage: Sendable {
    case numbers(TensorBuffer)
    /// A value of a computation that is being traced.
    case traced(TracedValue)
  }

  private init(shape: [Int], buffer: TensorBuffer) {
    self.shape = shape
    storage = .numbers(buffer)
  }

  /// A tensor without numbers.
  init(_ value: TracedValue, shape: [Int]) {
    self.shape = shape
    storage = .traced(value)
  }

  /// The entry of a trace that the tensor stands for; nil if it has numbers.
  var traced: TracedValue? {
    guard case .traced(let value) = storage else { return nil }
    return value
  }

  private var buffer: TensorBuffer {
    guard case .numbers(let buffer) = storage else {
      preconditionFailure("a tensor that is traced has no elements: \(description)")
    }
    return buffer
  }

  /// A tensor of zeros. No size of `shape` may be negative.
  public init(zeros shape: [Int]) {
    self.init(shape: shape, buffer: TensorBuffer(zeros: shape.saturatingProduct))
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

  /// A tensor whose elements, in row-major order, lie in something that it keeps alive: a file that is mapped into memory.
  package init(borrowing elements: UnsafeBufferPointer<Float>, of owner: any LendingMemory, shape: [Int]) {
    precondition(elements.count == shape.reduce(1, *), "\(elements.count) elements do not fill the shape \(shape)")
    self.init(shape: shape, buffer: TensorBuffer(borrowing: elements, of: owner))
  }

  /// A vector `[elements]`.
  public init(_ elements: [Float]) { self.init(elements, shape: [elements.count]) }

  /// Whether another tensor's elements are the same memory.
  func sharesMemory(with other: Tensor) -> Bool {
    guard case .numbers(let mine) = storage, case .numbers(let others) = other.storage else { return false }
    return mine === others && shape == other.shape
  }

  /// The number of elements: the product of the shape.
  public var count: Int { shape.reduce(1, *) }

  /// The number of dimensions.
  public var rank: Int { shape.count }

  /// The elements in row-major order, as a copy.
  public var elements: [Float] { Array(buffer.elements) }

  /// The same elements in the same order under another shape, whose product must be `count`. Copies nothing.
  public func reshaped(to shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "\(count) elements do not fill the shape \(shape)")
    if let traced {
      precondition(shape.first == self.shape.first, "a traced tensor keeps its batch, \(self.shape) to \(shape)")
      return traced.trace.reshaped(self, to: shape)
    }
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

  /// Says that the elements will not be looked at soon: those of a mapped file leave memory until then.
  package func forget() {
    if case .numbers(let buffer) = storage { buffer.forget() }
  }

  /// The tensor with its elements at a multiple of 64 bytes, as vectors are best read: itself, or a copy.
  package var aligned: Tensor {
    let address = Int(bitPattern: buffer.elements.baseAddress)
    return address.isMultiple(of: TensorBuffer.alignment) ? self : Tensor(buffer.elements, shape: shape)
  }

  /// Calls a closure that may change the elements, after copying them if they are shared.
  public mutating func withUnsafeMutableBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeUnique()
    let buffer = buffer
    return try withExtendedLifetime(buffer) { () throws(Failure) in try body(buffer.elements) }
  }

  /// Gives the tensor memory of its own if it shares it.
  private mutating func makeUnique() {
    var buffer = buffer
    // The tensor's own reference must not count.
    storage = .numbers(Self.empty)
    if buffer.isBorrowed || !isKnownUniquelyReferenced(&buffer) { buffer = TensorBuffer(copying: buffer.elements) }
    storage = .numbers(buffer)
  }

  private static let empty = TensorBuffer(zeros: 0)
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

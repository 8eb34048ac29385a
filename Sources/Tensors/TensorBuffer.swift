/// Memory for floats: its own, aligned to 64 bytes, a cache line and the widest vector of any processor so far; or
/// borrowed from something that it keeps alive, such as a file mapped into memory, and never written.
///
/// Unchecked because the elements are a pointer's; they change only through a `Tensor` that is the buffer's one owner.
final class TensorBuffer: @unchecked Sendable {
  static let alignment = 64

  let elements: UnsafeMutableBufferPointer<Float>
  /// What borrowed memory belongs to.
  private let owner: (any LendingMemory)?

  /// Memory of something else, which must not be written.
  init(borrowing elements: UnsafeBufferPointer<Float>, of owner: any LendingMemory) {
    self.elements = UnsafeMutableBufferPointer(mutating: elements)
    self.owner = owner
  }

  var isBorrowed: Bool { owner != nil }

  /// Lets borrowed memory go until it is looked at again.
  func forget() { owner?.forget(UnsafeRawBufferPointer(elements)) }

  /// Memory of `count` zeros.
  init(zeros count: Int) {
    // Whoever makes a tensor of a size that a user chose has asked for the memory before, and reports its lack.
    let bytes = count.saturatingMultiplied(by: MemoryLayout<Float>.stride)
    guard let memory = SystemMemory.allocate(bytes: bytes) else {
      fatalError(AllocationError(bytes: bytes).description)
    }
    let start = memory.bindMemory(to: Float.self, capacity: count)
    start.initialize(repeating: 0, count: count)
    elements = UnsafeMutableBufferPointer(start: start, count: count)
    owner = nil
  }

  /// Memory with a copy of the elements.
  convenience init(copying elements: UnsafeMutableBufferPointer<Float>) {
    self.init(zeros: elements.count)
    _ = self.elements.update(fromContentsOf: elements)
  }

  deinit {
    if isBorrowed { return }
    // Floats need no deinitialization.
    SystemMemory.deallocate(elements.baseAddress)
  }
}

/// Something that tensors borrow memory from.
package protocol LendingMemory: AnyObject, Sendable {
  /// Gives back what of these bytes is a copy of something that can be read again, such as a file's.
  func forget(_ bytes: UnsafeRawBufferPointer)
}

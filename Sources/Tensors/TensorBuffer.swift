/// Owned memory for floats, aligned to 64 bytes: a cache line, and the widest vector of any processor so far.
///
/// Unchecked because the elements are a pointer's; they change only through a `Tensor` that is the buffer's one owner.
final class TensorBuffer: @unchecked Sendable {
  static let alignment = 64

  let elements: UnsafeMutableBufferPointer<Float>

  /// Memory of `count` zeros.
  init(zeros count: Int) {
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
    let start = memory.bindMemory(to: Float.self, capacity: count)
    start.initialize(repeating: 0, count: count)
    elements = UnsafeMutableBufferPointer(start: start, count: count)
  }

  /// Memory with a copy of the elements.
  convenience init(copying elements: UnsafeMutableBufferPointer<Float>) {
    self.init(zeros: elements.count)
    _ = self.elements.update(fromContentsOf: elements)
  }

  deinit {
    // Floats need no deinitialization.
    UnsafeMutableRawPointer(elements.baseAddress)?.deallocate()
  }
}

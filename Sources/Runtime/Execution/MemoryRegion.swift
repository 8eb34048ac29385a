import Tensors

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// One stretch of zeroed memory for floats, in large pages where the system has them.
///
/// Its pages come into being when they are first touched, so that threads which fill it share that work too.
///
/// Unchecked because it is a pointer; who may write where and when is the plan's business.
final class MemoryRegion: @unchecked Sendable {
  /// Large pages are of 2 MB on most processors.
  private static let pageSize = 2 << 20

  let start: UnsafeMutablePointer<Float>
  /// Floats.
  let count: Int
  private let memory: UnsafeMutableRawPointer
  /// Bytes that were mapped; nil if the memory was allocated.
  private let mappedBytes: Int?

  /// - Throws: `AllocationError` if the system refuses the memory.
  init(count: Int) throws(AllocationError) {
    self.count = count
    let bytes = max(64, count.saturatingMultiplied(by: MemoryLayout<Float>.stride))
    try SystemMemory.require(bytes: bytes)
    if bytes >= Self.pageSize, let mapped = Self.map(bytes) {
      (memory, mappedBytes) = (mapped, bytes + Self.pageSize)
      let address = (Int(bitPattern: mapped) + Self.pageSize - 1) / Self.pageSize * Self.pageSize
      start = (mapped + (address - Int(bitPattern: mapped))).bindMemory(to: Float.self, capacity: count)
      #if os(Linux)
        // That it may be refused does no harm.
        _ = madvise(start, bytes, 14 /* MADV_HUGEPAGE, which not every libc's module has */)
      #endif
    } else {
      var allocated: UnsafeMutableRawPointer?
      guard posix_memalign(&allocated, 64, bytes) == 0, let allocated else { throw AllocationError(bytes: bytes) }
      memory = allocated
      mappedBytes = nil
      memset(memory, 0, bytes)
      start = memory.bindMemory(to: Float.self, capacity: count)
    }
  }

  /// Memory of the system's, with room to begin at a large page; nil if there is none.
  private static func map(_ bytes: Int) -> UnsafeMutableRawPointer? {
    let flags = MAP_PRIVATE | MAP_ANON
    let address = mmap(nil, bytes + pageSize, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let address, Int(bitPattern: address) != -1 else { return nil }
    return address
  }

  deinit {
    if let mappedBytes { munmap(memory, mappedBytes) } else { free(memory) }
  }
}

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
/// Unchecked because it is a pointer; who may write where and when is the plan's business.
final class MemoryRegion: @unchecked Sendable {
  /// Large pages are of 2 MB on most processors.
  private static let pageSize = 2 << 20

  let start: UnsafeMutablePointer<Float>
  /// Floats.
  let count: Int
  private let memory: UnsafeMutableRawPointer

  init(count: Int) {
    self.count = count
    let bytes = max(64, count * MemoryLayout<Float>.stride)
    let isLarge = bytes >= Self.pageSize
    memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.pageSize : 64)
    #if os(Linux)
      // Before the first touch. That it may be refused does no harm.
      if isLarge { _ = madvise(memory, bytes, 14 /* MADV_HUGEPAGE, which the module map does not have */) }
    #endif
    memset(memory, 0, bytes)
    start = memory.bindMemory(to: Float.self, capacity: count)
  }

  deinit { memory.deallocate() }
}

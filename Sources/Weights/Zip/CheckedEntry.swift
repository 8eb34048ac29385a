#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An entry of an archive whose bytes are used where they lie: its checksum is compared once, before the first of them is
/// looked at, however many tensors share them.
final class CheckedEntry: @unchecked Sendable {
  // Unchecked: the mutex guards what changes.
  let entry: ZipEntry
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var isWhole = false

  init(_ entry: ZipEntry) {
    self.entry = entry
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Makes sure that the bytes are those that the archive was made of.
  ///
  /// - Throws: `WeightError` if they are not.
  func verify(_ file: FileBytes) throws(WeightError) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if isWhole { return }
    try entry.verifyChecksum(file)
    isWhole = true
  }
}

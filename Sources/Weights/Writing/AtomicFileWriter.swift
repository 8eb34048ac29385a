#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes a file beside its place and puts it there when it is whole: readers see the old file or the new one.
struct AtomicFileWriter: ~Copyable {
  let path: String
  private let temporary: String
  private let descriptor: Int32
  private(set) var offset = 0
  private var pending: [UInt8] = []
  private var isFinished = false

  /// Makes the file beside.
  ///
  /// - Throws: `WeightError` if that is not possible.
  init(_ path: String) throws(WeightError) {
    self.path = path
    temporary = "\(path).\(getpid()).tmp"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.error(path) }
  }

  deinit {
    close(descriptor)
    if !isFinished { unlink(temporary) }
  }

  /// Appends bytes.
  ///
  /// - Throws: `WeightError` if the system refuses them.
  mutating func write(_ bytes: [UInt8]) throws(WeightError) {
    offset += bytes.count
    pending += bytes
    if pending.count >= 1 << 20 { try flush() }
  }

  /// Writes what is left and puts the file in its place.
  ///
  /// - Throws: `WeightError`; what was there before is then still there.
  consuming func finish() throws(WeightError) {
    try flush()
    guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw Self.error(path) }
    isFinished = true
  }

  private mutating func flush() throws(WeightError) {
    var start = 0
    while start < pending.count {
      let count = pending.withUnsafeBytes { Self.write(descriptor, UnsafeRawBufferPointer(rebasing: $0[start...])) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.error(path) }
      start += count
    }
    pending.removeAll(keepingCapacity: true)
  }

  private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  private static func error(_ path: String) -> WeightError {
    WeightError(.unwritable, file: path, "cannot be written: \(String(cString: strerror(errno)).lowercased())")
  }
}

extension FixedWidthInteger {
  /// The bytes, the lowest first.
  var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

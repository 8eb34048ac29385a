import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of a file, mapped into memory: what is not looked at is not read.
///
/// Every access is checked against the size that the file had when it was opened. Few bytes are read rather than mapped: a
/// system that caches files in large pieces would map a piece whole for them, and names, norms and biases lie in all of them.
package final class FileBytes: LendingMemory, @unchecked Sendable {
  // Unchecked: the memory is never written after `init`.
  package let path: String
  private let buffer: UnsafeRawBufferPointer
  /// Of the mapped file; nil if the bytes are in memory.
  private let descriptor: Int32?

  /// Fewer bytes than these are read.
  static let leastMapped = 16 << 10
  /// The most of a file that Linux caches and maps as one piece, at multiples of itself.
  private static let pieceSize = 2 << 20

  /// Maps a file.
  ///
  /// - Throws: `WeightError` if it cannot be opened, is no regular file or is empty.
  package init(mapping path: String) throws(WeightError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.systemError(path, "cannot be opened") }
    var isKept = false
    defer { if !isKept { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.systemError(path, "cannot be examined") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "no regular file"
      throw WeightError(.unreadable, file: path, "is \(kind)")
    }
    guard status.st_size > 0 else { throw WeightError(.malformed, file: path, "is empty") }
    let size = Int(status.st_size)
    let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address, Int(bitPattern: address) != -1 else {
      throw Self.systemError(path, "cannot be mapped into memory")
    }
    self.path = path
    buffer = UnsafeRawBufferPointer(start: address, count: size)
    self.descriptor = descriptor
    isKept = true
  }

  /// Takes bytes that are in memory already.
  init(_ bytes: some Collection<UInt8>, path: String) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    let isCopied: Void? = bytes.withContiguousStorageIfAvailable { copy.copyMemory(from: UnsafeRawBufferPointer($0)) }
    if isCopied == nil { copy.copyBytes(from: bytes) }
    self.path = path
    buffer = UnsafeRawBufferPointer(copy)
    descriptor = nil
  }

  deinit {
    if let descriptor {
      munmap(UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count)
      close(descriptor)
    } else {
      buffer.deallocate()
    }
  }

  package var count: Int { buffer.count }

  /// A little-endian number; nil beyond the end. One that `standsAlone`, between bytes that are not looked at with it, is
  /// read rather than mapped.
  package func number<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self, at offset: Int, standsAlone: Bool = false
  ) -> Number? {
    guard offset >= 0, offset <= count - MemoryLayout<Number>.size else { return nil }
    if standsAlone {
      return withBytes(offset..<offset + MemoryLayout<Number>.size) { Number(littleEndian: $0.loadUnaligned(as: type)) }
    }
    return Number(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// Whether these bytes stand at an offset.
  package func has(_ bytes: [UInt8], at offset: Int) -> Bool {
    offset >= 0 && bytes.count <= count && offset <= count - bytes.count
      && bytes.indices.allSatisfy { buffer[offset + $0] == bytes[$0] }
  }

  /// A copy of some bytes; nil if the range goes beyond the file.
  package func copy(_ range: Range<Int>) -> [UInt8]? {
    guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
    return Array(buffer[range])
  }

  /// Hands some bytes to a function; they live as long as the call. Nil if the range goes beyond the file, or the file has
  /// become shorter.
  package func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
    guard let descriptor, range.count < Self.leastMapped else {
      return body(UnsafeRawBufferPointer(rebasing: buffer[range]))
    }
    return withUnsafeTemporaryAllocation(byteCount: range.count, alignment: 16) { bytes in
      Self.read(descriptor, from: range.lowerBound, into: bytes) ? body(UnsafeRawBufferPointer(bytes)) : nil
    }
  }

  /// Whether as many bytes as there is room for could be read.
  private static func read(_ descriptor: Int32, from offset: Int, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    var done = 0
    while done < bytes.count {
      guard let start = bytes.baseAddress else { return false }
      let count = pread(descriptor, start + done, bytes.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return false }
      done += count
    }
    return true
  }

  /// Some bytes as the little-endian floats that they are; nil if the range goes beyond the file, does not begin at a
  /// multiple of four bytes, is better read, or this machine's floats are others. They live as long as the file.
  func floats(_ range: Range<Int>) -> UnsafeBufferPointer<Float>? {
    guard range.lowerBound >= 0, range.upperBound <= count, 1.littleEndian == 1 else { return nil }
    if descriptor != nil, range.count < Self.leastMapped { return nil }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[range])
    guard let start = bytes.baseAddress, Int(bitPattern: start).isMultiple(of: MemoryLayout<Float>.alignment) else {
      return nil
    }
    return bytes.bindMemory(to: Float.self)
  }

  /// Lets pages leave memory, and with them neighbours that lie in the same pieces of the system's cache: these are mapped
  /// whole for any byte of them. What is still needed of them comes back when it is looked at. Bytes that were read rather
  /// than mapped are not the file's, and stay.
  package func forget(_ bytes: UnsafeRawBufferPointer) {
    guard descriptor != nil, !bytes.isEmpty, let start = bytes.baseAddress, let base = buffer.baseAddress,
      start >= base, start + bytes.count <= base + count
    else { return }
    let offset = start - base
    let first = offset / Self.pieceSize * Self.pieceSize
    // The mapping's last page is whole, whatever the file has of it.
    let last = min(count, (offset + bytes.count + Self.pieceSize - 1) / Self.pieceSize * Self.pieceSize)
    madvise(UnsafeMutableRawPointer(mutating: base + first), last - first, MADV_DONTNEED)
  }

  /// An error in the file's content.
  func malformed(_ message: String, at offset: Int? = nil, tensor: String? = nil) -> WeightError {
    WeightError(.malformed, file: path, message, tensor: tensor, offset: offset)
  }

  /// Something that is not read on purpose.
  func refused(_ message: String, at offset: Int? = nil, tensor: String? = nil) -> WeightError {
    WeightError(.refused, file: path, message, tensor: tensor, offset: offset)
  }

  /// Something that is larger than the limits allow.
  func limit(_ message: String, at offset: Int? = nil, tensor: String? = nil) -> WeightError {
    WeightError(.limit, file: path, message, tensor: tensor, offset: offset)
  }

  private static func systemError(_ path: String, _ what: String) -> WeightError {
    WeightError(.unreadable, file: path, "\(what): \(String(cString: strerror(errno)).lowercased())")
  }
}

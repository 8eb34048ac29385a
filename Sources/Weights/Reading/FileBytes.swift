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
/// Every access is checked against the size that the file had when it was opened.
package final class FileBytes: LendingMemory, @unchecked Sendable {
  // Unchecked: the memory is never written after `init`.
  package let path: String
  private let buffer: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// Maps a file.
  ///
  /// - Throws: `WeightError` if it cannot be opened, is no regular file or is empty.
  package init(mapping path: String) throws(WeightError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.systemError(path, "cannot be opened") }
    defer { close(descriptor) }
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
    isMapped = true
  }

  /// Takes bytes that are in memory already.
  init(_ bytes: some Collection<UInt8>, path: String) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    let isCopied: Void? = bytes.withContiguousStorageIfAvailable { copy.copyMemory(from: UnsafeRawBufferPointer($0)) }
    if isCopied == nil { copy.copyBytes(from: bytes) }
    self.path = path
    buffer = UnsafeRawBufferPointer(copy)
    isMapped = false
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count)
    } else {
      buffer.deallocate()
    }
  }

  package var count: Int { buffer.count }

  /// A little-endian number; nil beyond the end.
  package func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self, at offset: Int) -> Number? {
    guard offset >= 0, offset <= count - MemoryLayout<Number>.size else { return nil }
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

  /// Hands some bytes to a function; they live as long as the call.
  package func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
    return body(UnsafeRawBufferPointer(rebasing: buffer[range]))
  }

  /// Some bytes as the little-endian floats that they are; nil if the range goes beyond the file, does not begin at a
  /// multiple of four bytes, or this machine's floats are others. They live as long as the file.
  func floats(_ range: Range<Int>) -> UnsafeBufferPointer<Float>? {
    guard range.lowerBound >= 0, range.upperBound <= count, 1.littleEndian == 1 else { return nil }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[range])
    guard let start = bytes.baseAddress, Int(bitPattern: start).isMultiple(of: MemoryLayout<Float>.alignment) else {
      return nil
    }
    return bytes.bindMemory(to: Float.self)
  }

  package func forget(_ bytes: UnsafeRawBufferPointer) {
    guard isMapped, let start = bytes.baseAddress else { return }
    // Whole pages only: neighbours on the first and the last may still be needed.
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (Int(bitPattern: start) + page - 1) / page * page
    let last = (Int(bitPattern: start) + bytes.count) / page * page
    guard first < last, let address = UnsafeMutableRawPointer(bitPattern: first) else { return }
    madvise(address, last - first, MADV_DONTNEED)
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

import CZlib
import Tensors

/// Deflate streams (RFC 1951), decompressed by zlib.
package enum Inflate {
  /// What stands around a stream.
  package enum Wrapping: Sendable {
    /// Nothing, as in archives.
    case none
    /// A header and a checksum, as in files of gzip (RFC 1952), which may be several behind each other.
    case gzip

    /// What zlib has for it: negative for a stream without a header of zlib's own.
    fileprivate var windowBits: Int32 { self == .none ? -15 : 15 + 16 }
  }

  /// Why a stream is not decompressed.
  package enum Failure: Error {
    /// No deflate stream.
    case malformed
    /// The stream goes on behind the input.
    case ends
    /// There is more than the limit.
    case tooLong
    /// The system has no memory for it.
    case noMemory
  }

  /// Decompresses a stream, to at most `limit` bytes. With `prefixOnly` those are returned if there is more.
  ///
  /// Memory grows with what is decompressed, not with what is announced.
  package static func decompress(
    _ input: UnsafeRawBufferPointer, wrapping: Wrapping = .none, limit: Int, prefixOnly: Bool = false
  ) -> Result<[UInt8], Failure> {
    var stream = z_stream()
    guard inflateInit2_(&stream, wrapping.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return .failure(.noMemory)
    }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(max(limit, 1), 1 << 18))
    var rest = input[...]
    while true {
      if stream.avail_in == 0, !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
        stream.next_in = UnsafeMutablePointer(mutating: part.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(part.count)
        rest = rest.dropFirst(part.count)
      }
      let status = chunk.withUnsafeMutableBufferPointer { buffer in
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        return inflate(&stream, Z_NO_FLUSH)
      }
      let produced = chunk.count - Int(stream.avail_out)
      if output.count + produced > limit {
        guard prefixOnly else { return .failure(.tooLong) }
        return .success(output + chunk[..<(limit - output.count)])
      }
      // An array that grows takes twice its bytes for a while.
      guard (try? SystemMemory.require(bytes: 2 * (output.count + produced))) != nil else { return .failure(.noMemory) }
      output += chunk[..<produced]
      if prefixOnly, output.count == limit { return .success(output) }
      switch status {
      case Z_STREAM_END:
        guard wrapping == .gzip, stream.avail_in > 0 || !rest.isEmpty else { return .success(output) }
        guard inflateReset(&stream) == Z_OK else { return .failure(.malformed) }
      case Z_OK: continue
      // No progress: the input is used up, and the stream has not ended.
      case Z_BUF_ERROR where rest.isEmpty && stream.avail_in == 0: return .failure(.ends)
      case Z_BUF_ERROR: continue
      case Z_MEM_ERROR: return .failure(.noMemory)
      default: return .failure(.malformed)
      }
    }
  }
}

/// The checksum of zip archives.
package enum CRC32 {
  /// Of some bytes.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 { of(bytes, after: 0) }

  /// Of bytes that go on where those of another checksum end; 0 is that of none.
  package static func of(_ bytes: UnsafeRawBufferPointer, after checksum: UInt32) -> UInt32 {
    // Without an address zlib gives the checksum of nothing.
    guard !bytes.isEmpty, let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return checksum }
    return UInt32(truncatingIfNeeded: crc32_z(UInt(checksum), start, bytes.count))
  }

  /// The same of an array.
  package static func of(_ bytes: [UInt8], after checksum: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBytes { of($0, after: checksum) }
  }
}

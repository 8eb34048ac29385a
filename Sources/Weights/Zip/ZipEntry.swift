import Compression

/// A file in a zip archive, its place checked.
struct ZipEntry: Sendable {
  var name: String
  var isDeflated: Bool
  var checksum: UInt32
  /// Where the entry's own header begins, which stands before its bytes.
  var header: Int
  /// The bytes in the archive.
  var range: Range<Int>
  /// The bytes after decompression.
  var size: Int
}

extension ZipEntry {
  /// Deflate cannot do better than 1032 : 1, so that more is a lie.
  private static let largestRatio = 1032
  /// Real weights hardly compress; what compresses better than this and is large is a bomb.
  private static let suspiciousRatio = 256
  private static let suspiciousSize = 64 << 20
  /// The most that an entry may decompress to.
  private static let largestSize = 4 << 30

  /// Whether the size after decompression is believable.
  ///
  /// - Throws: `WeightError` for a bomb.
  func checkRatio(_ file: FileBytes) throws(WeightError) {
    guard isDeflated else { return }
    let compressed = max(1, range.count)
    // Blocks without content could follow each other for ever; what cannot be compressed takes 5 bytes more for each
    // 16 KiB.
    if compressed - 1024 > size + size / 256 {
      throw file.limit(
        "the entry \(quoted(name)) takes \(range.count) bytes for the \(size) that it holds", at: range.lowerBound)
    }
    if size > Self.largestSize {
      throw file.limit("the entry \(quoted(name)) would decompress to \(size) bytes", at: range.lowerBound)
    }
    if size / compressed > Self.largestRatio || size > Self.suspiciousSize && size / compressed > Self.suspiciousRatio {
      throw file.limit(
        "the entry \(quoted(name)) would decompress from \(range.count) to \(size) bytes, as a bomb does",
        at: range.lowerBound)
    }
  }

  /// The first bytes of the content, at most `limit`.
  func prefix(_ file: FileBytes, limit: Int) throws(WeightError) -> [UInt8] {
    guard isDeflated else {
      return file.withBytes(range.lowerBound..<(range.lowerBound + min(limit, range.count))) { Array($0) } ?? []
    }
    return try decompress(file, limit: min(limit, size), prefixOnly: true)
  }

  /// The whole content of a compressed entry.
  func inflated(_ file: FileBytes, limit: Int) throws(WeightError) -> [UInt8] {
    let content = try decompress(file, limit: limit, prefixOnly: false)
    guard content.count == size else {
      throw file.malformed(
        "the entry \(quoted(name)) has \(content.count) bytes, not the \(size) announced", at: range.lowerBound)
    }
    guard content.withUnsafeBytes({ CRC32.of($0) }) == checksum else { throw wrongChecksum(file) }
    return content
  }

  /// Compares the checksum of an entry that is not compressed. Zero stands for none: PyTorch writes it where
  /// `torch.serialization.set_crc32_options(False)` saves the time.
  ///
  /// - Throws: `WeightError` if it differs.
  func verifyChecksum(_ file: FileBytes) throws(WeightError) {
    guard checksum != 0 else { return }
    var sum: UInt32 = 0
    var start = range.lowerBound
    // In parts that the system takes back, for of mapped weights it is the plan that is kept in memory.
    while start < range.upperBound {
      let end = min(range.upperBound, start + Self.checkedAtOnce)
      let part = file.withBytes(start..<end) { bytes in
        defer { file.forget(bytes) }
        return CRC32.of(bytes, after: sum)
      }
      guard let part else { throw wrongChecksum(file) }
      (sum, start) = (part, end)
    }
    guard sum == checksum else { throw wrongChecksum(file) }
  }

  private static let checkedAtOnce = 4 << 20

  private func wrongChecksum(_ file: FileBytes) -> WeightError {
    file.malformed("the entry \(quoted(name)) is damaged: its checksum is another", at: range.lowerBound)
  }

  private func decompress(_ file: FileBytes, limit: Int, prefixOnly: Bool) throws(WeightError) -> [UInt8] {
    let result = file.withBytes(range) { Inflate.decompress($0, limit: limit, prefixOnly: prefixOnly) }
    let what = "the entry \(quoted(name))"
    switch result {
    case .success(let content): return content
    case .failure(.tooLong):
      throw file.malformed("\(what) has more than the \(size) bytes announced", at: range.lowerBound)
    case .failure(.noMemory):
      throw file.limit("\(what) takes more memory than the system gives", at: range.lowerBound)
    case .failure(.ends): throw file.malformed("\(what) ends too early", at: range.lowerBound)
    case .failure(.malformed), nil: throw file.malformed("\(what) is no deflate stream", at: range.lowerBound)
    }
  }
}

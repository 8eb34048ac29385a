import AtomicFiles
import Compression
import Images
import Weights

/// A file of decoded images, mapped into memory: eight letters, the samples of all images one after the other, a table of
/// where each lies, and at last where that is. Numbers are little-endian.
enum DecodedFile {
  static let letters = Array("cnncimg1".utf8)
  /// Offset, width, height, channels and checksum of an image.
  static let entryLength = 24
  /// The table's offset, the number of images, the key, the table's checksum, and the letters once more.
  static let endLength = 36

  /// Where an image lies. One without channels is a file that cannot be decoded; the bytes say why.
  struct Entry: Hashable {
    var offset: Int
    /// Of a file that cannot be decoded, the number of bytes.
    var width: Int
    var height: Int
    var channels: Int
    var checksum: UInt32

    /// The bytes of the image, or of the reason why there is none.
    var range: Range<Int> { offset..<offset + (channels == 0 ? width : width * height * channels) }
  }

  /// Writes images one after the other.
  struct Writer: ~Copyable {
    private var file: AtomicFileWriter
    private var table: [UInt8] = []

    /// - Throws: `FileWriteError` if the file cannot be made.
    init(_ path: String) throws(FileWriteError) {
      var file = try AtomicFileWriter(path)
      try file.write(DecodedFile.letters)
      self.file = file
    }

    /// The bytes written so far.
    var count: Int { file.offset + table.count }

    /// - Throws: `FileWriteError` if the system refuses it.
    mutating func add(_ image: Image) throws(FileWriteError) {
      note(width: image.width, height: image.height, channels: image.channels, image.samples)
      try file.write(image.samples)
    }

    /// Says why there is no image.
    ///
    /// - Throws: `FileWriteError` if the system refuses it.
    mutating func add(broken reason: String) throws(FileWriteError) {
      let text = Array(reason.utf8)
      note(width: text.count, height: 0, channels: 0, text)
      try file.write(text)
    }

    private mutating func note(width: Int, height: Int, channels: Int, _ bytes: [UInt8]) {
      table += DecodedFile.bytes(UInt64(file.offset))
      for number in [width, height, channels] { table += DecodedFile.bytes(UInt32(number)) }
      table += DecodedFile.bytes(bytes.withUnsafeBytes { CRC32.of($0) })
    }

    /// Ends the file and puts it in its place.
    ///
    /// - Throws: `FileWriteError` if the system refuses it.
    consuming func finish(key: UInt64) throws(FileWriteError) {
      let start = file.offset
      try file.write(table)
      try file.write(DecodedFile.bytes(UInt64(start)))
      try file.write(DecodedFile.bytes(UInt64(table.count / DecodedFile.entryLength)))
      try file.write(DecodedFile.bytes(key))
      try file.write(DecodedFile.bytes(table.withUnsafeBytes { CRC32.of($0) }))
      try file.write(DecodedFile.letters)
      try file.finish()
    }
  }

  static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  /// The table of a file with this key and so many images; nil if the file is another, or damaged.
  static func table(of file: FileBytes, key: UInt64, count: Int) -> [Entry]? {
    let end = file.count - endLength
    guard end >= letters.count, file.has(letters, at: 0), file.has(letters, at: end + 28),
      let start = file.number(UInt64.self, at: end).flatMap({ Int(exactly: $0) }),
      file.number(UInt64.self, at: end + 8) == UInt64(count), file.number(UInt64.self, at: end + 16) == key,
      count <= end / entryLength, start == end - count * entryLength,
      file.withBytes(start..<end, CRC32.of) == file.number(UInt32.self, at: end + 24)
    else { return nil }
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    for place in stride(from: start, to: end, by: entryLength) {
      guard let entry = entry(of: file, at: place), entry.offset >= letters.count, entry.range.upperBound <= start
      else {
        return nil
      }
      entries.append(entry)
    }
    return entries
  }

  private static func entry(of file: FileBytes, at place: Int) -> Entry? {
    guard let offset = file.number(UInt64.self, at: place).flatMap({ Int(exactly: $0) }), offset < 1 << 60,
      let width = file.number(UInt32.self, at: place + 8), let height = file.number(UInt32.self, at: place + 12),
      let channels = file.number(UInt32.self, at: place + 16), let sum = file.number(UInt32.self, at: place + 20),
      [0, 1, 3].contains(channels), width <= 1 << 28, height <= 1 << 28,
      channels == 0 || (width > 0 && height > 0)
    else { return nil }
    return Entry(offset: offset, width: Int(width), height: Int(height), channels: Int(channels), checksum: sum)
  }
}

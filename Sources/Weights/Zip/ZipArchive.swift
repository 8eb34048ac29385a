import Hashing

/// The list of files in a zip archive (APPNOTE.TXT 6.3), zip64 included; nothing is unpacked.
struct ZipArchive {
  let entries: [ZipEntry]

  static let largestEntryCount = 1 << 18

  /// Reads the central directory and checks every entry: within the file, apart from each other, names different.
  init(_ file: FileBytes) throws(WeightError) {
    let directory = try Self.findDirectory(file)
    var reader = ByteReader(file, directory.range)
    var entries: [ZipEntry] = []
    var names: Set<ByteName> = []
    for index in 0..<directory.count {
      let start = reader.offset
      let entry = try Self.readEntry(&reader, "entry \(index) of the archive's directory", directory.range.lowerBound)
      guard names.insert(ByteName(entry.name)).inserted else {
        throw file.malformed("the archive has \(quoted(entry.name)) twice", at: start)
      }
      try entry.checkRatio(file)
      entries.append(entry)
    }
    try Self.checkOverlaps(entries, file)
    self.entries = entries
  }

  private static func checkOverlaps(_ entries: [ZipEntry], _ file: FileBytes) throws(WeightError) {
    var last: ZipEntry?
    for entry in entries.sorted(by: { $0.header < $1.header }) {
      if let last, entry.header < last.range.upperBound {
        throw file.malformed("the entries \(quoted(last.name)) and \(quoted(entry.name)) overlap", at: entry.header)
      }
      last = entry
    }
  }

  // MARK: The directory's place

  private static func findDirectory(_ file: FileBytes) throws(WeightError) -> (range: Range<Int>, count: Int) {
    // The end record is 22 bytes and a comment of at most 65535.
    var end = file.count - 22
    while end >= max(0, file.count - 22 - 65535) {
      if file.number(UInt32.self, at: end) == 0x0605_4B50,
        Int(file.number(UInt16.self, at: end + 20) ?? 0) == file.count - end - 22
      {
        break
      }
      end -= 1
    }
    guard end >= max(0, file.count - 22 - 65535) else {
      throw file.malformed("the zip archive has no end: the file is cut off or damaged")
    }
    var record = ByteReader(file, (end + 4)..<file.count)
    let disks = try (record.number(UInt16.self, "the end record"), record.number(UInt16.self, "the end record"))
    _ = try record.number(UInt16.self, "the end record")
    var count = Int(try record.number(UInt16.self, "the end record"))
    var size = Int(try record.number(UInt32.self, "the end record"))
    var start = Int(try record.number(UInt32.self, "the end record"))
    guard disks == (0, 0) || disks == (0xFFFF, 0xFFFF) else {
      throw file.refused("is one part of a zip archive in several", at: end)
    }
    var limit = end
    let isZip64 = file.number(UInt32.self, at: end - 20) == 0x0706_4B50
    if isZip64 || count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
      (start, size, count, limit) = try readZip64End(file, before: end)
    }
    guard start >= 0, size >= 0, start <= limit, size == limit - start else {
      throw file.malformed(
        "the archive's directory is said to be \(size) bytes from \(start) on, and is to end at \(limit)", at: end)
    }
    guard count >= 0, count <= largestEntryCount else {
      throw file.limit("the archive has \(count) entries; at most \(largestEntryCount) are read", at: end)
    }
    guard count <= size / 46 else {
      throw file.malformed("\(count) entries do not fit into a directory of \(size) bytes", at: end)
    }
    return (start..<limit, count)
  }

  private static func readZip64End(
    _ file: FileBytes, before end: Int
  ) throws(WeightError) -> (start: Int, size: Int, count: Int, limit: Int) {
    guard file.number(UInt32.self, at: end - 20) == 0x0706_4B50,
      let place = file.number(UInt64.self, at: end - 12).flatMap(Int.init(exactly:)), place <= end - 20 - 56,
      file.number(UInt32.self, at: place) == 0x0606_4B50,
      let count = file.number(UInt64.self, at: place + 32).flatMap(Int.init(exactly:)),
      let size = file.number(UInt64.self, at: place + 40).flatMap(Int.init(exactly:)),
      let start = file.number(UInt64.self, at: place + 48).flatMap(Int.init(exactly:))
    else { throw file.malformed("the archive's zip64 end record is missing or damaged", at: end) }
    return (start, size, count, place)
  }

  // MARK: Entries

  private static func readEntry(
    _ reader: inout ByteReader, _ what: String, _ directory: Int
  ) throws(WeightError) -> ZipEntry {
    let file = reader.file
    let start = reader.offset
    guard try reader.number(UInt32.self, what) == 0x0201_4B50 else {
      throw file.malformed("\(what) has another signature", at: start)
    }
    _ = try reader.skip(4, what)
    let flags = try reader.number(UInt16.self, what)
    let method = try reader.number(UInt16.self, what)
    _ = try reader.skip(4, what)
    let checksum = try reader.number(UInt32.self, what)
    var compressed = UInt64(try reader.number(UInt32.self, what))
    var size = UInt64(try reader.number(UInt32.self, what))
    let nameCount = Int(try reader.number(UInt16.self, what))
    let extraCount = Int(try reader.number(UInt16.self, what))
    let commentCount = Int(try reader.number(UInt16.self, what))
    _ = try reader.skip(8, what)
    var header = UInt64(try reader.number(UInt32.self, what))
    let name = try reader.text(nameCount, "the name in \(what)")
    let extra = try reader.skip(extraCount, what)
    _ = try reader.skip(commentCount, what)
    try readZip64Extra(ByteReader(file, extra), &size, &compressed, &header, what)
    guard flags & 0x2041 == 0 else { throw file.refused("the entry \(quoted(name)) is encrypted", at: start) }
    guard method == 0 || method == 8 else {
      throw file.refused("the entry \(quoted(name)) is compressed by method \(method), not by deflate", at: start)
    }
    guard let header = Int(exactly: header), let compressed = Int(exactly: compressed), let size = Int(exactly: size),
      header <= directory - 30, let own = OwnHeader(file, at: header, nameCount: nameCount), own.method == method,
      own.name == Array(name.utf8)
    else { throw file.malformed("the entry \(quoted(name)) is not where the directory says", at: start) }
    let content = header + 30 + nameCount + own.extraCount
    guard content <= directory, compressed <= directory - content, method == 8 || size == compressed else {
      throw file.malformed("the entry \(quoted(name)) is said to have \(compressed) bytes, which it has not", at: start)
    }
    return ZipEntry(
      name: name, isDeflated: method == 8, checksum: checksum, header: header, range: content..<(content + compressed),
      size: size)
  }

  /// The extra field 1 has, in this order, those of the numbers that do not fit into 32 bits.
  private static func readZip64Extra(
    _ extra: ByteReader, _ size: inout UInt64, _ compressed: inout UInt64, _ header: inout UInt64, _ what: String
  ) throws(WeightError) {
    var reader = extra
    while reader.remaining >= 4 {
      let id = try reader.number(UInt16.self, what)
      let field = try reader.skip(Int(try reader.number(UInt16.self, what)), what)
      guard id == 1 else { continue }
      var numbers = ByteReader(reader.file, field)
      if size == 0xFFFF_FFFF { size = try numbers.number(UInt64.self, what) }
      if compressed == 0xFFFF_FFFF { compressed = try numbers.number(UInt64.self, what) }
      if header == 0xFFFF_FFFF { header = try numbers.number(UInt64.self, what) }
    }
  }
}

/// What stands before an entry's bytes, in 30 bytes and its name.
private struct OwnHeader {
  var method: UInt16
  var name: [UInt8]
  var extraCount: Int

  /// Nil if there is none, or its name has another length.
  init?(_ file: FileBytes, at start: Int, nameCount: Int) {
    // At once, for headers lie all over the file.
    let bytes = file.withBytes(start..<start + 30 + nameCount) { Array($0) }
    guard let bytes, bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { return nil }
    func number(_ place: Int) -> UInt16 { UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8 }
    guard number(26) == nameCount else { return nil }
    (method, name, extraCount) = (number(8), Array(bytes[30...]), Int(number(28)))
  }
}

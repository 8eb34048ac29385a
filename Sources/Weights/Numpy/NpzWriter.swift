import Compression

/// Writes an .npz archive entry by entry, without compression; entries of 4 GiB and more make it zip64.
struct NpzWriter {
  private var directory: [UInt8] = []
  private var count = 0

  /// The header of an array in C order; the elements behind it begin at a multiple of 64.
  static func arrayHeader(_ shape: [Int], type: String) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
    while !(text.count + 11).isMultiple(of: 64) { text.append(0x20) }
    text.append(0x0A)
    return NpyHeader.magic + [1, 0] + UInt16(text.count).littleEndianBytes + text
  }

  /// Adds an array: its header and its elements.
  mutating func add(
    _ name: String, _ header: [UInt8], _ elements: EncodedElements, to file: inout WeightOutput
  ) throws(WeightError) {
    let nameBytes = Array(name.utf8)
    guard nameBytes.count < 1 << 16 else {
      throw WeightError(.limit, file: file.path, "has too long a name for a zip archive", tensor: name)
    }
    let start = file.offset
    let size = UInt64(header.count + elements.byteCount)
    // The checksum stands before what it is of, so the elements are made twice.
    let checksum = elements.pieces.reduce(CRC32.of(header)) { CRC32.of($1, after: $0) }
    let isLarge = size >= 0xFFFF_FFFF || start >= 0xFFFF_FFFF
    let shortSize = isLarge ? UInt32.max : UInt32(size)
    let version: UInt16 = isLarge ? 45 : 20
    // Method 0; 1 January 1980, so that the same tensors make the same bytes. Flag 11: names are UTF-8.
    let common: [UInt8] =
      version.littleEndianBytes + UInt16(1 << 11).littleEndianBytes + [0, 0, 0, 0, 0x21, 0]
      + checksum.littleEndianBytes + shortSize.littleEndianBytes
      + shortSize.littleEndianBytes + UInt16(nameBytes.count).littleEndianBytes
    let sizes = size.littleEndianBytes + size.littleEndianBytes
    let localExtra: [UInt8] = isLarge ? [1, 0, 16, 0] + sizes : []
    try file.write(
      [0x50, 0x4B, 3, 4] + common + UInt16(localExtra.count).littleEndianBytes + nameBytes + localExtra)
    try file.write(header)
    try file.write(elements)
    let extra: [UInt8] = isLarge ? [1, 0, 24, 0] + sizes + UInt64(start).littleEndianBytes : []
    let place = isLarge ? UInt32.max : UInt32(start)
    directory += [0x50, 0x4B, 1, 2] + version.littleEndianBytes + common
    directory += UInt16(extra.count).littleEndianBytes + [UInt8](repeating: 0, count: 10)
    directory += place.littleEndianBytes + nameBytes + extra
    count += 1
  }

  mutating func finish(_ file: inout WeightOutput) throws(WeightError) {
    let start = file.offset
    try file.write(directory)
    let isLarge = start >= 0xFFFF_FFFF || count >= 0xFFFF
    if isLarge {
      let end = file.offset
      let numbers = [UInt64(count), UInt64(count), UInt64(directory.count), UInt64(start)].flatMap(\.littleEndianBytes)
      try file.write(
        [0x50, 0x4B, 6, 6] + UInt64(44).littleEndianBytes + [45, 0, 45, 0] + [UInt8](repeating: 0, count: 8) + numbers)
      try file.write(
        [0x50, 0x4B, 6, 7] + [0, 0, 0, 0] + UInt64(end).littleEndianBytes + UInt32(1).littleEndianBytes)
    }
    let shortCount = isLarge ? UInt16.max : UInt16(count)
    try file.write(
      [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + shortCount.littleEndianBytes + shortCount.littleEndianBytes
        + UInt32(truncatingIfNeeded: min(directory.count, 0xFFFF_FFFF)).littleEndianBytes
        + (isLarge ? UInt32.max : UInt32(start)).littleEndianBytes + [0, 0])
  }
}

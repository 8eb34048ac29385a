import Compression

@testable import Weights

/// Puts zip archives together; what the directory says can be made to differ from what is there.
struct ZipBuilder {
  struct Entry {
    var name: String
    var content: [UInt8]
    var method: UInt16 = 0
    var flags: UInt16 = 0
    /// What the directory says of the size after decompression; the content's unless set.
    var size: Int?
    var compressedSize: Int?
    var checksum: UInt32?
    /// Where the directory says the entry begins.
    var place: Int?

    init(_ name: String, _ content: [UInt8]) {
      self.name = name
      self.content = content
    }

    func with(_ change: (inout Entry) -> Void) -> Entry {
      var copy = self
      change(&copy)
      return copy
    }
  }

  static func archive(_ entries: [Entry], change: (inout [UInt8]) -> Void = { _ in }) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let start = file.count
      let name = Array(entry.name.utf8)
      let checksum = entry.checksum ?? entry.content.withUnsafeBytes { CRC32.of($0) }
      let common: [UInt8] =
        [20, 0] + entry.flags.littleEndianBytes + entry.method.littleEndianBytes + [0, 0, 0x21, 0]
        + checksum.littleEndianBytes + UInt32(entry.compressedSize ?? entry.content.count).littleEndianBytes
        + UInt32(entry.size ?? entry.content.count).littleEndianBytes + UInt16(name.count).littleEndianBytes
      file += [0x50, 0x4B, 3, 4] + common + [0, 0] + name + entry.content
      directory += [0x50, 0x4B, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 12)
      directory += UInt32(entry.place ?? start).littleEndianBytes + name
    }
    let count = UInt16(entries.count).littleEndianBytes
    var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + UInt32(directory.count).littleEndianBytes
    end += UInt32(file.count).littleEndianBytes + [0, 0]
    change(&end)
    return file + directory + end
  }

  /// An .npy array of float32.
  static func array(_ shape: [Int], _ values: [Float]) -> [UInt8] {
    NpzWriter.arrayHeader(shape, type: "<f4") + values.flatMap(\.bitPattern.littleEndianBytes)
  }
}

/// A safetensors file from a header and data.
func safetensors(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
  let text = Array(header.utf8)
  return (length ?? UInt64(text.count)).littleEndianBytes + text + [UInt8](repeating: 0, count: data)
}

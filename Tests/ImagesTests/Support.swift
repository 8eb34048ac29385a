import Foundation

@testable import Images

/// The images that scripts/make_image_fixtures.py writes, and what Pillow makes of them.
enum Fixtures {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

  static func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// The words of each line of a listing.
  static func lines(_ name: String) throws -> [[String]] {
    String(decoding: try bytes(name), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
  }

  /// An image of the words width, height, channels and samples in hexadecimal.
  static func image(_ words: ArraySlice<String>) throws -> Image {
    let numbers = words.prefix(3).compactMap { Int($0) }
    let digits = Array((words.last ?? "").utf8)
    let samples = stride(from: 0, to: digits.count, by: 2).compactMap { index in
      UInt8(String(decoding: digits[index..<(index + 2)], as: UTF8.self), radix: 16)
    }
    guard numbers.count == 3, samples.count == numbers.reduce(1, *) else { throw CocoaError(.fileReadCorruptFile) }
    return Image(width: numbers[0], height: numbers[1], channels: numbers[2], samples: samples)
  }
}

/// Makes PNG files byte by byte, sound or not.
enum PNGMaker {
  static func big(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }

  static func crc(_ bytes: [UInt8]) -> Int {
    var sum: UInt32 = .max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB8_8320 }
    }
    return Int(~sum)
  }

  static func chunk(_ kind: String, _ content: [UInt8] = []) -> [UInt8] {
    let named = Array(kind.utf8) + content
    return big(content.count) + named + big(crc(named))
  }

  static func header(
    _ width: Int, _ height: Int, depth: UInt8 = 8, color: UInt8 = 0, method: UInt8 = 0, interlace: UInt8 = 0
  ) -> [UInt8] {
    chunk("IHDR", big(width) + big(height) + [depth, color, method, 0, interlace])
  }

  /// A zlib stream that stores bytes as they are.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    precondition(bytes.count < 65536)
    let (low, high) = (UInt8(bytes.count & 255), UInt8(bytes.count >> 8))
    let sums = bytes.reduce((1, 0)) { (($0.0 + Int($1)) % 65521, ($0.0 + Int($1) + $0.1) % 65521) }
    return [0x78, 0x01, 0x01, low, high, ~low, ~high] + bytes + big(sums.1 << 16 | sums.0)
  }

  static func file(_ chunks: [UInt8]...) -> [UInt8] { PNGHeader.signature + chunks.flatMap { $0 } }
}

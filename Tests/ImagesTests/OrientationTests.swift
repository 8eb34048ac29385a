import Foundation
import Random
import Testing

@testable import Images

/// How photographs lie in their files, as EXIF has it.
@Suite("Orientation") struct OrientationTests {
  /// An EXIF block of one directory: entries of tag, type, count and value.
  private static func exif(
    _ entries: [(tag: Int, type: Int, count: Int, value: Int)], isBigEndian: Bool = true, directory: Int = 8
  ) -> [UInt8] {
    func bytes(_ number: Int, _ count: Int) -> [UInt8] {
      let big = (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
      return isBigEndian ? big : big.reversed()
    }
    var result: [UInt8] = isBigEndian ? [0x4D, 0x4D, 0, 0x2A] : [0x49, 0x49, 0x2A, 0]
    result += bytes(directory, 4) + bytes(entries.count, 2)
    for entry in entries {
      let value = entry.type == 3 ? bytes(entry.value, 2) + [0, 0] : bytes(entry.value, 4)
      result += bytes(entry.tag, 2) + bytes(entry.type, 2) + bytes(entry.count, 4) + value
    }
    return result + bytes(0, 4)
  }

  private static func exif(_ orientation: Int) -> [UInt8] { exif([(0x0112, 3, 1, orientation)]) }

  private func read(_ exif: [UInt8]) -> Orientation? { Orientation(exif: exif[...]) }

  /// A JPEG with segments before its own, and a PNG with chunks before its data or behind it.
  private func jpeg(_ segments: [[UInt8]]) throws -> [UInt8] {
    let bytes = try Fixtures.bytes("color.jpg")
    var result = Array(bytes[..<2])
    for segment in segments {
      let length = segment.count + 2
      result += [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)]
      result += segment
    }
    return result + bytes[2...]
  }

  private static func segment(_ exif: [UInt8]) -> [UInt8] { Array("Exif".utf8) + [0, 0] + exif }

  private func png(_ exif: [UInt8], isBehind: Bool = false) -> [UInt8] {
    let data = PNGMaker.chunk("IDAT", PNGMaker.stored([0, 1, 2, 3, 0, 4, 5, 6]))
    let chunk = PNGMaker.chunk("eXIf", exif)
    return PNGMaker.file(PNGMaker.header(3, 2), isBehind ? data + chunk : chunk + data, PNGMaker.chunk("IEND"))
  }

  /// The pixels 1 2 3, 4 5 6 set upright by Pillow's `ImageOps.exif_transpose`.
  private static let upright: [(orientation: Int, width: Int, samples: [UInt8])] = [
    (1, 3, [1, 2, 3, 4, 5, 6]), (2, 3, [3, 2, 1, 6, 5, 4]), (3, 3, [6, 5, 4, 3, 2, 1]), (4, 3, [4, 5, 6, 1, 2, 3]),
    (5, 2, [1, 4, 2, 5, 3, 6]), (6, 2, [4, 1, 5, 2, 6, 3]), (7, 2, [6, 3, 5, 2, 4, 1]), (8, 2, [3, 6, 2, 5, 1, 4]),
  ]

  @Test("each of the eight orientations is set upright as Pillow does it", arguments: upright)
  func eight(_ expected: (orientation: Int, width: Int, samples: [UInt8])) throws {
    let image = try Image(bytes: png(Self.exif(expected.orientation)), name: "i")
    #expect(image.orientation.rawValue == expected.orientation)
    #expect(image.samples == [1, 2, 3, 4, 5, 6], "the file's samples are as they lie")
    let turned = image.upright
    #expect(turned.width == expected.width && turned.height == 6 / expected.width)
    #expect(turned.samples == expected.samples && turned.orientation == .upright)
    #expect(image.orientation.exchangesSides == (expected.width == 2))
    // Of three channels each goes with its pixel.
    func colors(_ samples: [UInt8]) -> [UInt8] {
      samples.flatMap { (sample: UInt8) -> [UInt8] in [sample, sample + 10, sample + 20] }
    }
    let colored = Image(
      width: 3, height: 2, channels: 3, samples: colors(image.samples), orientation: image.orientation)
    #expect(colored.upright.samples == colors(expected.samples))
  }

  @Test("JPEG has it in its first segment with EXIF, PNG in a chunk before or behind the data")
  func places() throws {
    let six = Self.segment(Self.exif(6))
    let photo = try Image(bytes: jpeg([six]), name: "i")
    #expect(photo.orientation == .left)
    #expect(photo.samples == (try Image(bytes: Fixtures.bytes("color.jpg"), name: "i")).samples)
    let xmp = Array("http://ns.adobe.com/xap/1.0/".utf8) + [0]
    #expect(try Image(bytes: jpeg([xmp, six]), name: "i").orientation == .left)
    #expect(try Image(bytes: jpeg([six, Self.segment(Self.exif(3))]), name: "i").orientation == .left)
    #expect(try Image(bytes: jpeg([]), name: "i").orientation == .upright)
    #expect(try Image(bytes: png(Self.exif(8), isBehind: true), name: "i").orientation == .right)
  }

  @Test("both orders of bytes are read, 16 and 32 bits, among other tags")
  func forms() {
    let six = (tag: 0x0112, type: 3, count: 1, value: 6)
    let others = [(tag: 0x010F, type: 2, count: 40, value: 900), (tag: 0x011A, type: 5, count: 1, value: 700)]
    for isBigEndian in [true, false] {
      #expect(read(Self.exif([six], isBigEndian: isBigEndian)) == .left)
      #expect(read(Self.exif([others[0], six, others[1]], isBigEndian: isBigEndian)) == .left)
      #expect(read(Self.exif([(0x0112, 4, 1, 8)], isBigEndian: isBigEndian)) == .right)
    }
    #expect(read(Self.exif([six, (0x0112, 3, 1, 3)])) == .turned)
  }

  @Test("what is no orientation is none, and no byte outside of the block is read")
  func hostile() throws {
    for value in [0, 9, 255, 65535] { #expect(read(Self.exif(value)) == nil) }
    for type in [0, 1, 2, 5, 7, 12, 65535] { #expect(read(Self.exif([(0x0112, type, 1, 6)])) == nil) }
    for count in [0, 2, 0xFFFF_FFFF] { #expect(read(Self.exif([(0x0112, 3, count, 6)])) == nil) }
    for directory in [26, 1 << 20, 0x7FFF_FFFF, 0xFFFF_FFFF] {
      #expect(read(Self.exif([(0x0112, 3, 1, 6)], directory: directory)) == nil)
    }
    let whole = Self.exif(6)
    for count in 0..<20 { #expect(read(Array(whole.prefix(count))) == nil) }
    // A slice of something larger, whose number of entries goes far beyond its end.
    var counted = whole
    (counted[8], counted[9]) = (0xFF, 0xFF)
    let padded = [UInt8](repeating: 0x12, count: 50) + counted + [UInt8](repeating: 0x12, count: 50)
    #expect(Orientation(exif: padded[50..<(50 + counted.count)]) == .left)
    let draws = CounterGenerator(seed: 7, name: "exif")
    for round in 0..<2000 {
      var bytes = whole
      for place in 0..<3 {
        bytes[draws.integer(below: bytes.count, at: 6 * round + place)] =
          UInt8(draws.integer(below: 256, at: 6 * round + place + 3))
      }
      _ = read(bytes)
      #expect(try Image(bytes: png(bytes), name: "i").samples == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test("the beginning of a file says it, as far as that goes")
  func beginnings() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cnnc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func orientation(_ bytes: [UInt8], count: Int = 1 << 17) throws -> Orientation {
      let file = folder.appendingPathComponent("i")
      try Data(bytes).write(to: file)
      return Orientation(beginningOf: file.path, count: count)
    }
    let photo = try jpeg([Self.segment(Self.exif(6))])
    #expect(try orientation(photo) == .left)
    #expect(try orientation(photo, count: 40) == .left)
    #expect(try orientation(photo, count: 20) == .upright)
    #expect(try orientation(png(Self.exif(3))) == .turned)
    #expect(try orientation(Fixtures.bytes("color.jpg")) == .upright)
    #expect(try orientation(Fixtures.bytes("color.png")) == .upright)
    #expect(try orientation(Array("no image".utf8)) == .upright)
    #expect(Orientation(beginningOf: folder.appendingPathComponent("none").path) == .upright)
  }

  @Test("images are set upright before they are resized, where it is asked for")
  func preprocessing() throws {
    func scaled(_ samples: [Float]) -> [Float] { samples.map { $0 / 255 } }
    let image = try Image(bytes: png(Self.exif(6)), name: "i")
    var preprocessing = ImagePreprocessing()
    let plain = try preprocessing.tensor(of: image, name: "i", channels: 1, height: 2, width: 3)
    #expect(plain.elements == scaled([1, 2, 3, 4, 5, 6]))
    preprocessing.orients = true
    let upright = try preprocessing.tensor(of: image, name: "i", channels: 1, height: 3, width: 2)
    #expect(upright.elements == scaled([4, 1, 5, 2, 6, 3]))
    preprocessing.crop = .init(height: 1, width: 2)
    let cropped = try preprocessing.tensor(of: image, name: "i", channels: 1, height: 1, width: 2)
    #expect(cropped.elements == scaled([5, 2]))
    var limits = ImageLimits()
    limits.memory = 5
    #expect(throws: ImageError.self) { try preprocessing.coloured(image, name: "i", channels: 1, limits: limits) }
  }
}

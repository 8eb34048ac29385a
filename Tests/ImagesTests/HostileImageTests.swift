import Foundation
import Testing

@testable import Images

/// Files that lie, end early or ask for too much: each is an error with its reason, and none takes memory for what it
/// announces.
@Suite("Hostile images") struct HostileImageTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var reason: ImageError.Reason
    var bytes: [UInt8]
    var message = ""

    init(_ name: String, _ reason: ImageError.Reason, _ bytes: [UInt8], _ message: String = "") {
      (self.name, self.reason, self.bytes, self.message) = (name, reason, bytes, message)
    }

    var testDescription: String { name }
  }

  private static let data = PNGMaker.chunk("IDAT", PNGMaker.stored([0, 7, 9]))
  private static let end = PNGMaker.chunk("IEND")

  private static func png(_ header: [UInt8]) -> [UInt8] { PNGMaker.file(header, data, end) }

  private static let pngs: [Case] = [
    Case("nothing but the signature", .truncated, PNGMaker.file()),
    Case("half a signature", .truncated, Array(PNGHeader.signature.prefix(5))),
    Case("no image data", .malformed, PNGMaker.file(PNGMaker.header(2, 1), end), "no image data"),
    Case("no end", .truncated, PNGMaker.file(PNGMaker.header(2, 1), data)),
    Case("too little data", .truncated, png(PNGMaker.header(2, 3)), "Not enough"),
    Case("data without a header", .malformed, PNGMaker.file(data, end), "IHDR"),
    Case("two headers", .malformed, PNGMaker.file(PNGMaker.header(2, 1), PNGMaker.header(2, 1), data, end), "second"),
    Case("a short header", .malformed, PNGMaker.file(PNGMaker.chunk("IHDR", [0, 0, 0, 1]), data, end), "4 bytes"),
    Case("no width", .malformed, png(PNGMaker.header(0, 1)), "0×1"),
    Case("no height", .malformed, png(PNGMaker.header(1, 0)), "1×0"),
    Case("a negative width", .malformed, png(PNGMaker.header(-1, 1))),
    Case("the largest size there is", .limit, png(PNGMaker.header(Int(Int32.max), Int(Int32.max))), "268435456"),
    Case("a size that overflows 32 bits", .limit, png(PNGMaker.header(1 << 16, 1 << 16))),
    Case("an image that the data cannot hold", .malformed, png(PNGMaker.header(16384, 16384)), "can hold"),
    Case("3 bits a sample", .malformed, png(PNGMaker.header(2, 1, depth: 3))),
    Case("a palette of 16 bits", .malformed, png(PNGMaker.header(2, 1, depth: 16, color: 3))),
    Case("colour type 5", .malformed, png(PNGMaker.header(2, 1, color: 5))),
    Case("a compression of its own", .unsupported, png(PNGMaker.header(2, 1, method: 1))),
    Case("an interlacing of its own", .unsupported, png(PNGMaker.header(2, 1, interlace: 2))),
    Case("a palette image without palette", .malformed, png(PNGMaker.header(2, 1, color: 3))),
    Case(
      "a critical chunk that nobody knows", .unsupported,
      PNGMaker.file(PNGMaker.header(2, 1), PNGMaker.chunk("EVIL"), data, end), "EVIL"),
    Case(
      "a chunk of 4 GB", .truncated,
      PNGMaker.file(PNGMaker.header(2, 1), PNGMaker.big(0xFFFF_FFFF) + Array("IDAT".utf8) + [1, 2, 3, 4, 5], end),
      "4294967295"),
    Case(
      "data that is no zlib stream", .malformed,
      PNGMaker.file(PNGMaker.header(2, 1), PNGMaker.chunk("IDAT", [1, 2, 3]), end)),
    Case(
      "an unknown filter", .malformed,
      PNGMaker.file(PNGMaker.header(2, 1), PNGMaker.chunk("IDAT", PNGMaker.stored([9, 7, 9])), end)),
    Case("a wrong checksum", .malformed, flipped(PNGMaker.file(PNGMaker.header(2, 1), data, end), at: 8 + 25 + 8 + 8)),
  ]

  private static func flipped(_ bytes: [UInt8], at offset: Int) -> [UInt8] {
    var bytes = bytes
    bytes[offset] ^= 0x55
    return bytes
  }

  private static let others: [Case] = [
    Case("GIF", .unknownFormat, Array("GIF89a......".utf8), "GIF"),
    Case("a web page", .unknownFormat, Array("<!doctype html>".utf8), "web page"),
    Case("WebP", .unknownFormat, Array("RIFF....WEBPVP8 ".utf8), "WebP"),
    Case("zeros", .unknownFormat, Array(repeating: 0, count: 100), "neither"),
    Case("a JPEG's first bytes", .truncated, [0xFF, 0xD8]),
  ]

  /// A JPEG with the segment of its size changed: marker, precision, height, width, components.
  private static func jpeg(
    marker: UInt8? = nil, precision: UInt8? = nil, height: Int? = nil, width: Int? = nil, components: UInt8? = nil
  ) -> [UInt8] {
    guard var bytes = try? Fixtures.bytes("color.jpg"), let start = frame(of: bytes) else { return [] }
    if let marker { bytes[start + 1] = marker }
    if let precision { bytes[start + 4] = precision }
    if let height { (bytes[start + 5], bytes[start + 6]) = (UInt8(height >> 8), UInt8(height & 255)) }
    if let width { (bytes[start + 7], bytes[start + 8]) = (UInt8(width >> 8), UInt8(width & 255)) }
    if let components { bytes[start + 9] = components }
    return bytes
  }

  private static func frame(of bytes: [UInt8]) -> Int? {
    bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 }
  }

  private static let jpegs: [Case] = [
    Case("no width", .malformed, jpeg(width: 0), "0×13"),
    Case("no height", .malformed, jpeg(height: 0), "19×0"),
    Case("the largest size there is", .limit, jpeg(height: 65535, width: 65535), "268435456"),
    Case("an image that the data cannot hold", .malformed, jpeg(height: 16000, width: 16000), "can hold"),
    Case("more rows than there are", .truncated, jpeg(height: 60)),
    Case("12 bits a sample", .unsupported, jpeg(precision: 12), "12 bits"),
    Case("lossless coding", .unsupported, jpeg(marker: 0xC3), "lossless"),
    Case("arithmetic coding", .unsupported, jpeg(marker: 0xC9), "arithmetic"),
    Case("two components", .unsupported, jpeg(components: 2), "2 components"),
    Case("more components than are described", .malformed, jpeg(components: 4), "too short"),
    Case("an end before any data", .malformed, [0xFF, 0xD8, 0xFF, 0xD9], "before any data"),
    Case("a segment of length 1", .malformed, [0xFF, 0xD8, 0xFF, 0xE0, 0, 1, 0, 0], "length 1"),
    Case("a segment beyond the end", .truncated, [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 0, 0], "65535"),
    Case("data before the size", .malformed, [0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0, 0, 0xFF, 0xD9], "before the header"),
    Case("an image in an image", .malformed, [0xFF, 0xD8, 0xFF, 0xD8, 0xFF, 0xD9], "within another"),
    Case("nothing but markers", .truncated, [0xFF, 0xD8] + Array(repeating: 0xFF, count: 1000)),
  ]

  @Test("is refused with its reason", arguments: pngs + others + jpegs)
  func refused(_ hostile: Case) throws {
    try #require(!hostile.bytes.isEmpty)
    let error = #expect(throws: ImageError.self) { _ = try Image(bytes: hostile.bytes, name: "hostile") }
    #expect(error?.reason == hostile.reason, "\(error?.description ?? "")")
    #expect(error?.file == "hostile")
    #expect(error?.message.contains(hostile.message) ?? false || hostile.message.isEmpty, "\(error?.message ?? "")")
  }

  @Test(
    "a file cut anywhere is an error, not an image with a grey rest",
    arguments: ["color.jpg", "progressive.jpg", "grey.jpg", "inks.jpg", "color.png", "palette.png", "wide-color.png"])
  func truncated(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    for count in 1..<bytes.count {
      #expect(throws: ImageError.self, "\(count) of \(bytes.count) bytes") {
        _ = try Image(bytes: Array(bytes.prefix(count)), name: name)
      }
    }
  }

  /// Whether a JPEG is cut is seen in its data too, where the marker that ends it is put behind again.
  @Test("data cut before the end marker is an error", arguments: ["color.jpg", "grey.jpg", "full.jpg"])
  func cutData(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    for count in [20, 40, 80] {
      let error = #expect(throws: ImageError.self) {
        _ = try Image(bytes: Array(bytes.dropLast(count)) + [0xFF, 0xD9], name: name)
      }
      #expect(error?.reason == .truncated)
    }
  }

  @Test("any byte may be wrong without a trap", arguments: ["color.jpg", "progressive.jpg", "palette.png"])
  func flippedBytes(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    var limits = ImageLimits()
    limits.pixels = 1 << 16
    var failures = 0
    for offset in bytes.indices {
      do throws(ImageError) {
        let image = try Image(bytes: Self.flipped(bytes, at: offset), name: name, limits: limits)
        #expect(image.width * image.height <= limits.pixels)
      } catch {
        failures += 1
      }
    }
    #expect(failures > bytes.count / 20)
  }

  @Test("images larger than the limit are refused before they are decoded")
  func limit() throws {
    var limits = ImageLimits()
    limits.pixels = 19 * 13 - 1
    for name in ["color.jpg", "color.png"] {
      let error = #expect(throws: ImageError.self) {
        _ = try Image(bytes: Fixtures.bytes(name), name: name, limits: limits)
      }
      #expect(error?.reason == .limit)
    }
  }

  /// Bytes for each of the 19×13 pixels: samples of one byte, alpha beside them, 16 bits and what becomes of them, and the
  /// coefficients that a progressive image keeps.
  @Test(
    "decoding takes no more memory than is allowed",
    arguments: [
      ("grey.png", 1), ("color.png", 3), ("alpha.png", 8), ("wide-color.png", 9), ("color.jpg", 3),
      ("progressive.jpg", 9), ("inks.jpg", 7),
    ])
  func memory(name: String, bytesPerPixel: Int) throws {
    let header = try Image(bytes: Fixtures.bytes(name), name: name)
    var limits = ImageLimits()
    limits.memory = header.width * header.height * bytesPerPixel
    #expect(try Image(bytes: Fixtures.bytes(name), name: name, limits: limits) == header)
    limits.memory -= 1
    let error = #expect(throws: ImageError.self) {
      _ = try Image(bytes: Fixtures.bytes(name), name: name, limits: limits)
    }
    #expect(error?.reason == .limit)
    #expect(error?.message.contains("\(limits.memory + 1) bytes") == true)
  }

  @Test("resizing takes no more memory than is allowed")
  func memoryOfResizing() throws {
    let image = Image(width: 2, height: 2, channels: 3, samples: [UInt8](repeating: 7, count: 12))
    var preprocessing = ImagePreprocessing()
    preprocessing.resize = .exact(height: 100, width: 100)
    var limits = ImageLimits()
    limits.memory = 100 * 100 * 3 * 4 - 1
    let error = #expect(throws: ImageError.self) {
      _ = try preprocessing.tensor(of: image, name: "image", channels: 3, height: 100, width: 100, limits: limits)
    }
    #expect(error?.reason == .limit)
  }

  @Test("many scans of a large image are refused, as each goes over all of it")
  func scans() throws {
    let bytes = try Fixtures.bytes("progressive.jpg")
    let scan = try #require(
      bytes.indices.last { $0 + 1 < bytes.count && bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA })
    let last = Array(bytes[scan..<(bytes.count - 2)])
    let many = Array(bytes[..<scan]) + Array(repeating: last, count: 40).joined() + [0xFF, 0xD9]
    var limits = ImageLimits()
    limits.pixels = 19 * 13 * 40
    let error = #expect(throws: ImageError.self) { _ = try Image(bytes: many, name: "image", limits: limits) }
    #expect(error?.reason == .limit)
    #expect(error?.message.contains("scans of 19×13") == true)
  }

  @Test("what is no file to be read is said")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cnnc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let empty = folder.appendingPathComponent("empty.png").path
    #expect(FileManager.default.createFile(atPath: empty, contents: nil))
    func reason(_ path: String, limits: ImageLimits = ImageLimits()) -> ImageError.Reason? {
      do throws(ImageError) {
        _ = try Image(file: path, limits: limits)
        return nil
      } catch {
        return error.reason
      }
    }
    var small = ImageLimits()
    small.bytes = 100
    #expect(reason(folder.path) == .unreadable)
    #expect(reason(folder.path + "/none.png") == .unreadable)
    #expect(reason(empty) == .truncated)
    #expect(reason(Fixtures.folder.appendingPathComponent("color.png").path, limits: small) == .limit)
    #expect(reason("/dev/null") == .unreadable)
  }
}

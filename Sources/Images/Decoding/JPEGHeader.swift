/// What a JPEG file (ITU-T T.81) says of itself, with its markers followed from the first to the end of the image.
struct JPEGHeader {
  private(set) var width = 0
  private(set) var height = 0
  /// 1 (grey), 3 (colour) or 4 (CMYK).
  private(set) var components = 0
  /// The bytes of entropy-coded data in all scans.
  private(set) var codedBytes = 0
  private var isProgressive = false
  /// How many scans there are: one of a baseline image as a rule, and some ten of a progressive one.
  private(set) var scans = 0
  /// As the first segment with EXIF has it.
  private(set) var orientation = Orientation.upright

  private let bytes: [UInt8]
  private let name: String
  private var offset = 2
  private var hasFrame = false
  private var hasEXIF = false

  /// Follows the markers.
  ///
  /// - Throws: `ImageError` if the file ends before the marker that ends the image, or is of a kind that is not decoded.
  init(_ bytes: [UInt8], name: String) throws(ImageError) {
    self.bytes = bytes
    self.name = name
    while true {
      switch try nextMarker() {
      case 0x01, 0xD0...0xD7: continue
      case 0xD8: throw malformed("has the beginning of an image within another")
      case 0xD9:
        guard scans > 0 else { throw malformed("ends its image before any data of it") }
        return
      case 0xDA:
        guard hasFrame else { throw malformed("has image data before the header that gives its size") }
        _ = try segment()
        let start = offset
        skipCodedData()
        codedBytes += offset - start
        scans += 1
      case 0xC4, 0xC8, 0xCC: _ = try segment()
      case let marker where 0xC0...0xCF ~= marker: try readFrame(marker, segment())
      case 0xE1:
        guard let exif = Self.exif(ofSegment: try segment()), scans == 0, !hasEXIF else { continue }
        hasEXIF = true
        orientation = Orientation(exif: exif) ?? .upright
      default: _ = try segment()
      }
    }
  }

  /// The EXIF block of a file of which this is the beginning; nil where there is none before the first scan.
  static func exif(in beginning: [UInt8]) -> ArraySlice<UInt8>? {
    var header = JPEGHeader(unread: beginning)
    while let marker = try? header.nextMarker(), marker != 0xDA, marker != 0xD9 {
      if marker == 0x01 || 0xD0...0xD8 ~= marker { continue }
      guard let content = try? header.segment() else { return nil }
      if marker == 0xE1, let exif = exif(ofSegment: content) { return exif }
    }
    return nil
  }

  /// What follows the identifier in a segment of EXIF; nil in others.
  private static func exif(ofSegment content: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let identifier = Array("Exif".utf8) + [0, 0]
    return content.starts(with: identifier) ? content.dropFirst(identifier.count) : nil
  }

  private init(unread bytes: [UInt8]) { (self.bytes, name) = (bytes, "") }

  /// The most bytes that decoding takes for a pixel: its samples, the coefficients of them, of two bytes each, where all
  /// are kept until the last scan, and the colours that are made of inks.
  var bytesPerPixel: Int { components * (isProgressive || scans > 1 ? 3 : 1) + (components == 4 ? 3 : 0) }

  /// Goes to the next marker; decoders skip what is between segments.
  private mutating func nextMarker() throws(ImageError) -> UInt8 {
    while offset < bytes.count, bytes[offset] != 0xFF { offset += 1 }
    while offset < bytes.count, bytes[offset] == 0xFF { offset += 1 }
    guard offset < bytes.count else { throw truncated("ends without the marker that ends a JPEG image") }
    defer { offset += 1 }
    // FF 00 is a byte of data, here one that belongs to nothing.
    return bytes[offset] == 0 ? 0x01 : bytes[offset]
  }

  /// The content of a segment, passed over.
  private mutating func segment() throws(ImageError) -> ArraySlice<UInt8> {
    guard offset + 2 <= bytes.count else { throw truncated("ends within the length of a segment") }
    let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
    guard length >= 2 else { throw malformed("has a segment of length \(length)") }
    guard offset + length <= bytes.count else {
      throw truncated("ends within a segment: \(length) bytes are announced, \(bytes.count - offset) are left")
    }
    defer { offset += length }
    return bytes[(offset + 2)..<(offset + length)]
  }

  /// Passes over entropy-coded data, in which a marker other than a restart ends the scan.
  private mutating func skipCodedData() {
    while offset + 1 < bytes.count {
      if bytes[offset] == 0xFF, bytes[offset + 1] != 0, !(0xD0...0xD7 ~= bytes[offset + 1]) { return }
      offset += 1
    }
    offset = bytes.count
  }

  private mutating func readFrame(_ marker: UInt8, _ content: ArraySlice<UInt8>) throws(ImageError) {
    guard !hasFrame else { throw malformed("has two headers that give a size") }
    guard 0xC0...0xC2 ~= marker else {
      let kind = marker >= 0xC9 ? "arithmetic coding" : "lossless or hierarchical coding"
      throw ImageError(.unsupported, file: name, "is a JPEG with \(kind); baseline and progressive ones are decoded")
    }
    let fields = Array(content)
    guard fields.count >= 6 else { throw malformed("has a header that is too short") }
    guard fields[0] == 8 else {
      throw ImageError(.unsupported, file: name, "is a JPEG of \(fields[0]) bits a sample; those of 8 are decoded")
    }
    height = Int(fields[1]) << 8 | Int(fields[2])
    width = Int(fields[3]) << 8 | Int(fields[4])
    components = Int(fields[5])
    guard width > 0, height > 0 else { throw malformed("announces an image of \(width)×\(height) pixels") }
    guard [1, 3, 4].contains(components) else {
      throw ImageError(.unsupported, file: name, "has \(components) components; those of 1, 3 and 4 are decoded")
    }
    guard fields.count >= 6 + 3 * components else { throw malformed("has a header that is too short") }
    isProgressive = marker == 0xC2
    hasFrame = true
  }

  private func malformed(_ message: String) -> ImageError { ImageError(.malformed, file: name, message) }

  private func truncated(_ message: String) -> ImageError { ImageError(.truncated, file: name, message) }
}

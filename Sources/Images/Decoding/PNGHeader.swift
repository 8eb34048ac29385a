/// What a PNG file (ISO/IEC 15948) says of itself, with its chunks followed to the last.
struct PNGHeader {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private(set) var width = 0
  private(set) var height = 0
  private(set) var bitDepth = 0
  /// 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha.
  private(set) var colorType = 0
  /// The bytes of compressed image data.
  private(set) var compressedBytes = 0
  /// The file with the chunks alone that an image needs. The others (gamma, profiles, transparency, text) are not
  /// applied, and need not be trusted.
  private(set) var essentials: [UInt8] = signature
  /// As the first chunk `eXIf` has it.
  private(set) var orientation = Orientation.upright

  /// Follows the chunks.
  ///
  /// - Throws: `ImageError` if the file ends before its last chunk, or is of no kind that there is.
  init(_ bytes: [UInt8], name: String) throws(ImageError) {
    var offset = Self.signature.count
    var (isFirst, hasEXIF) = (true, false)
    func number(at offset: Int) -> Int { bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) } }
    while true {
      guard offset + 12 <= bytes.count else {
        throw ImageError(.truncated, file: name, "ends without the chunk that ends a PNG image")
      }
      let length = number(at: offset)
      let kind = String(decoding: bytes[(offset + 4)..<(offset + 8)], as: UTF8.self)
      guard length <= bytes.count - offset - 12 else {
        throw ImageError(
          .truncated, file: name,
          "ends within its chunk \(Self.printable(kind)): \(length) bytes are announced, \(bytes.count - offset - 12) are left"
        )
      }
      guard isFirst == (kind == "IHDR") else {
        throw ImageError(
          .malformed, file: name, isFirst ? "does not begin with the chunk IHDR" : "has a second chunk IHDR")
      }
      let chunk = bytes[offset..<(offset + length + 12)]
      if isFirst { try readHeader(Array(chunk.dropFirst(8).dropLast(4)), name) }
      isFirst = false
      switch kind {
      case "IHDR", "PLTE", "IEND": essentials += chunk
      case "IDAT":
        essentials += chunk
        compressedBytes += length
      case "eXIf":
        if !hasEXIF { orientation = Orientation(exif: chunk.dropFirst(8).dropLast(4)) ?? .upright }
        hasEXIF = true
      default:
        // An upper-case letter marks a chunk without which the image cannot be understood.
        if bytes[offset + 4] & 0x20 == 0 {
          throw ImageError(.unsupported, file: name, "needs its chunk \(Self.printable(kind)), which is not known")
        }
      }
      offset += length + 12
      if kind == "IEND" { break }
    }
    guard compressedBytes > 0 else { throw ImageError(.malformed, file: name, "has no image data") }
  }

  /// The content of the chunk `eXIf` of a file of which this is the beginning; nil where none is whole before the image's data.
  static func exif(in beginning: [UInt8]) -> ArraySlice<UInt8>? {
    var rest = beginning.dropFirst(signature.count)
    while rest.count >= 12 {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      let kind = rest.dropFirst(4).prefix(4)
      guard length <= rest.count - 12, !kind.elementsEqual("IDAT".utf8) else { return nil }
      if kind.elementsEqual("eXIf".utf8) { return rest.dropFirst(8).prefix(length) }
      rest = rest.dropFirst(length + 12)
    }
    return nil
  }

  private mutating func readHeader(_ fields: [UInt8], _ name: String) throws(ImageError) {
    guard fields.count == 13 else {
      throw ImageError(.malformed, file: name, "has a header of \(fields.count) bytes; it has 13")
    }
    width = fields[0..<4].reduce(0) { $0 << 8 | Int($1) }
    height = fields[4..<8].reduce(0) { $0 << 8 | Int($1) }
    bitDepth = Int(fields[8])
    colorType = Int(fields[9])
    guard 1..<(1 << 31) ~= width, 1..<(1 << 31) ~= height else {
      throw ImageError(.malformed, file: name, "announces an image of \(width)×\(height) pixels")
    }
    let depths = [0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]]
    guard depths[colorType]?.contains(bitDepth) == true else {
      throw ImageError(.malformed, file: name, "has colour type \(colorType) with \(bitDepth) bits, which is none")
    }
    guard fields[10] == 0, fields[11] == 0, fields[12] < 2 else {
      throw ImageError(.unsupported, file: name, "has a compression, filter or interlacing that is not known")
    }
  }

  /// The bytes of the image before compression, without those that name the filters.
  var rawBytes: Int {
    let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colorType] ?? 1
    return (width * samples * bitDepth + 7) / 8 * height
  }

  /// A chunk's name for messages, whatever is in it.
  private static func printable(_ kind: String) -> String {
    String(kind.map { $0.isASCII && $0.isLetter ? $0 : "?" })
  }
}

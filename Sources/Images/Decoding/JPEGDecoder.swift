import CJPEG

/// Decodes JPEG with libjpeg-turbo, the library that Pillow uses: accurate inverse transform, smooth upsampling.
enum JPEGDecoder {
  /// Warnings after which the image is whole: bytes between segments, and fields that decoders ignore.
  private static let harmlessWarnings = [
    "extraneous bytes before marker", "Invalid SOS parameters for sequential", "unknown JFIF revision",
    "Unknown Adobe color transform",
  ]

  static func decode(_ bytes: [UInt8], name: String, limits: ImageLimits) throws(ImageError) -> Image {
    let header = try JPEGHeader(bytes, name: name)
    let (width, height) = (header.width, header.height)
    let pixels = width * height
    guard pixels <= limits.pixels else {
      throw ImageError(
        .limit, file: name, "announces \(width)×\(height) pixels; images of up to \(limits.pixels) are decoded")
    }
    // Huffman codes take a bit or more for the mean of each block of 8×8.
    let blocks = (width + 7) / 8 * ((height + 7) / 8)
    guard blocks <= header.codedBytes * 8 else {
      throw ImageError(
        .malformed, file: name,
        "announces \(width)×\(height) pixels, more than its \(header.codedBytes) bytes of data can hold")
    }
    guard let decoder = tjInitDecompress() else {
      throw ImageError(.unreadable, file: name, "cannot be decoded: libjpeg-turbo does not start")
    }
    defer { tjDestroy(decoder) }
    let format = header.components == 1 ? TJPF_GRAY : header.components == 3 ? TJPF_RGB : TJPF_CMYK
    // Each scan of a progressive image goes over all of its blocks, however few bytes it has.
    guard header.scans <= 16 || header.scans.saturatingMultiplied(by: pixels) <= limits.pixels else {
      throw ImageError(
        .limit, file: name,
        "has \(header.scans) scans of \(width)×\(height) pixels; up to \(limits.pixels) pixels in all scans are decoded"
      )
    }
    try requireMemory(for: pixels, bytesEach: header.bytesPerPixel, limit: limits.memory, name)
    var samples = [UInt8](repeating: 0, count: pixels * header.components)
    let status = samples.withUnsafeMutableBufferPointer { samples in
      bytes.withUnsafeBufferPointer { bytes in
        tjDecompress2(
          decoder, bytes.baseAddress, UInt(bytes.count), samples.baseAddress, Int32(width),
          Int32(width * header.components), Int32(height), format.rawValue, TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
      }
    }
    if status != 0 { try check(decoder, name) }
    if header.components == 4 { samples = rgb(invertedCMYK: samples) }
    return Image(
      width: width, height: height, channels: header.components == 1 ? 1 : 3, samples: samples,
      orientation: header.orientation)
  }

  /// What the library says of the image; it goes on after warnings, which mostly mean that a part of it is missing.
  private static func check(_ decoder: tjhandle, _ name: String) throws(ImageError) {
    let message = tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "unknown error"
    if tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue),
      harmlessWarnings.contains(where: { message.contains($0) })
    {
      return
    }
    let isTruncated = message.contains("remature end")
    throw ImageError(isTruncated ? .truncated : .malformed, file: name, "cannot be decoded: \(message)")
  }

  /// Red, green and blue of inks as Adobe stores them (255 is none), with Pillow's rounding: (255 − ink)·(255 − black).
  private static func rgb(invertedCMYK inks: [UInt8]) -> [UInt8] {
    let count = inks.count / 4
    return [UInt8](unsafeUninitializedCapacity: count * 3) { buffer, initialized in
      for pixel in 0..<count {
        let white = Int(inks[pixel * 4 + 3])
        for channel in 0..<3 {
          // Division by 255, rounded: (x + 128 + (x + 128) / 256) / 256.
          let product = (255 - Int(inks[pixel * 4 + channel])) * white + 128
          let ink = (product + product >> 8) >> 8
          buffer[pixel * 3 + channel] = UInt8(clamping: white - ink)
        }
      }
      initialized = count * 3
    }
  }
}

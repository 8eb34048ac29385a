import CPNG

/// Decodes PNG with libpng's simplified interface.
enum PNGDecoder {
  /// The most that deflate makes of a byte.
  private static let largestExpansion = 1032

  static func decode(_ bytes: [UInt8], name: String, limits: ImageLimits) throws(ImageError) -> Image {
    let header = try PNGHeader(bytes, name: name)
    let (width, height) = (header.width, header.height)
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= limits.pixels else {
      throw ImageError(
        .limit, file: name, "announces \(width)×\(height) pixels; images of up to \(limits.pixels) are decoded")
    }
    guard header.rawBytes <= header.compressedBytes * largestExpansion else {
      throw ImageError(
        .malformed, file: name,
        "announces \(width)×\(height) pixels, more than its \(header.compressedBytes) bytes of data can hold")
    }
    let isColor = header.colorType & 2 != 0
    let hasAlpha = header.colorType & 4 != 0
    // Without alpha, 16-bit samples are taken as they are, "linear" in libpng's words; with it they would come
    // multiplied by it, so libpng rounds them to 8 bits.
    let isWide = header.bitDepth == 16 && !hasAlpha
    let planes = (isColor ? 3 : 1) + (hasAlpha ? 1 : 0)
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    // libpng reads from this memory until it is done.
    let file = UnsafeMutableRawBufferPointer.allocate(byteCount: header.essentials.count, alignment: 16)
    defer { file.deallocate() }
    file.copyBytes(from: header.essentials)

    guard png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0 else { throw error(image, name) }
    guard Int(image.width) == width, Int(image.height) == height else {
      throw ImageError(.malformed, file: name, "has a header that contradicts itself")
    }
    if !isWide { image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB) }
    image.format =
      (isColor ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0) | (hasAlpha ? UInt32(PNG_FORMAT_FLAG_ALPHA) : 0)
      | (isWide ? UInt32(PNG_FORMAT_FLAG_LINEAR) : 0)
    let stride = Int32(width * planes)
    try requireMemory(for: pixels * planes, bytesEach: isWide ? 3 : hasAlpha ? 2 : 1, limit: limits.memory, name)
    var samples: [UInt8]
    if isWide {
      var wide = [UInt16](repeating: 0, count: pixels * planes)
      guard png_image_finish_read(&image, nil, &wide, stride, nil) != 0 else { throw error(image, name) }
      // The upper byte, as Pillow takes it from colours.
      samples = wide.map { UInt8(truncatingIfNeeded: $0 >> 8) }
    } else {
      samples = [UInt8](repeating: 0, count: pixels * planes)
      guard png_image_finish_read(&image, nil, &samples, stride, nil) != 0 else { throw error(image, name) }
      if hasAlpha { samples = withoutAlpha(samples, planes: planes) }
    }
    return Image(
      width: width, height: height, channels: isColor ? 3 : 1, samples: samples, orientation: header.orientation)
  }

  private static func withoutAlpha(_ samples: [UInt8], planes: Int) -> [UInt8] {
    let kept = planes - 1
    let pixels = samples.count / planes
    return [UInt8](unsafeUninitializedCapacity: pixels * kept) { buffer, initialized in
      for pixel in 0..<pixels {
        for channel in 0..<kept { buffer[pixel * kept + channel] = samples[pixel * planes + channel] }
      }
      initialized = pixels * kept
    }
  }

  private static func error(_ image: png_image, _ name: String) -> ImageError {
    let message = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let isTruncated = ["Not enough", "not enough", "Too little", "too short", "Read Error"].contains {
      message.contains($0)
    }
    return ImageError(isTruncated ? .truncated : .malformed, file: name, "cannot be decoded: \(message)")
  }
}

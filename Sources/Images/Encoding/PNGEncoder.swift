import CPNG

extension Image {
  /// The image as a PNG file; nil if there is no memory for it.
  package var png: [UInt8]? {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    (image.width, image.height) = (UInt32(width), UInt32(height))
    image.format = channels == 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
    let stride = Int32(width * channels)
    // Asked without memory, libpng says how many bytes it takes.
    var count = png_alloc_size_t(0)
    guard png_image_write_to_memory(&image, nil, &count, 0, samples, stride, nil) != 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    guard png_image_write_to_memory(&image, &bytes, &count, 0, samples, stride, nil) != 0 else { return nil }
    return Array(bytes.prefix(count))
  }
}

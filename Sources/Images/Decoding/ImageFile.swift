#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bounds of what is read and decoded.
package struct ImageLimits: Sendable {
  /// The most bytes of a file.
  package var bytes = 1 << 29
  /// The most pixels of an image, decoded or resized: 268 million, 805 MB in colour.
  package var pixels = 1 << 28
  /// The most bytes that are set aside while an image is decoded or resized.
  package var memory = Int.max

  package init() {}
}

/// The formats that are decoded, told apart by a file's first bytes.
package enum ImageFormat: String, Sendable {
  case jpeg = "JPEG"
  case png = "PNG"

  /// The bytes of a beginning that tell the format.
  static let signatureLength = 8

  /// The format of a file with this beginning; nil if it is neither.
  package init?(beginning: some Collection<UInt8>) {
    if beginning.starts(with: PNGHeader.signature) {
      self = .png
    } else if beginning.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else {
      return nil
    }
  }
}

extension Image {
  /// Reads and decodes a JPEG or PNG file, as Pillow does with `convert("RGB")` or, for grey files, `convert("L")`.
  ///
  /// What the header announces is checked before memory is set aside for it. Alpha is dropped, colour profiles are not
  /// applied. The orientation that cameras write into EXIF is noted, and the samples lie as in the file.
  ///
  /// - Throws: `ImageError` if the file cannot be read, is no JPEG or PNG, is damaged or too large.
  package init(file path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    try self.init(bytes: ImageFile.read(path, limit: limits.bytes), name: path, limits: limits)
  }

  /// Decodes a file's content from memory; `name` stands for the path in messages.
  ///
  /// - Throws: `ImageError` if the bytes are no JPEG or PNG, are damaged, or announce too large an image.
  package init(bytes: [UInt8], name: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    switch ImageFormat(beginning: bytes) {
    case .jpeg?: self = try JPEGDecoder.decode(bytes, name: name, limits: limits)
    case .png?: self = try PNGDecoder.decode(bytes, name: name, limits: limits)
    case nil: throw ImageFile.unknownFormat(bytes, name)
    }
  }
}

/// Reads files whole.
package enum ImageFile {
  /// The bytes of a regular file of at most `limit` bytes.
  ///
  /// - Throws: `ImageError` if it cannot be read, is empty or larger.
  package static func read(_ path: String, limit: Int) throws(ImageError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0, path.unicodeScalars.contains("\u{FFFD}") {
      throw ImageError(.unreadable, file: path, "has a name that is not UTF-8, by which it cannot be opened; rename it")
    }
    guard descriptor >= 0 else { throw systemError(path, "cannot be opened") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemError(path, "cannot be examined") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "no regular file"
      throw ImageError(.unreadable, file: path, "is \(kind)")
    }
    let size = Int(status.st_size)
    guard size > 0 else { throw ImageError(.truncated, file: path, "is empty") }
    guard size <= limit else {
      throw ImageError(.limit, file: path, "has \(size) bytes; files of up to \(limit) are read")
    }
    try requireMemory(for: size, bytesEach: 1, path)
    var failure: ImageError?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let received = systemRead(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
        if received == 0 { return }
        if received < 0 {
          if errno == EINTR { continue }
          failure = systemError(path, "cannot be read")
          return
        }
        count += received
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// At most `count` bytes from the beginning of a regular file; nil if there is none that can be read.
  static func beginning(of path: String, count: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = max(0, systemRead(descriptor, buffer.baseAddress, count))
    }
  }

  private static func systemRead(_ descriptor: Int32, _ start: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, start, count)
    #elseif canImport(Musl)
      Musl.read(descriptor, start, count)
    #else
      Darwin.read(descriptor, start, count)
    #endif
  }

  static func systemError(_ path: String, _ what: String) -> ImageError {
    ImageError(.unreadable, file: path, "\(what): \(String(cString: strerror(errno)).lowercased())")
  }

  /// What a file is instead of an image, as far as its beginning tells.
  static func unknownFormat(_ bytes: [UInt8], _ name: String) -> ImageError {
    let known: [(beginning: [UInt8], kind: String)] = [
      (Array("GIF8".utf8), "a GIF"), (Array("BM".utf8), "a BMP"), ([0x49, 0x49, 0x2A, 0], "a TIFF"),
      ([0x4D, 0x4D, 0, 0x2A], "a TIFF"), (Array("%PDF".utf8), "a PDF"), (Array("<".utf8), "a web page or XML"),
      (Array("version https://git-lfs".utf8), "a pointer of Git LFS, which git lfs pull replaces with the file"),
    ]
    if PNGHeader.signature.starts(with: bytes) || [0xFF, 0xD8, 0xFF].starts(with: bytes) {
      return ImageError(.truncated, file: name, "ends within its first bytes")
    }
    if let kind = known.first(where: { bytes.starts(with: $0.beginning) })?.kind {
      return ImageError(.unknownFormat, file: name, "is \(kind); JPEG and PNG are read")
    }
    if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
      return ImageError(.unknownFormat, file: name, "is a WebP; JPEG and PNG are read")
    }
    return ImageError(.unknownFormat, file: name, "is neither JPEG nor PNG")
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The images that paths stand for: files as they are, folders with all that is in them.
package enum ImageListing {
  private static let extensions: Set<String> = ["jpg", "jpeg", "png"]
  /// Of images in formats that are not read.
  private static let otherExtensions: Set<String> = [
    "avif", "bmp", "gif", "heic", "heif", "ico", "j2k", "jp2", "jxl", "pgm", "ppm", "svg", "tif", "tiff", "webp",
  ]
  private static let depthLimit = 64
  /// The most files of a listing.
  static let countLimit = 10_000_000

  /// The files in the order of the paths, those of a folder and its subfolders in the order of their names' bytes.
  ///
  /// In a folder, what has the beginning of a JPEG or PNG file counts, and what is called like one, so that a damaged
  /// file is reported rather than passed over, as is a name that is not UTF-8. Hidden files are left out, and links to
  /// folders are not followed. A path that is no folder is taken without a look at it.
  ///
  /// - Throws: `ImageError` if a folder cannot be read, or holds too much.
  package static func files(at paths: [String]) throws(ImageError) -> [String] {
    var others: [String] = []
    return try files(at: paths, others: &others)
  }

  /// The same, and with them what is passed over in folders though its name says that it is an image: of a format that is
  /// not read, or no file, such as a link to nothing; and links to folders.
  package static func files(at paths: [String], others: inout [String]) throws(ImageError) -> [String] {
    var result: [String] = []
    for path in paths {
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        try list(path, depth: 0, into: &result, others: &others)
      } else {
        result.append(path)
      }
    }
    return result
  }

  private static func list(
    _ folder: String, depth: Int, into result: inout [String], others: inout [String]
  ) throws(ImageError) {
    guard depth < depthLimit else {
      throw ImageError(.limit, file: folder, "is a folder more than \(depthLimit) levels deep")
    }
    for name in try names(in: folder) where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      // What is not UTF-8 cannot be opened by its name here: it is listed, so that it is reported.
      if name.unicodeScalars.contains("\u{FFFD}") {
        result.append(path)
        continue
      }
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        try list(path, depth: depth + 1, into: &result, others: &others)
        continue
      }
      // What a link leads to counts, as long as it is a file.
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        let isLinkToFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        if isLinkToFolder || isCalled(name, oneOf: extensions) { others.append(path) }
        continue
      }
      // Names first, for opening every file takes long where there are many.
      if isCalled(name, oneOf: extensions) || isImage(path) {
        result.append(path)
      } else if isCalled(name, oneOf: otherExtensions) {
        others.append(path)
      }
      guard result.count <= countLimit else {
        throw ImageError(.limit, file: folder, "holds more than \(countLimit) images")
      }
    }
  }

  private static func isImage(_ path: String) -> Bool {
    ImageFormat(beginning: ImageFile.beginning(of: path, count: ImageFormat.signatureLength) ?? []) != nil
  }

  private static func isCalled(_ name: String, oneOf extensions: Set<String>) -> Bool {
    name.lastIndex(of: ".").map { extensions.contains(name[name.index(after: $0)...].lowercased()) } ?? false
  }

  private static func names(in folder: String) throws(ImageError) -> [String] {
    guard let stream = opendir(folder) else { throw ImageFile.systemError(folder, "cannot be opened") }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      names.append(name)
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

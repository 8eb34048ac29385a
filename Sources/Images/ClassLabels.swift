/// The names of classes.
package enum ClassLabels {
  /// The most bytes of a file of labels.
  static let limit = 1 << 24

  /// The labels of a file, one a line, from class 0 on. Empty lines at the end do not count.
  ///
  /// - Throws: `ImageError` if the file cannot be read, is too large or is not UTF-8.
  package static func read(_ path: String) throws(ImageError) -> [String] {
    let bytes = try ImageFile.read(path, limit: limit)
    let text = String(decoding: bytes, as: UTF8.self)
    // Ill-formed bytes become replacement characters, which differ from what was there.
    guard text.utf8.elementsEqual(bytes) else {
      throw ImageError(.malformed, file: path, "is not UTF-8; labels are text, one a line")
    }
    // Windows' editors begin files with a mark of the encoding, which is no letter of the first name.
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let lines = bytes.starts(with: mark) ? bytes[(bytes.startIndex + 3)...] : bytes[...]
    // By bytes, for CR LF is a single character.
    var labels = lines.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
    while labels.last?.isEmpty == true { labels.removeLast() }
    return labels
  }
}

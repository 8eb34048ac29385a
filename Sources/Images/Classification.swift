/// A class with its probability.
package struct ClassScore: Equatable, Sendable {
  /// The class's place in the network's output, from 0.
  package var index: Int
  package var probability: Float

  package init(index: Int, probability: Float) {
    self.index = index
    self.probability = probability
  }
}

extension Collection<Float> {
  /// The likeliest classes of a vector of probabilities, at most `count`, the likeliest first; of equal ones the first
  /// in the vector, and NaN behind all.
  package func likeliest(_ count: Int) -> [ClassScore] {
    let scores = enumerated().map { ClassScore(index: $0.offset, probability: $0.element) }
    func rank(_ score: ClassScore) -> Float { score.probability.isNaN ? -.infinity : score.probability }
    return Array(
      scores.sorted { rank($0) != rank($1) ? rank($0) > rank($1) : $0.index < $1.index }.prefix(Swift.max(0, count)))
  }
}

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
    // By bytes, for CR LF is a single character.
    var labels = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
    while labels.last?.isEmpty == true { labels.removeLast() }
    return labels
  }
}

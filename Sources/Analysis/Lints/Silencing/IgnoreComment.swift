import Diagnostics

/// `# cnnc: ignore lint.a, lint.b`: what it silences, and where.
struct IgnoreComment {
  struct Identifier {
    /// `lint.a`, or `lint.*` for all.
    var text: String
    var span: Span
  }

  /// The identifier that stands for every lint.
  static let all = "lint.*"

  var identifiers: [Identifier]
  /// The line that it is about; nil for the whole file.
  var line: Int?
  var source: SourceID
  var span: Span

  /// The comments of a file that silence lints.
  static func comments(of file: SourceFile, _ source: SourceID) -> [IgnoreComment] {
    guard file.mayHoldIgnores else { return [] }
    let scanner = CommentScanner(file)
    var result: [IgnoreComment] = []
    var content = scanner.contentLines[...]
    let firstContent = content.first ?? Int.max
    for comment in scanner.comments {
      guard var ignore = IgnoreComment(comment, source) else { continue }
      let line = comment.start.line
      if comment.isAlone {
        // What stands alone is about the next line, above everything about the whole file.
        content = content.drop { $0 < line }
        ignore.line = line < firstContent ? nil : content.first ?? line
      } else {
        ignore.line = line
      }
      result.append(ignore)
    }
    return result
  }

  /// Reads a comment; nil if it is about something else.
  ///
  /// What follows the last identifier is for people: `# cnnc: ignore lint.a (as published)`.
  private init?(_ comment: YAMLComment, _ source: SourceID) {
    let text = Array(comment.text.unicodeScalars)
    var index = 0
    func skipSpaces() { while index < text.count, text[index] == " " || text[index] == "\t" { index += 1 } }
    func word(_ isPart: (Unicode.Scalar) -> Bool) -> String {
      let start = index
      while index < text.count, isPart(text[index]) { index += 1 }
      return String(String.UnicodeScalarView(text[start..<index]))
    }
    func span(from start: Int) -> Span {
      Span(
        source: source, start: comment.start.advanced(by: start),
        end: comment.start.advanced(by: max(start + 1, index)))
    }
    skipSpaces()
    let start = index
    guard word({ $0 != " " }) == "cnnc:" else { return nil }
    skipSpaces()
    guard word({ $0 != " " }) == "ignore" else { return nil }
    var found: [Identifier] = []
    while true {
      skipSpaces()
      let place = index
      let name = word { $0.isIdentifierPart }
      guard !name.isEmpty else { break }
      found.append(Identifier(text: name, span: span(from: place)))
      skipSpaces()
      guard index < text.count, text[index] == "," else { break }
      index += 1
    }
    identifiers = found
    self.source = source
    self.span = found.first?.span ?? span(from: start)
  }
}

extension Unicode.Scalar {
  fileprivate var isIdentifierPart: Bool {
    ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
      || [".", "-", "_", "*"].contains(self)
  }
}

extension SourceFile {
  /// Whether the words of such a comment occur at all, so that most files need no scanning.
  fileprivate var mayHoldIgnores: Bool {
    let mark = Array("cnnc:".utf8)
    var index = 0
    while let start = bytes[index...].firstIndex(of: UInt8(ascii: "#")) {
      index = start + 1
      let word = bytes[index...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      if word.starts(with: mark) { return true }
    }
    return false
  }
}

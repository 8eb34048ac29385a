import Diagnostics

/// A comment of a YAML text.
struct YAMLComment {
  /// What follows the `#`.
  var text: String
  /// The place of the text's first character.
  var start: Position
  /// Whether nothing else stands on its line.
  var isAlone: Bool
}

/// Finds the comments of a YAML text, which the parser drops: a `#` at the beginning of a word, outside quotes and block
/// scalars.
struct CommentScanner {
  private(set) var comments: [YAMLComment] = []
  /// The lines on which something else than a comment stands, in order.
  private(set) var contentLines: [Int] = []

  private var quote: Unicode.Scalar?
  private var flowDepth = 0
  /// The column that the lines of a block scalar are indented beyond.
  private var blockScalar: Int?
  /// The column of the key or dash that a block scalar would belong to.
  private var parent = 0

  init(_ file: SourceFile) {
    for number in 1...max(1, file.lineCount) {
      scan(Array(file.line(number).unicodeScalars), number: number)
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

  private mutating func scan(_ line: [Unicode.Scalar], number: Int) {
    let indent = line.firstIndex { !Self.isSpace($0) } ?? line.count
    if let column = blockScalar {
      if indent == line.count || indent > column { return }
      blockScalar = nil
    }
    var hasContent = false
    // Whether a value could begin here, so that a quote opens a quoted one.
    var isOpen = quote == nil
    var index = quote == nil ? indent : 0
    while index < line.count {
      let scalar = line[index]
      let next = index + 1 < line.count ? line[index + 1] : " "
      if let mark = quote {
        hasContent = true
        index += skipQuoted(scalar, next, mark)
        if quote == nil { isOpen = false }
        continue
      }
      if Self.isSpace(scalar) {
        index += 1
        continue
      }
      if scalar == "#", index == 0 || Self.isSpace(line[index - 1]) {
        comments.append(
          YAMLComment(
            text: String(String.UnicodeScalarView(line[(index + 1)...])),
            start: Position(line: number, column: index + 2), isAlone: !hasContent))
        break
      }
      hasContent = true
      isOpen = token(scalar, next, at: index, isOpen: isOpen)
      index += 1
    }
    if hasContent { contentLines.append(number) }
  }

  /// How far a character within quotes leads; ends the quote where it closes.
  private mutating func skipQuoted(_ scalar: Unicode.Scalar, _ next: Unicode.Scalar, _ mark: Unicode.Scalar) -> Int {
    if mark == "\"", scalar == "\\" { return 2 }
    guard scalar == mark else { return 1 }
    if mark == "'", next == "'" { return 2 }
    quote = nil
    return 1
  }

  /// Whether a value could begin after a character.
  private mutating func token(_ scalar: Unicode.Scalar, _ next: Unicode.Scalar, at index: Int, isOpen: Bool) -> Bool {
    let endsWord = Self.isSpace(next)
    switch scalar {
    case "[" where isOpen || flowDepth > 0, "{" where isOpen || flowDepth > 0:
      flowDepth += 1
      return true
    case "]" where flowDepth > 0, "}" where flowDepth > 0:
      flowDepth -= 1
      return false
    case "," where flowDepth > 0: return true
    case ":": return endsWord || flowDepth > 0 && ",[]{}".unicodeScalars.contains(next)
    case "-" where isOpen && endsWord, "?" where isOpen && endsWord:
      parent = index
      return true
    case "|" where isOpen && flowDepth == 0, ">" where isOpen && flowDepth == 0:
      blockScalar = parent
      return false
    case "'" where isOpen, "\"" where isOpen:
      if flowDepth == 0 { parent = index }
      quote = scalar
      return false
    default:
      if isOpen, flowDepth == 0 { parent = index }
      return false
    }
  }
}

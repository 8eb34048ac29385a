import Diagnostics
import Expressions

/// The words of an expression's text, read without its grammar, so that broken ones are read too.
struct ExpressionWords {
  struct Part: Sendable {
    var text: String
    /// Unicode scalars from the start of the text.
    var offset: Int

    var length: Int { text.unicodeScalars.count }
  }

  enum Word {
    /// Names joined by dots; `isCall` where a parenthesis follows.
    case path([Part], isCall: Bool)
    /// `if`, `and`, `true` …
    case keyword(Part)
    case number(Part)
    case sign(Part)
  }

  static let keywords: Set<String> = ["if", "else", "and", "or", "not", "true", "false"]

  static func scan(_ text: String) -> [Word] {
    let scalars = Array(text.unicodeScalars)
    var words: [Word] = []
    var index = 0
    func isLetter(_ scalar: Unicode.Scalar) -> Bool {
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }
    func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    func part(_ start: Int, _ end: Int) -> Part {
      Part(text: String(String.UnicodeScalarView(scalars[start..<end])), offset: start)
    }
    while index < scalars.count {
      let start = index
      if isLetter(scalars[index]) {
        var parts: [Part] = []
        var begin = index
        while true {
          while index < scalars.count, isLetter(scalars[index]) || isDigit(scalars[index]) { index += 1 }
          parts.append(part(begin, index))
          guard index + 1 < scalars.count, scalars[index] == ".",
            isLetter(scalars[index + 1]) || isDigit(scalars[index + 1])
          else { break }
          index += 1
          begin = index
        }
        if parts.count == 1, keywords.contains(parts[0].text) {
          words.append(.keyword(parts[0]))
        } else {
          words.append(.path(parts, isCall: parts.count == 1 && index < scalars.count && scalars[index] == "("))
        }
      } else if isDigit(scalars[index]) {
        while index < scalars.count, isLetter(scalars[index]) || isDigit(scalars[index]) || scalars[index] == "." {
          index += 1
        }
        words.append(.number(part(start, index)))
      } else {
        if "+-*/%<>=!".unicodeScalars.contains(scalars[index]) { words.append(.sign(part(index, index + 1))) }
        index += 1
      }
    }
    return words
  }
}

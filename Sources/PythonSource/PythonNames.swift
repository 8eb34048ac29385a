import Diagnostics

/// Names in Python source.
package enum PythonNames {
  /// The words that are no name.
  package static let keywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
    "pass", "raise", "return", "try", "while", "with", "yield",
  ]

  /// Whether a text is a name of letters, digits and `_` that means nothing to Python.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first), !keywords.contains(text) else { return false }
    return text.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
    }
  }

  /// A name for a text: other characters become `_`, and no digit comes first.
  package static func name(_ text: String) -> String {
    let name = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    guard let first = name.first else { return "layer" }
    if first.isNumber { return "layer\(name)" }
    return keywords.contains(name) ? "\(name)_" : name
  }

  /// `inception3a` as `Inception3a`, `conv_transition` as `ConvTransition`.
  package static func upperCamel(_ name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// A text between quotation marks, what is special in it escaped; between single ones where that escapes less.
  package static func quoted(_ text: String) -> String {
    let (double, single) = (text.filter { $0 == "\"" }.count, text.filter { $0 == "'" }.count)
    guard double > single else { return "\"\(escaped(text))\"" }
    var result = ""
    for character in text {
      switch character {
      case "\"": result.append(character)
      case "'": result += "\\'"
      default: result += escaped(String(character))
      }
    }
    return "'\(result)'"
  }

  /// Escapes what is special in a text.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isCommand:
        let digits = String(scalar.value, radix: 16)
        let length = scalar.value < 0x100 ? 2 : 4
        result += (length == 2 ? "\\x" : "\\u") + String(repeating: "0", count: length - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

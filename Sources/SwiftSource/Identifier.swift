/// Names in Swift source.
package enum Identifier {
  /// The words that need backquotes where a name is declared or used.
  static let keywords: Set<String> = [
    "associatedtype", "class", "deinit", "enum", "extension", "fileprivate", "func", "import", "init", "inout",
    "internal", "let", "open", "operator", "private", "precedencegroup", "protocol", "public", "rethrows", "static",
    "struct", "subscript", "typealias", "var", "break", "case", "catch", "continue", "default", "defer", "do", "else",
    "fallthrough", "for", "guard", "if", "in", "repeat", "return", "throw", "switch", "where", "while", "Any", "as",
    "await", "false", "is", "nil", "self", "Self", "super", "throws", "true", "try",
  ]

  /// Words that are no property's name even in backquotes, or mean something else after a dot.
  package static let unusable: Set<String> = ["self", "Self", "init", "Type", "Protocol", "subscript", "deinit", "_"]

  /// A name as it is written: a keyword stands in backquotes.
  package static func escaped(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }

  /// A Swift name for the name of a node: other characters become `_`, and no digit comes first.
  package static func property(_ name: String) -> String {
    let text = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    guard let first = text.first else { return "layer" }
    if first.isNumber { return "layer\(text)" }
    return unusable.contains(text) ? "\(text)Layer" : text
  }

  /// `max_pool` as `maxPool`; a name without `_` stays.
  package static func lowerCamel(_ name: String) -> String {
    let parts = name.split(separator: "_").map(String.init)
    guard let first = parts.first else { return name }
    return first + parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// `inception3a` as `Inception3a`, `conv_transition` as `ConvTransition`.
  package static func upperCamel(_ name: String) -> String {
    let parts = name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }
    let text = parts.joined()
    return text.first.map { $0.isNumber ? "Level\(text)" : text } ?? "Level"
  }
}

import Diagnostics

/// libyaml's objections in the words of people who write specs.
struct SyntaxExplanation {
  var message = ""
  var position: Position
  /// What the context's position is.
  var context: String?
  var advice: String?

  init(_ error: YAMLSyntaxError, bytes: [UInt8]) {
    position = error.position
    context = error.context
    let found = Self.character(at: error.position, in: bytes)
    let problem = error.message
    if problem.contains("cannot start any token") {
      explainCharacter(found)
    } else if problem.contains("mapping values are not allowed") {
      message = "a ':' with a space behind it does not belong here"
      advice = "keys of one mapping stand at one indentation; a text with ': ' in it is quoted"
    } else if problem.contains("expected ',' or") {
      let bracket = problem.hasSuffix("'}'") ? "{" : "["
      message = "a comma is missing here, or the '\(bracket)' is not closed"
      context = "the '\(bracket)' stands here"
    } else if problem.contains("could not find expected ':'") {
      message = "a ':' is missing behind this key"
      if let start = error.contextPosition { position = start }
    } else if problem.contains("expected key") {
      message =
        found == "-"
        ? "this '-' stands at the indentation of no list" : "a key with a ':' is expected here"
      advice = "keys of one mapping stand at one indentation, and a list's items begin with `- `"
      context = "the mapping begins here"
    } else if problem.contains("expected '-' indicator") {
      message = "an item that begins with `- ` is expected here"
      advice = "items of one list stand at one indentation"
      context = "the list begins here"
    } else if problem.contains("sequence entries are not allowed") {
      message = "a list cannot begin here; its first `- ` stands on a line of its own"
    } else if problem.contains("unexpected end of stream"), error.context?.contains("quoted") ?? false {
      if let start = error.contextPosition { position = start }
      message = "this quote is not closed"
    } else if problem.contains("expected the node content") {
      message = found == "%" ? "a value cannot begin with '%'; quote it" : "a value is expected here"
    } else if problem.contains("control characters are not allowed") {
      message = "a control character stands in the text"
    } else {
      message = problem
    }
  }

  private mutating func explainCharacter(_ found: Unicode.Scalar?) {
    context = nil
    guard let found else { return message = "the text ends within a value" }
    if found == "\t" {
      message = "a tab cannot indent; YAML takes spaces"
    } else {
      message = "a value cannot begin with '\(found)'; quote it"
    }
  }

  /// The character at a position of a text.
  private static func character(at position: Position, in bytes: [UInt8]) -> Unicode.Scalar? {
    let file = SourceFile(path: "", bytes: bytes)
    return file.line(position.line).unicodeScalars.dropFirst(position.column - 1).first
  }
}

import Diagnostics

/// libyaml's objections in the words of people who write specs.
struct SyntaxExplanation {
  /// An edit that mends what was meant, and how to say it.
  struct Fix {
    var description: String
    var start: Position
    var end: Position
    var replacement: String
  }

  private(set) var message = ""
  private(set) var position: Position
  /// What the context's position is.
  private(set) var context: String?
  private(set) var advice: String?
  private(set) var fix: Fix?
  private let file: SourceFile

  /// `brackets` are the places of the `[` and `{` that are open.
  init(_ error: YAMLSyntaxError, file: SourceFile, brackets: [Position]) {
    self.file = file
    position = error.position
    context = error.context
    let problem = error.message
    let found = character(at: error.position)
    if explainLookalike(onLine: position.line) { return }
    if let start = error.contextPosition, explainLookalike(onLine: start.line) { return }
    if problem.contains("cannot start any token") {
      explainCharacter(found, brackets)
    } else if problem.contains("mapping values are not allowed") {
      explainColon()
    } else if problem.contains("expected ',' or") {
      if found == nil { explainEnd(brackets) } else { explainComma(problem.hasSuffix("'}'") ? "{" : "[", found) }
    } else if problem.contains("could not find expected ':'") {
      if let start = error.contextPosition { position = start }
      explainKey()
    } else if problem.contains("expected key"), explainSuperfluous(found) {
      context = nil
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
    } else if problem.contains("expected node content") || problem.contains("expected the node content") {
      explainMissingValue(found, brackets)
    } else if let known = Self.phrases.first(where: { problem.contains($0.problem) }) {
      message = known.message
      context = nil
      if known.isAtContext, let start = error.contextPosition { position = start }
    } else {
      message = "this is not YAML"
      advice = "the parser says: \(problem)"
      context = nil
    }
  }

  /// The rarer objections of libyaml's scanner, reader and parser.
  private static let phrases: [(problem: String, message: String, isAtContext: Bool)] = [
    ("control characters are not allowed", "a control character stands in the text", false),
    ("mapping keys are not allowed", "a '? ' begins a key, and none can stand here", false),
    (
      "expected alphabetic or numeric character",
      "a name is missing behind this '&' or '*'; quote a text that begins so", true
    ),
    ("unknown escape character", "no such escape behind '\\'; in single quotes a '\\' stands for itself", false),
    ("hexdecimal number", "an escape such as \\x41 needs its hexadecimal digits", false),
    ("invalid Unicode character escape", "this escape is no character of Unicode", false),
    ("unexpected document indicator", "this quote is not closed before the document ends", true),
    ("indentation indicator equal to 0", "a block's text is indented by at least 1", false),
    ("expected comment or line break", "only a comment or the line's end can stand behind this", false),
    ("tab character where an indentation", "a tab cannot indent; YAML takes spaces", false),
    ("tab character that violates", "a tab cannot indent; YAML takes spaces", false),
    ("undefined tag handle", "tags such as !a!b mean nothing in a spec; quote a text that begins with '!'", false),
    ("tag", "tags such as !!str mean nothing in a spec; quote a text that begins with '!'", true),
    ("expected URI", "tags such as !<…> mean nothing in a spec; quote a text that begins with '!'", true),
    ("expected '!'", "tags such as !a mean nothing in a spec; quote a text that begins with '!'", true),
    ("expected '>'", "tags such as !<…> mean nothing in a spec; quote a text that begins with '!'", true),
    ("whitespace or line break", "a space is missing behind this tag; quote a text that begins with '!'", true),
    ("directive", "a line that begins with '%' is a directive of YAML, which a spec has none of", false),
    ("YAML document", "a line that begins with '%' is a directive of YAML, which a spec has none of", false),
    (
      "non-alphabetical character", "a line that begins with '%' is a directive of YAML, which a spec has none of", true
    ),
    ("version number", "a line that begins with '%' is a directive of YAML, which a spec has none of", true),
    ("digit or '.'", "a line that begins with '%' is a directive of YAML, which a spec has none of", true),
    ("expected whitespace", "a line that begins with '%' is a directive of YAML, which a spec has none of", true),
    ("document start", "the document ends here, but more text follows", false),
    ("unexpected ':'", "a ':' within a value is quoted here", false),
    ("maximum depth", "collections nest too deep", false),
  ]

  /// Signs that look like a space or a dash at the beginning of the line, as word processors and web pages put them there.
  private mutating func explainLookalike(onLine number: Int) -> Bool {
    let line = Array(file.line(number).unicodeScalars)
    let indent = line.prefix { $0 == " " || $0 == "\t" || Self.isForeignSpace($0) }.count
    if let index = line[..<indent].firstIndex(where: Self.isForeignSpace) {
      let code = String(line[index].value, radix: 16, uppercase: true)
      message =
        "the indentation has the character U+\(String(repeating: "0", count: 4 - code.count))\(code); YAML takes spaces"
      mend(number, from: index, to: indent, with: String(repeating: " ", count: indent - index), "indent by spaces")
      return true
    }
    guard indent + 1 < line.count, "–—−‐‑•".unicodeScalars.contains(line[indent]),
      line[indent + 1] == " " || Self.isForeignSpace(line[indent + 1])
    else { return false }
    message = "an item begins with the hyphen '-', not with '\(line[indent])'"
    mend(number, from: indent, to: indent + 2, with: "- ", "write '- '")
    return true
  }

  private mutating func mend(
    _ line: Int, from start: Int, to end: Int, with text: String, _ description: String
  ) {
    position = Position(line: line, column: start + 1)
    (context, advice) = (nil, nil)
    fix = Fix(
      description: description, start: position, end: position.advanced(by: end - start), replacement: text)
  }

  /// A space that YAML takes for a letter.
  private static func isForeignSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .spaceSeparator && scalar != " "
  }

  private mutating func explainCharacter(_ found: Unicode.Scalar?, _ brackets: [Position]) {
    context = nil
    guard let found else { return explainEnd(brackets) }
    if found == "\t" {
      message = "a tab cannot indent; YAML takes spaces"
    } else {
      message = "a value cannot begin with '\(String(found).printable)'; quote it"
    }
  }

  private mutating func explainMissingValue(_ found: Unicode.Scalar?, _ brackets: [Position]) {
    context = nil
    switch found {
    case "%": message = "a value cannot begin with '%'; quote it"
    case nil: explainEnd(brackets)
    case "," where !brackets.isEmpty: message = "a value is missing before this comma"
    default: message = "a value is expected here"
    }
  }

  /// The text ends; what is open is where it began.
  private mutating func explainEnd(_ brackets: [Position]) {
    guard let bracket = brackets.last, let sign = character(at: bracket) else {
      message = "the text ends within a value"
      return
    }
    message = "the text ends before this '\(sign)' is closed"
    position = bracket
  }

  private mutating func explainComma(_ bracket: String, _ found: Unicode.Scalar?) {
    if explainLayerDefault() { return }
    message = "a comma is missing here, or the '\(bracket)' is not closed"
    context = "the '\(bracket)' stands here"
    if found == "/", file.line(position.line).unicodeScalars.dropFirst(position.column).first == "/" {
      message = "a comment begins with '#', not with '//'"
      context = nil
      fix = Fix(
        description: "write '#'", start: position, end: position.advanced(by: 2), replacement: "#")
      return
    }
    let lead = file.line(position.line).unicodeScalars.prefix(position.column - 1)
    // `{branches [relu, tanh]}`: a key's bracket, for a value is followed by a comma.
    if found == "{" || found == "[" && bracket == "{",
      let match = String(String.UnicodeScalarView(lead)).firstMatch(of: /[\[{,] *([A-Za-z_]\w*)( *)$/)
    {
      let spaces = match.2.unicodeScalars.count
      reportMissingColon(behind: match.1, at: position.column - spaces, spaces: spaces)
      return
    }
    // `{k: size = [1, 5]}`: a default in brackets is a text that YAML cannot read without quotes.
    let line = Array(file.line(position.line).unicodeScalars)
    guard found == "[", bracket == "{", position.column <= line.count else { return }
    let before = line[..<(position.column - 1)]
    guard before.last(where: { $0 != " " }) == "=", let colon = before.lastIndex(of: ":"),
      let close = line[(position.column - 1)...].firstIndex(of: "]")
    else { return }
    let start = before[(colon + 1)...].firstIndex { $0 != " " } ?? colon + 1
    let text = String(String.UnicodeScalarView(line[start...close]))
    message = "a default in brackets is quoted inside {}: \"\(text.shown)\""
    context = nil
    fix = Fix(
      description: "write \"\(text.shown)\"", start: Position(line: position.line, column: start + 1),
      end: Position(line: position.line, column: close + 2), replacement: "\"\(text)\"")
  }

  /// A colon too many; the line above may lack the space behind its own, so that both were read as one text.
  private mutating func explainColon() {
    if explainLayerDefault() || explainMissingSpaceBeforeBracket() || explainEqualSign() || explainMissingColon()
      || explainMissingBraces()
    {
      return
    }
    message = "a ':' with a space behind it does not belong here"
    advice = "keys of one mapping stand at one indentation; a text with ': ' in it is quoted"
    let indent = file.line(position.line).prefix { $0 == " " }.count
    guard position.line > 1, file.line(position.line - 1).prefix(while: { $0 == " " }).count == indent else { return }
    let above = Position(line: position.line - 1, column: indent + 1)
    guard explainMissingSpace(at: above) else { return }
    position = above
    advice = nil
  }

  /// `{act: layer = {leaky_relu: {slope: 0.1}}}`.
  private mutating func explainLayerDefault() -> Bool {
    let lead = file.line(position.line).unicodeScalars.prefix(position.column - 1)
    let near = String(String.UnicodeScalarView(lead.suffix(200)))
    guard let match = near.firstMatch(of: /([A-Za-z_]\w*) *: *layer *= *([^,]*)$/) else { return false }
    message = LayerDefault.message
    advice = LayerDefault.advice(for: String(match.1))
    context = nil
    position = Position(line: position.line, column: position.column - match.2.unicodeScalars.count)
    return true
  }

  /// `conv {out: 8, kernel: 3}`: what stands before the bracket is read as a text with it.
  private mutating func explainMissingColon() -> Bool {
    let line = file.line(position.line)
    guard let match = line.prefixMatch(of: /( *(?:- +)*)([A-Za-z_]\w*)( *)[\[{]/) else { return false }
    reportMissingColon(
      behind: match.2, at: match.1.unicodeScalars.count + match.2.unicodeScalars.count + 1,
      spaces: match.3.unicodeScalars.count)
    return true
  }

  /// `conv:{out: 8, kernel: 3}`.
  private mutating func explainMissingSpaceBeforeBracket() -> Bool {
    let line = file.line(position.line)
    guard let match = line.prefixMatch(of: /( *(?:- +)*)([A-Za-z_]\w*):[\[{]/) else { return false }
    (context, advice) = (nil, nil)
    return explainMissingSpace(
      at: Position(line: position.line, column: match.1.unicodeScalars.count + 1))
  }

  /// `conv: {…},` and `conv: {…};`: a sign that ends a line elsewhere.
  private mutating func explainSuperfluous(_ found: Unicode.Scalar?) -> Bool {
    guard let found else { return false }
    let before = file.line(position.line).unicodeScalars.prefix(position.column - 1).last { $0 != " " }
    if ["}", "]"].contains(found) {
      message = "this '\(found)' closes nothing"
      advice = nil
      fix = Fix(description: "leave it out", start: position, end: position.advanced(by: 1), replacement: "")
      return true
    }
    if before == "}", found.properties.isAlphabetic {
      message = "nothing can stand behind this '}'; what is said of an item stands beside it: `{conv: {…}, repeat: 3}`"
      advice = nil
      return true
    }
    guard [",", ";"].contains(found) else { return false }
    message = "a '\(found)' does not belong here; each item ends with its line"
    fix = Fix(
      description: "leave the '\(found)' out", start: position, end: position.advanced(by: 1), replacement: "")
    return true
  }

  /// `input = {channels: 3, size: 32}`.
  private mutating func explainEqualSign() -> Bool {
    let line = file.line(position.line)
    guard let match = line.prefixMatch(of: /( *(?:- +)*)([A-Za-z_]\w*)( *= *)[\[{]/) else { return false }
    let start = Position(
      line: position.line, column: match.1.unicodeScalars.count + match.2.unicodeScalars.count + 1)
    message = "a key is followed by a ':', not by a '='"
    (context, advice) = (nil, nil)
    fix = Fix(
      description: "write `\(match.2): …`", start: start, end: start.advanced(by: match.3.unicodeScalars.count),
      replacement: ": ")
    position = start
    return true
  }

  private mutating func reportMissingColon(behind word: Substring, at column: Int, spaces: Int) {
    let start = Position(line: position.line, column: column)
    message = "a ':' is missing behind '\(word)'"
    (context, advice) = (nil, nil)
    fix = Fix(
      description: "write `\(word): …`", start: start, end: start.advanced(by: spaces), replacement: ": ")
    position = Position(line: position.line, column: column - word.unicodeScalars.count)
  }

  /// `- conv: out: 8, kernel: 3` and `- conv out: 8, kernel: 3`: fields on the line of their layer.
  private mutating func explainMissingBraces() -> Bool {
    let line = file.line(position.line)
    let pattern = /( *(?:- +)*)([A-Za-z_]\w*)(: +| +)(\w+: +[^#]*[^# ]) *(#.*)?/
    guard let match = line.wholeMatch(of: pattern) else { return false }
    let pairs = match.4.split(separator: ",")
    guard pairs.allSatisfy({ $0.wholeMatch(of: /[ ]*\w+: +[\w.$()+*\/-]+ */) != nil }) else { return false }
    let layer = "\(match.2): {\(match.4)}"
    message = "what belongs to '\(match.2)' stands in braces on its line: `\(layer.shown)`"
    (context, advice) = (nil, nil)
    let start = Position(line: position.line, column: match.1.unicodeScalars.count + 1)
    let end = start.advanced(
      by: match.2.unicodeScalars.count + match.3.unicodeScalars.count + match.4.unicodeScalars.count)
    fix = Fix(description: "write \(layer.shown)", start: start, end: end, replacement: layer)
    position = start
    return true
  }

  /// `out:8`, which is one word for YAML; whether such stands at a place.
  private mutating func explainMissingSpace(at start: Position) -> Bool {
    let text = String(String.UnicodeScalarView(file.line(start.line).unicodeScalars.dropFirst(start.column - 1)))
    guard let colon = text.firstIndex(of: ":"), text[..<colon].utf8.allSatisfy(Self.isWord), colon > text.startIndex,
      let next = text[colon...].dropFirst().first, !next.isWhitespace
    else { return false }
    let place = start.advanced(by: text[...colon].unicodeScalars.count)
    message = "a space is missing behind the ':' of '\(text[..<colon].shown)'"
    position = start
    fix = Fix(description: "write `\(text[...colon].shown) …`", start: place, end: place, replacement: " ")
    return true
  }

  /// A word that stands where a key does, alone on its line.
  private mutating func explainKey() {
    message = "a ':' is missing behind this key"
    let line = file.line(position.line)
    if explainMissingSpace(at: position) { return }
    // Items of the same list stand above, so this one lacks its dash.
    let indent = line.prefix { $0 == " " }.count
    var above = position.line - 1
    while above > 0,
      file.line(above).prefix(while: { $0 == " " }).count > indent || file.line(above).allSatisfy({ $0 == " " })
    {
      above -= 1
    }
    guard position.column == indent + 1 else { return }
    guard file.line(above).dropFirst(indent).hasPrefix("- ") else { return explainDashes(indent) }
    message = "an item of this list begins with `- `"
    context = nil
    fix = Fix(description: "write `- ` before it", start: position, end: position, replacement: "- ")
  }

  /// A word below `layers:` where no line has a dash, or where the layer above has one and this stands deeper.
  private mutating func explainDashes(_ indent: Int) {
    var (owner, first) = (position.line, position.line)
    while owner > 0, owner == position.line || !isShallower(file.line(owner), than: indent) {
      if file.line(owner).prefix(while: { $0 == " " }).count == indent { first = owner }
      owner -= 1
    }
    guard owner > 0 else { return }
    let line = file.line(owner)
    if line.firstMatch(of: /(?:^| )layers: *(?:#.*)?$/) != nil {
      message = "layers is a list, each item of which begins with `- `"
      position = Position(line: first, column: indent + 1)
      context = nil
    } else if line.drop(while: { $0 == " " }).hasPrefix("- "), line.contains("}") {
      message = "an item of this list begins with `- `, at the indentation of the others"
      context = nil
    }
  }

  /// Whether a line that is not empty is indented less.
  private func isShallower(_ line: String, than indent: Int) -> Bool {
    let spaces = line.prefix { $0 == " " }.count
    return spaces < indent && spaces < line.count
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// What is said where a break that only YAML knows stands before the place on its line: a comment ends there too.
  var adviceOnBreaks: String? {
    let lead = file.line(position.line).unicodeScalars.prefix(position.column - 1)
    guard let mark = lead.last(where: { ["\u{85}", "\u{2028}", "\u{2029}"].contains($0) }) else { return nil }
    let code = String(mark.value, radix: 16, uppercase: true)
    return
      "the character U+\(String(repeating: "0", count: 4 - code.count))\(code) in this line ends it for YAML, and a comment with it; leave it out"
  }

  /// The character at a position of the text.
  private func character(at position: Position) -> Unicode.Scalar? {
    file.line(position.line).unicodeScalars.dropFirst(position.column - 1).first
  }
}

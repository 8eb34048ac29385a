import Diagnostics

/// What could stand at a place, found from the indentation and the brackets before it: the text behind it, and faults
/// before it, do not matter.
struct CursorContext {
  /// A mapping or a list that is open at the place.
  private struct Level {
    /// The column that its keys or dashes stand in, from 0; nil for one in brackets.
    var indent: Int?
    var isList: Bool
    /// The key whose value is written.
    var key: String?
    var keys: [String] = []
    var bracketIndent = 0
  }

  /// What the word at the place is for.
  private(set) var place: Place = .root
  /// What the mapping around is for, where the place is in one.
  private(set) var owner: Place = .root
  /// Whether the word is a key, or may become one.
  private(set) var isKey = true
  /// The text of the value or key up to the place.
  private(set) var prefix = ""
  /// Where that text begins.
  private(set) var start: Position
  /// The keys that the mapping around has before the place.
  private(set) var siblings: [String] = []
  /// The keys that lead to the place.
  private(set) var path: [String] = []
  /// The block that the place is in.
  private(set) var block: String?
  /// Whether the place is in braces or brackets.
  private(set) var isInBrackets = false
  /// Whether an item of a list begins here, for which a dash is written before it or still missing.
  private(set) var beginsItem = false
  private(set) var needsDash = false

  init(_ file: SourceFile, at position: Position, root: Place = .root) {
    start = position
    var scanner = Scanner()
    for number in stride(from: 1, through: position.line, by: 1) {
      let scalars = Array(file.line(number).unicodeScalars)
      let isLast = number == position.line
      scanner.scan(isLast ? Array(scalars.prefix(position.column - 1)) : scalars, number: number, isLast: isLast)
    }
    resolve(scanner, root, position)
  }

  private mutating func resolve(_ scanner: Scanner, _ root: Place, _ position: Position) {
    var place = root
    owner = root
    var levels = scanner.levels
    // A value that stands on its key's line belongs to that key; a new line that is indented as the keys are begins a key.
    if let last = levels.last, !last.isList, !scanner.isValue { levels[levels.count - 1].key = nil }
    for level in levels {
      if level.isList {
        place = place.element
        owner = place
        siblings = []
        if level.isList { isKey = true }
        continue
      }
      owner = place
      siblings = level.keys
      if let key = level.key {
        path.append(key)
        place = place.next(key)
        if case .block(let name) = place { block = name }
        siblings = siblings.filter { $0 != key || level.keys.count { $0 == key } > 1 }
      }
    }
    guard !scanner.isComment else {
      (self.place, isKey, prefix) = (.other, false, "")
      return
    }
    self.place = place
    isKey = levels.last.map { $0.isList || $0.key == nil } ?? true
    isInBrackets = levels.contains { $0.indent == nil }
    beginsItem = levels.last?.isList ?? false
    needsDash = beginsItem && !isInBrackets && !scanner.hasDash
    prefix = scanner.word
    start = Position(line: position.line, column: position.column - scanner.word.unicodeScalars.count)
  }

  /// Reads lines with the least that tells where values belong.
  private struct Scanner {
    var levels: [Level] = []
    /// Whether the place is behind a key's colon.
    var isValue = false
    /// What is written of the word at the place.
    var word = ""
    /// Whether the place is in a comment.
    var isComment = false
    /// Whether a dash stands on the place's line.
    var hasDash = false
    private var quote: Unicode.Scalar?

    mutating func scan(_ line: [Unicode.Scalar], number: Int, isLast: Bool) {
      let indent = line.prefix { $0 == " " }.count
      let isEmpty = indent == line.count
      if !isEmpty, line[indent] == "#", quote == nil {
        isComment = isLast
        return
      }
      if isEmpty, !isLast { return }
      word = ""
      var index = 0
      if quote == nil { index = indent }
      // A line that stands no deeper than the line whose bracket is open has lost the bracket.
      if let open = levels.first(where: { $0.indent == nil }), indent <= open.bracketIndent, !isEmpty,
        !["]", "}"].contains(line[indent])
      {
        levels.removeAll { $0.indent == nil }
        quote = nil
        index = indent
      }
      if !levels.contains(where: { $0.indent == nil }) {
        quote = nil
        index = indent
        close(to: indent, isDash: !isEmpty && line[indent] == "-", isEmpty: isEmpty)
        (isValue, hasDash) = (false, false)
        // Dashes open lists, one for each.
        while index < line.count, line[index] == "-", index + 1 >= line.count || line[index + 1] == " " {
          openList(at: index)
          hasDash = true
          index += 1
          while index < line.count, line[index] == " " { index += 1 }
        }
        // A word deeper than the last key begins what belongs to that.
        if isLast, !isEmpty, let last = levels.last, !last.isList, last.key != nil, (last.indent ?? index) < index {
          levels.append(Level(indent: index, isList: false))
        }
      }
      words(of: line, from: index, isLast: isLast)
    }

    /// Closes what stands deeper than a line's indentation.
    private mutating func close(to indent: Int, isDash: Bool, isEmpty: Bool) {
      while let last = levels.last, let own = last.indent {
        // A list may stand in the column of its key.
        if own > indent || own == indent && last.isList && !isDash && !isEmpty { levels.removeLast() } else { break }
      }
      // An empty line that is indented beyond the keys begins a value of the last one.
      if isEmpty, let last = levels.last, let own = last.indent, indent > own, !last.isList, last.key != nil {
        levels.append(Level(indent: indent, isList: false))
      }
    }

    private mutating func openList(at column: Int) {
      if let last = levels.last, last.isList, last.indent == column { return }
      levels.append(Level(indent: column, isList: true))
    }

    private mutating func words(of line: [Unicode.Scalar], from first: Int, isLast: Bool) {
      var index = first
      var begin = first
      var isOpen = quote == nil
      // A comma within parentheses is an expression's.
      var parentheses = 0
      func text(_ end: Int) -> String { String(String.UnicodeScalarView(line[min(begin, end)..<end])) }
      while index < line.count {
        let scalar = line[index]
        if let mark = quote {
          if mark == "\"", scalar == "\\" { index += 1 } else if scalar == mark { quote = nil }
          index += 1
          continue
        }
        let isInBrackets = levels.last?.indent == nil && !levels.isEmpty
        let next: Unicode.Scalar = index + 1 < line.count ? line[index + 1] : " "
        switch scalar {
        case "#" where index == 0 || line[index - 1] == " ":
          isComment = isLast
          return
        case "'" where isOpen, "\"" where isOpen:
          quote = scalar
          isOpen = false
        case "{" where isOpen, "[" where isOpen:
          levels.append(
            Level(indent: nil, isList: scalar == "[", bracketIndent: line.prefix { $0 == " " }.count))
          isValue = false
          begin = index + 1
        case "}" where isInBrackets, "]" where isInBrackets:
          // What closes ends the innermost of its kind.
          while let last = levels.last, last.indent == nil {
            levels.removeLast()
            if last.isList == (scalar == "]") { break }
          }
          isValue = true
          isOpen = false
          begin = index + 1
        case "(": parentheses += 1
        case ")": parentheses = max(0, parentheses - 1)
        case "," where isInBrackets && parentheses == 0:
          popPair()
          if let last = levels.indices.last { levels[last].key = nil }
          isValue = false
          isOpen = true
          begin = index + 1
        case ":" where next == " " || index + 1 == line.count:
          noteKey(text(index).trimmedEnds, at: begin, line)
          isValue = true
          isOpen = true
          parentheses = 0
          begin = index + 1
        case " ":
          if begin == index { begin += 1 }
        default: isOpen = false
        }
        index += 1
      }
      word = begin <= line.count ? text(line.count) : ""
      while word.first == " " { word.removeFirst() }
      if let first = word.first, first == "\"" || first == "'" { word.removeFirst() }
      if !isLast { word = "" }
    }

    /// A single pair in a list, `[conv: {…}, …]`, is a mapping that ends with its element.
    private mutating func popPair() {
      if let last = levels.last, last.indent == nil, last.bracketIndent == -1 { levels.removeLast() }
    }

    private mutating func noteKey(_ key: String, at column: Int, _ line: [Unicode.Scalar]) {
      let key = key.filter { $0 != "\"" && $0 != "'" }
      if let last = levels.last, last.indent == nil {
        if last.isList { levels.append(Level(indent: nil, isList: false, bracketIndent: -1)) }
      } else if levels.last?.isList ?? true || (levels.last?.indent ?? 0) < column {
        levels.append(Level(indent: column, isList: false))
      }
      if let index = levels.indices.last {
        levels[index].key = key
        if levels[index].keys.count < 1000 { levels[index].keys.append(key) }
      }
    }
  }
}

/// Checks that a text is well-formed XML, with what HTML has beside: a doctype, and scripts and styles as plain text.
struct XMLChecker {
  struct Fault: Error {
    var message: String
  }

  private var rest: Substring
  private var open: [Substring] = []
  private var hasRoot = false

  static func check(_ text: String) throws(Fault) {
    var checker = XMLChecker(rest: text[...])
    try checker.run()
  }

  private init(rest: Substring) { self.rest = rest }

  private mutating func run() throws(Fault) {
    while let next = rest.first {
      if next != "<" {
        try checkText()
      } else if rest.hasPrefix("<!DOCTYPE html>") {
        rest = rest.dropFirst(15)
      } else if rest.hasPrefix("</") {
        rest = rest.dropFirst(2)
        let name = try self.name()
        guard open.popLast() == name, rest.first == ">" else { throw Fault(message: "</\(name)> closes nothing") }
        rest = rest.dropFirst()
      } else {
        try element()
      }
    }
    guard open.isEmpty, hasRoot else { throw Fault(message: "not closed: \(open)") }
  }

  private mutating func checkText() throws(Fault) {
    let text = rest.prefix { $0 != "<" }
    rest = rest.dropFirst(text.count)
    try checkReferences(text)
    if open.isEmpty, text.contains(where: { !$0.isWhitespace }) { throw Fault(message: "text outside: \(text)") }
  }

  private func checkReferences(_ text: Substring) throws(Fault) {
    for part in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
      guard ["amp;", "lt;", "gt;", "quot;", "#39;"].contains(where: { part.hasPrefix($0) }) else {
        throw Fault(message: "a bare & before \(part.prefix(20))")
      }
    }
    for scalar in text.unicodeScalars where scalar.value < 0x20 && scalar != "\n" && scalar != "\t" {
      throw Fault(message: "control character \(scalar.value)")
    }
  }

  private mutating func name() throws(Fault) -> Substring {
    let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == ":" }
    guard !name.isEmpty else { throw Fault(message: "no name at \(rest.prefix(20))") }
    rest = rest.dropFirst(name.count)
    return name
  }

  private mutating func element() throws(Fault) {
    rest = rest.dropFirst()
    let name = try self.name()
    var attributes: Set<Substring> = []
    while true {
      let space = rest.prefix { $0.isWhitespace }
      rest = rest.dropFirst(space.count)
      if rest.hasPrefix("/>") || rest.hasPrefix(">") { break }
      let attribute = try self.name()
      guard !space.isEmpty, attributes.insert(attribute).inserted, rest.hasPrefix("=\"") else {
        throw Fault(message: "attribute \(attribute) of \(name)")
      }
      rest = rest.dropFirst(2)
      let value = rest.prefix { $0 != "\"" }
      guard !value.contains("<") else { throw Fault(message: "< in \(attribute)") }
      try checkReferences(value)
      rest = rest.dropFirst(value.count + 1)
    }
    hasRoot = true
    if rest.hasPrefix("/>") {
      rest = rest.dropFirst(2)
      return
    }
    rest = rest.dropFirst()
    guard name == "script" || name == "style" else {
      open.append(name)
      return
    }
    guard let end = rest.firstRange(of: "</\(name)>") else { throw Fault(message: "\(name) is not closed") }
    rest = rest[end.upperBound...]
  }
}

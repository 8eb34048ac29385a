import Diagnostics
import YAML

/// Numbers, pairs and truth values that are written as elsewhere.
extension SpecDecoder {
  /// Reports a number or a pair that is written as elsewhere.
  mutating func reportForeign(_ text: String, _ meant: String, at span: Span) {
    report(
      .expressionSyntax, "'\(text.shown)' is written \(meant) here", at: span,
      fixes: [.init("write \(meant)", edit: .init(span, replacement: meant), isUnambiguous: true)])
  }

  /// Whether the text of a number or a size is one of another language, which is reported.
  mutating func isForeign(_ node: YAMLNode, isSize: Bool, for owner: String) -> Bool {
    guard let text = node.text, !node.isEmpty else { return false }
    if case .scalar(_, quoted: true) = node.content, isSize, text.hasPrefix("["), text.hasSuffix("]") {
      report(
        .wrongType, "the quotes make a text of the list for \(owner); leave them out", at: node.span,
        fixes: [.init("write \(text.shown)", edit: .init(node.span, replacement: text), isUnambiguous: true)])
      return true
    }
    guard let meant = ForeignValue.meant(by: text, isSize: isSize) else { return false }
    reportForeign(text, meant, at: node.span)
    return true
  }

  /// Whether the text is a truth value in other words, which is reported: YAML's `no`, Python's `False`, `flase`.
  mutating func reportTruth(_ node: YAMLNode, for owner: String) -> Bool {
    guard let text = node.text, text.utf8.count <= 16, !["true", "false"].contains(text), text.allSatisfy(\.isLetter),
      !isParameterName(text), !columnNames.contains(text)
    else { return false }
    let word = text.lowercased()
    let meant =
      ["yes", "on", "true", "y"].contains(word)
      ? "true"
      : ["no", "off", "false", "none", "null", "n"].contains(word)
        ? "false" : nearMiss(to: word, among: ["true", "false"])?.candidate
    guard let meant else { return false }
    report(
      .wrongWord, "\(owner) is true or false, not '\(text)'; write \(meant)", at: node.span,
      fixes: [.init("write \(meant)", edit: .init(node.span, replacement: meant), isUnambiguous: true)])
    return true
  }

  /// Whether the text is the word for nothing in another language, which is reported: `stride: None`.
  mutating func reportNone(_ node: YAMLNode, for owner: String) -> Bool {
    // Nearly every value begins with a digit, which is seen sooner than compared.
    guard let text = node.text, let first = text.utf8.first, first > UInt8(ascii: "9"),
      ["None", "none", "nil", "undefined", "NULL", "Null", "null", "~"].contains(text),
      !isParameterName(text), !columnNames.contains(text)
    else { return false }
    report(.wrongType, "\(owner) is not '\(text)'; leave it out where nothing is meant", at: node.span)
    return true
  }

  /// Whether the text is a whole number in exponents, `1e3`, which is a float for expressions; it is reported.
  mutating func reportExponent(_ node: YAMLNode, for owner: String) -> Bool {
    // Nearly every number has no exponent, which is seen sooner than matched.
    guard let text = node.text, text.utf8.count <= 16, let first = text.utf8.first,
      first >= 0x80 || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
      text.utf8.contains(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }),
      text.wholeMatch(of: /\d+(?:\.\d+)?[eE]\+?\d+/) != nil, let number = Double(text), number < 1e15,
      let count = Int(exactly: number)
    else { return false }
    report(
      .wrongType, "\(owner) is a whole number, and \(text) is a float; write \(count)", at: node.span,
      fixes: [.init("write \(count)", edit: .init(node.span, replacement: "\(count)"), isUnambiguous: true)])
    return true
  }
}

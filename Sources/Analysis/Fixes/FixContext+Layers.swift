import Diagnostics
import GraphIR
import SpecLanguage

/// Edits that put layers in, take them out, or change what an item reads.
extension FixContext {
  /// The text of a line before a place, without spaces at its end.
  func textBefore(_ span: Span) -> String {
    let start = Position(line: span.start.line, column: 1)
    var text = sources[span.source].text(of: Span(source: span.source, start: start, end: span.start))
    while text.last == " " { text.removeLast() }
    return text
  }

  /// The edit that puts items before another in its list.
  func inserting(_ layers: [String], before item: Item) -> Diagnostic.Edit {
    let place = Span(source: item.span.source, start: item.span.start, end: item.span.start)
    guard let indent = indentOfListed(item) else {
      return Diagnostic.Edit(place, replacement: layers.map { "\($0), " }.joined())
    }
    return Diagnostic.Edit(place, replacement: layers.map { "\($0)\n\(indent)- " }.joined())
  }

  /// The edit that adds an item after another, at the end of its list.
  func appending(_ layer: String, after item: Item) -> Diagnostic.Edit {
    guard let indent = indentOfListed(item) else {
      return Diagnostic.Edit(
        Span(source: item.span.source, start: item.span.end, end: item.span.end), replacement: ", \(layer)")
    }
    return Diagnostic.Edit(endOfLine(item), replacement: "\n\(indent)- \(layer)")
  }

  /// The edit that takes an item out of its list; nil where it is not alone on its lines, or the only one in brackets.
  func removing(_ item: Item) -> Diagnostic.Edit? {
    let source = item.span.source
    let file = sources[source]
    if indentOfListed(item) != nil {
      let rest = file.text(of: Span(source: source, start: item.span.end, end: endOfLine(item).start))
      let isAlone = rest.allSatisfy(\.isWhitespace) || rest.drop { $0 == " " }.hasPrefix("#")
      guard isAlone, textBefore(item.span).allSatisfy({ $0 == " " || $0 == "-" }),
        item.span.end.line < file.lineCount
      else { return nil }
      let start = Position(line: item.span.start.line, column: 1)
      let end = Position(line: item.span.end.line + 1, column: 1)
      return Diagnostic.Edit(Span(source: source, start: start, end: end), replacement: "")
    }
    let rest = file.line(item.span.end.line).unicodeScalars.dropFirst(item.span.end.column - 1)
    let blank = rest.prefix { $0 == " " }.count
    guard rest.dropFirst(blank).first == "," else { return nil }
    let space = rest.dropFirst(blank + 1).prefix { $0 == " " }.count
    let end = item.span.end.advanced(by: blank + 1 + space)
    return Diagnostic.Edit(Span(source: source, start: item.span.start, end: end), replacement: "")
  }

  /// The edit that lets an item read what a new layer makes of a node: the layer is put before it, under a name.
  ///
  /// Nil where the item is not one of a list with dashes, or the reference is computed.
  func reading(_ reference: Reference, through layer: String, as suffix: String, in item: Item) -> Diagnostic.Edit? {
    guard let indent = indentOfListed(item), item.span.source == reference.span.source,
      item.span.start <= reference.span.start, let path = reference.literal
    else { return nil }
    let name = path.joined(separator: "_") + suffix
    let between = sources[item.span.source].text(
      of: Span(source: item.span.source, start: item.span.start, end: reference.span.start))
    let added = "{name: \(name), from: \(path.joined(separator: ".")), \(layer)}"
    return Diagnostic.Edit(
      Span(source: item.span.source, start: item.span.start, end: reference.span.end),
      replacement: "\(added)\n\(indent)- \(between)\(name)")
  }

  /// The edit that adds a layer at the end of a body written as a list.
  func appending(_ layer: String, to body: Body) -> Diagnostic.Edit? {
    guard !body.isSingle, let last = body.items.last else { return nil }
    return appending(layer, after: last)
  }

  /// The indentation of the dash before an item; nil in brackets.
  private func indentOfListed(_ item: Item) -> String? {
    let lead = textBefore(item.span)
    guard lead.hasSuffix("-") else { return nil }
    return String(repeating: " ", count: lead.unicodeScalars.count - 1)
  }

  private func endOfLine(_ item: Item) -> Span {
    let line = sources[item.span.source].line(item.span.end.line)
    let end = Position(line: item.span.end.line, column: line.unicodeScalars.count + 1)
    return Span(source: item.span.source, start: end, end: end)
  }
}

extension Reference {
  /// The names of a path that is written out; nil for what is computed.
  fileprivate var literal: [String]? {
    guard case .path(let templates) = form else { return nil }
    let names = templates.compactMap(\.literal)
    return names.count == templates.count ? names : nil
  }
}

import Diagnostics
import GraphIR
import SpecLanguage
import YAML

/// An entry of a document's outline.
package struct OutlineEntry: Sendable {
  package enum Kind: Int, Sendable {
    case file = 1
    case module = 2
    case namespace = 3
    case classKind = 5
    case property = 7
    case enumeration = 10
    case function = 12
    case variable = 13
    case constant = 14
    case object = 19
    case enumMember = 22
    case structure = 23
    case typeParameter = 26
  }

  package var name: String
  package var detail: String
  package var kind: Kind
  package var whole: Span
  package var selection: Span
  package var children: [OutlineEntry] = []
}

/// A link of a document to a file or a page.
package struct DocumentLink: Sendable {
  package var span: Span
  /// A path, or an address with its scheme.
  package var target: String
}

extension DocumentSnapshot {
  /// The document as YAML, broken lines left out; nil where too much is broken.
  var tree: FileTree? {
    if case .other = kind { return nil }
    return FileTree(file, source: SourceID(index: 0))
  }

  /// What the document consists of.
  package func outline() -> [OutlineEntry] {
    guard let tree, let entries = tree.root.entries else { return [] }
    var root = Place.root
    if case .recipe = kind { root = .recipe([]) }
    let shapes = shapesByLine()
    return entries.map { entry in
      let place = root.next(entry.key)
      var result = self.entry(entry, Self.outlineKind(of: entry.key))
      result.children = Self.children(entry.value, place, shapes)
      return result
    }
  }

  private func shapesByLine() -> [Int: String] {
    guard let network, !isStale else { return [:] }
    guard let index = network.compilation.sources.files.firstIndex(where: { $0.path == path }) else { return [:] }
    var result: [Int: String] = [:]
    network.shapes.forEachLine(in: index, choice) { _, item, occurrence, _ in
      result[item.span.start.line] = occurrence.shape.description
    }
    return result
  }

  private static func outlineKind(of key: String) -> OutlineEntry.Kind {
    switch key {
    case "blocks", "layers", "functions", "params", "aux", "variants": .namespace
    case "import", "network": .file
    default: .property
    }
  }

  private func entry(_ entry: YAMLEntry, _ kind: OutlineEntry.Kind) -> OutlineEntry {
    Self.entry(entry, kind)
  }

  private static func entry(_ entry: YAMLEntry, _ kind: OutlineEntry.Kind) -> OutlineEntry {
    let text = entry.value.text ?? ""
    return OutlineEntry(
      name: entry.key.isEmpty ? "…" : String(entry.key.prefix(80)), detail: String(text.prefix(60)), kind: kind,
      whole: entry.keySpan.extended(to: entry.value.span), selection: entry.keySpan)
  }

  private static func children(_ node: YAMLNode, _ place: Place, _ shapes: [Int: String]) -> [OutlineEntry] {
    switch place {
    case .parameters: return (node.entries ?? []).map { entry($0, .variable) }
    case .functions: return (node.entries ?? []).map { entry($0, .function) }
    case .variants, .recipes: return (node.entries ?? []).map { entry($0, .enumMember) }
    case .outputs, .inputs: return (node.entries ?? []).map { entry($0, .constant) }
    case .blocks:
      return (node.entries ?? []).map { block in
        var result = entry(block, .classKind)
        let place = Place.block(block.key)
        for part in block.value.entries ?? [] {
          result.children += children(part.value, place.next(part.key), shapes)
        }
        return result
      }
    case .heads: return (node.entries ?? []).map { entry($0, .module) }
    case .items, .body: return (node.items ?? []).compactMap { item($0, shapes) }
    default: return []
    }
  }

  private static func item(_ node: YAMLNode, _ shapes: [Int: String]) -> OutlineEntry? {
    let detail = shapes[node.span.start.line] ?? ""
    if let word = node.text {
      guard !node.isEmpty else { return nil }
      return OutlineEntry(
        name: String(word.prefix(80)), detail: detail, kind: kind(of: word), whole: node.span, selection: node.span)
    }
    let entries = node.entries ?? []
    let known = Set(Place.itemKeys.map(\.name) + ["join", "shares", "shortcut", "scale", "with"])
    guard let operation = entries.first(where: { !known.contains($0.key) }) ?? entries.first else { return nil }
    let name = entries.first { $0.key == "name" }
    let title = name?.value.text.map { "\($0): \(operation.key)" } ?? operation.key
    return OutlineEntry(
      name: String(title.prefix(80)), detail: detail, kind: kind(of: operation.key), whole: node.span,
      selection: name?.value.span ?? operation.keySpan,
      children: children(operation.value, Place.item.next(operation.key), shapes))
  }

  private static func kind(of word: String) -> OutlineEntry.Kind {
    Place.isBlockName(word) ? .object : NameLevel.isLeveled(word) ? .namespace : .structure
  }

  // MARK: Folding

  /// Stretches of lines that fold, from 1.
  package func folds() -> [ClosedRange<Int>] {
    guard let tree else { return [] }
    var result: Set<ClosedRange<Int>> = []
    func add(_ start: Int, _ end: Int) { if end > start { result.insert(start...end) } }
    func walk(_ node: YAMLNode) {
      for entry in node.entries ?? [] {
        if entry.value.entries != nil || entry.value.items != nil {
          add(entry.keySpan.start.line, entry.value.span.end.line)
        }
        walk(entry.value)
      }
      for item in node.items ?? [] {
        if item.entries != nil || item.items != nil { add(item.span.start.line, item.span.end.line) }
        walk(item)
      }
    }
    walk(tree.root)
    return result.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
  }

  /// The stretches around a place, the innermost first.
  package func selections(at place: Position) -> [Span] {
    guard let tree else { return [] }
    var result: [Span] = []
    func add(_ span: Span) { if result.last != span, span.start <= place, place <= span.end { result.append(span) } }
    func walk(_ node: YAMLNode) {
      guard node.span.start <= place, place <= node.span.end else { return }
      add(node.span)
      for entry in node.entries ?? [] {
        let whole = entry.keySpan.extended(to: entry.value.span)
        guard whole.start <= place, place <= whole.end else { continue }
        add(whole)
        if place <= entry.keySpan.end { add(entry.keySpan) } else { walk(entry.value) }
      }
      for item in node.items ?? [] { walk(item) }
      guard let text = node.text, node.span.start.line == node.span.end.line else { return }
      for case .path(let parts, _) in ExpressionWords.scan(text) where parts.count > 0 {
        let start = node.textStart.advanced(by: parts[0].offset)
        let last = parts[parts.count - 1]
        let end = node.textStart.advanced(by: last.offset + last.length)
        if start <= place, place <= end { add(Span(source: node.span.source, start: start, end: end)) }
      }
    }
    walk(tree.root)
    return result.reversed()
  }

  // MARK: Links

  /// The files and pages that the document names.
  package func links() -> [DocumentLink] {
    guard let tree else { return [] }
    var result: [DocumentLink] = []
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    func add(_ node: YAMLNode) {
      guard let text = node.text, !text.isEmpty, !text.hasPrefix("/"), !text.split(separator: "/").contains("..") else {
        return
      }
      result.append(DocumentLink(span: node.span, target: folder + text))
    }
    for entry in tree.root.entries ?? [] {
      switch entry.key {
      case "import", "network": for item in entry.value.items ?? [entry.value] { add(item) }
      case "labels": if entry.value.items == nil { add(entry.value) }
      default: break
      }
    }
    for number in 1...max(1, file.lineCount) { result += papers(onLine: number) }
    return result
  }

  /// `arXiv:1512.03385`, `doi:10.1109/5.726791` and addresses, wherever they stand.
  private func papers(onLine number: Int) -> [DocumentLink] {
    let line = file.line(number)
    guard line.contains("arXiv:") || line.contains("doi:") || line.contains("https://") else { return [] }
    var result: [DocumentLink] = []
    var column = 1
    for word in line.split(omittingEmptySubsequences: false, whereSeparator: { " \t\"'<>()[]{},;".contains($0) }) {
      let length = word.unicodeScalars.count
      var text = word
      while let last = text.last, ".,:".contains(last) { text = text.dropLast() }
      var target: String?
      if text.hasPrefix("arXiv:"), text.count > 6 {
        target = "https://arxiv.org/abs/\(text.dropFirst(6))"
      } else if text.hasPrefix("doi:"), text.count > 4 {
        target = "https://doi.org/\(text.dropFirst(4))"
      } else if text.hasPrefix("https://"), text.count > 8 {
        target = String(text)
      }
      if let target {
        let start = Position(line: number, column: column)
        let end = start.advanced(by: text.unicodeScalars.count)
        result.append(DocumentLink(span: Span(source: SourceID(index: 0), start: start, end: end), target: target))
      }
      column += length + 1
    }
    return result
  }
}

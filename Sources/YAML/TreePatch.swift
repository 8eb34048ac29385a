import Diagnostics

/// Composes a text anew where it has changed: lines within one list of the root, such as a spec's layers, whose other items
/// are those of the text before. A key typed in a list of ten thousand layers leaves all but one of them as they are.
///
/// Lines from one item's dash up to another's, or to the list's end, are a list by themselves with the same items, for a
/// dash in the list's column ends all that is before it; what is open at their end, or less indented, is no list. Where
/// anything is unusual nothing is patched, so that faults are found in the whole text.
struct TreePatch {
  private let old: SourceFile
  private let new: SourceFile
  /// Bytes at the start and the end that are the same.
  private let head: Int
  private let tail: Int

  private init(from old: SourceFile, to new: SourceFile) {
    self.old = old
    self.new = new
    let (a, b) = (old.bytes, new.bytes)
    let shorter = min(a.count, b.count)
    (head, tail) = a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var head = 0
        while head < shorter, a[head] == b[head] { head += 1 }
        var tail = 0
        while tail < shorter - head, a[a.count - 1 - tail] == b[b.count - 1 - tail] { tail += 1 }
        return (head, tail)
      }
    }
  }

  /// The tree of a text by that of another, in which nothing was found; nil where it has to be composed as a whole.
  static func root(of new: SourceFile, source: SourceID, after old: SourceFile, _ root: YAMLNode) -> YAMLNode? {
    guard root.span.source == source else { return nil }
    return TreePatch(from: old, to: new).patched(root)
  }

  private func patched(_ root: YAMLNode) -> YAMLNode? {
    guard !root.isFlow, let entries = root.entries, root.span.end == entries.last?.value.span.end,
      let entry = entries.lastIndex(where: { start(ofLine: $0.keySpan.start.line) < head }),
      let items = entries[entry].value.items, let lastItem = items.last, !entries[entry].value.isFlow,
      entries[entry].value.span.end == lastItem.span.end, Self.isPlain(old.bytes)
    else { return nil }
    let column = entries[entry].value.span.start.column
    // What is put in before a dash may belong to the item before, so the item's line begins before the change.
    let first = count(of: items) { start(ofLine: $0) < head } - 1
    guard first >= 0 else { return nil }
    let next = max(first + 1, count(of: items) { start(ofLine: $0) < old.bytes.count - tail })
    let (firstLine, endLine) = (items[first].span.start.line, endLine(next, items, entry, root))
    guard let endLine, isEntry(old, firstLine, column), isEntry(new, firstLine, column),
      next == items.count || isEntry(old, endLine, column)
    else { return nil }
    let end = start(ofLine: endLine)
    let newEnd = end + new.bytes.count - old.bytes.count
    guard end >= old.bytes.count - tail, end == old.bytes.count || Self.isBreak(new.bytes[newEnd - 1]) else {
      return nil
    }
    let lines = Array(new.bytes[start(ofLine: firstLine)..<newEnd])
    guard Self.isPlain(lines), !Self.holdsMarker(lines),
      let list = YAMLComposer.list(lines, after: firstLine - 1, source: root.span.source), let found = list.items,
      list.span.start.line == firstLine, list.span.start.column == column
    else { return nil }
    return self.root(root, entry, replacing: first..<next, with: found)
  }

  /// The line behind the last that is composed anew: the next item's, the next key's, or none.
  private func endLine(_ next: Int, _ items: [YAMLNode], _ entry: Int, _ root: YAMLNode) -> Int? {
    if next < items.count { return items[next].span.start.line }
    guard let entries = root.entries, entry + 1 < entries.count else { return old.lineCount + 1 }
    let key = entries[entry + 1].keySpan.start
    return key.column == root.span.start.column ? key.line : nil
  }

  private func root(_ root: YAMLNode, _ entry: Int, replacing range: Range<Int>, with found: [YAMLNode]) -> YAMLNode? {
    guard var entries = root.entries, let items = entries[entry].value.items else { return nil }
    let shift = new.lineCount - old.lineCount
    var result: [YAMLNode] = []
    result.reserveCapacity(items.count - range.count + found.count)
    result += items[..<range.lowerBound]
    result += found
    result += shift == 0 ? items[range.upperBound...] : items[range.upperBound...].map { $0.moved(by: shift) }[...]
    let growth = found.reduce(0) { $0 + $1.weight } - items[range].reduce(0) { $0 + $1.weight }
    var value = entries[entry].value
    value.content = .sequence(result)
    value.weight += growth
    value.span.end = result[result.count - 1].span.end
    entries[entry].value = value
    if shift != 0 {
      for later in entries.indices where later > entry { entries[later] = entries[later].moved(by: shift) }
    }
    var patched = root
    patched.content = .mapping(entries)
    patched.weight += growth
    patched.span.end = entries[entries.count - 1].value.span.end
    return patched.weight <= YAMLComposer.Limit.nodes ? patched : nil
  }

  // MARK: Lines

  /// Where a line of the old text begins, as it does in the new one before the change; the text's end for one behind it.
  private func start(ofLine line: Int) -> Int {
    line <= old.lineCount ? old.lineBytes(line).startIndex : old.bytes.count
  }

  /// How many of the items begin on lines that come first.
  private func count(of items: [YAMLNode], where isBefore: (Int) -> Bool) -> Int {
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(items[middle].span.start.line) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Whether a line begins with a dash in a column, and something behind it.
  private func isEntry(_ file: SourceFile, _ line: Int, _ column: Int) -> Bool {
    let bytes = file.lineBytes(line)
    guard bytes.count > column else { return false }
    let dash = bytes.startIndex + column - 1
    return bytes[dash] == UInt8(ascii: "-") && bytes[dash + 1] == UInt8(ascii: " ")
      && bytes[..<dash].allSatisfy { $0 == UInt8(ascii: " ") }
  }

  /// Whether a line may be the mark of a document's start or end, behind which there is no list any more.
  private static func holdsMarker(_ bytes: [UInt8]) -> Bool {
    bytes.indices.contains { index in
      guard index == 0 || isBreak(bytes[index - 1]), index + 2 < bytes.count else { return false }
      let marks = bytes[index..<(index + 3)]
      return marks.allSatisfy { $0 == UInt8(ascii: ".") } || marks.allSatisfy { $0 == UInt8(ascii: "-") }
    }
  }

  private static func isBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

  /// Whether a text has no anchor, which may be used elsewhere, and no line break that editors take for none.
  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices {
        switch bytes[index] {
        case UInt8(ascii: "&"): return false
        case 0xC2 where index + 1 < bytes.count && bytes[index + 1] == 0x85: return false
        case 0xE2 where index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xFE == 0xA8:
          return false
        default: break
        }
      }
      return true
    }
  }
}

extension YAMLComposer {
  /// The tree of a text, `earlier` being one that may differ little from it, in whose tree nothing was found.
  package static func compose(
    _ file: SourceFile, source: SourceID, after earlier: (file: SourceFile, root: YAMLNode)?,
    into diagnostics: inout DiagnosticBag
  ) -> YAMLNode? {
    if let earlier, let root = TreePatch.root(of: file, source: source, after: earlier.file, earlier.root) {
      return root
    }
    return compose(file.bytes, source: source, into: &diagnostics)
  }
}

extension YAMLNode {
  /// The value so many lines further down.
  fileprivate func moved(by lines: Int) -> YAMLNode {
    var result = self
    result.span = span.moved(by: lines)
    switch content {
    case .scalar: break
    case .sequence(let items): result.content = .sequence(items.map { $0.moved(by: lines) })
    case .mapping(let entries): result.content = .mapping(entries.map { $0.moved(by: lines) })
    }
    return result
  }
}

extension YAMLEntry {
  fileprivate func moved(by lines: Int) -> YAMLEntry {
    YAMLEntry(key: key, keySpan: keySpan.moved(by: lines), value: value.moved(by: lines))
  }
}

extension Span {
  fileprivate func moved(by lines: Int) -> Span {
    Span(
      source: source, start: Position(line: start.line + lines, column: start.column),
      end: Position(line: end.line + lines, column: end.column))
  }
}

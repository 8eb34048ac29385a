import Diagnostics
import GraphIR
import Shapes
import SpecLanguage

/// A text at the end of a line.
package struct InlayHint: Hashable, Sendable {
  /// The end of the line's content.
  package var position: Position
  package var label: String
  /// The whole text where the label is cut, and what it is of.
  package var tooltip: String
  /// Whether an earlier text's network says it.
  package var isStale: Bool
}

extension DocumentSnapshot {
  /// The hints of a document, by line.
  ///
  /// While the text is broken each line says what is known of it best: what was built up to the fault, else what the
  /// last network has at the line, else what is read with the broken lines left out.
  ///
  /// - Parameters:
  ///   - lines: The lines that are asked for; nil for all.
  ///   - users: The networks of other documents that import this one; blocks alone have no shapes.
  package func inlayHints(lines: ClosedRange<Int>? = nil, users: [KnownNetwork] = []) -> [InlayHint] {
    var hints: [InlayHint] = []
    forEachInlayHint(lines: lines, users: users) { hints.append($0) }
    return hints
  }

  /// Calls `body` with each of these hints. A large network has tens of thousands, which need not be there at once.
  package func forEachInlayHint(
    lines: ClosedRange<Int>? = nil, users: [KnownNetwork] = [], _ body: (InlayHint) -> Void
  ) {
    guard settings.showsHints, settings.showsShapes || settings.showsParameters else { return }
    let lines = lines ?? 1...max(1, file.lineCount)
    if let network, !isStale || current?.attempt == nil && recovered == nil {
      forEachHint(of: network, in: lines, isStale: isStale, body)
    } else {
      for hint in otherHints(lines, users) { body(hint) }
    }
  }

  /// The hints of a text that is broken and says something nevertheless, or has blocks alone.
  private func otherHints(_ lines: ClosedRange<Int>, _ users: [KnownNetwork]) -> [InlayHint] {
    var hints: [InlayHint] = []
    // Of a line what is said first holds.
    func add(_ found: [InlayHint]) {
      if hints.isEmpty {
        hints = found
      } else if !found.isEmpty {
        let taken = Set(hints.map(\.position.line))
        hints += found.filter { !taken.contains($0.position.line) }
        hints.sort { $0.position < $1.position }
      }
    }
    if kind == .blocks {
      for user in users where hints.isEmpty { add(self.hints(of: user, in: lines, isStale: false)) }
    } else {
      if let current, let spec = current.spec, let attempt = current.attempt {
        var found: [InlayHint] = []
        forEachHint(
          ShapeIndex(spec, attempt, isWhole: false), of: current.sources, nodes: attempt.nodes, scopes: attempt.scopes,
          in: lines, isStale: false
        ) { found.append($0) }
        add(found)
      }
      if let network { add(self.hints(of: network, in: lines, isStale: true)) }
      if let recovered, let other = KnownNetwork(recovered) { add(self.hints(of: other, in: lines, isStale: true)) }
    }
    return hints
  }

  private func hints(of network: KnownNetwork, in lines: ClosedRange<Int>, isStale: Bool) -> [InlayHint] {
    var result: [InlayHint] = []
    forEachHint(of: network, in: lines, isStale: isStale) { result.append($0) }
    return result
  }

  private func forEachHint(
    of network: KnownNetwork, in lines: ClosedRange<Int>, isStale: Bool, _ body: (InlayHint) -> Void
  ) {
    forEachHint(
      network.shapes, of: network.compilation.sources, nodes: network.graph.nodes, scopes: network.graph.scopes,
      in: lines, isStale: isStale, body)
  }

  /// Calls `body` with hints in the order of their lines, which those of an earlier text keep.
  private func forEachHint(
    _ shapes: ShapeIndex, of sources: SourceTable, nodes: [Node], scopes: [Scope], in lines: ClosedRange<Int>,
    isStale: Bool, _ body: (InlayHint) -> Void
  ) {
    guard let index = sources.files.firstIndex(where: { $0.path == path }) else { return }
    let isSame = sources.files[index].bytes == file.bytes
    let map = isSame ? nil : LineMap(from: sources.files[index], to: file)
    var descriptions = ShapeDescriptions()
    shapes.forEachLine(in: index, choice) { old, item, occurrence, differs in
      guard let line = map == nil ? old : map?.new(old), lines.contains(line), file.indent(ofLine: line) != nil else {
        return
      }
      let whole = label(occurrence, differs: differs, nodes, scopes, &descriptions)
      if let hint = hint(on: line, whole, item.word, differs: differs, isStale: isStale) { body(hint) }
    }
  }

  /// What a line says; nil if that is nothing.
  private func hint(on line: Int, _ whole: String, _ word: String, differs: Bool, isStale: Bool) -> InlayHint? {
    guard !whole.isEmpty else { return nil }
    // What has few bytes has no more characters.
    let fits = whole.utf8.count <= settings.hintLength || whole.count <= settings.hintLength
    let label = fits ? whole : whole.prefix(max(1, settings.hintLength - 1)) + "…"
    var tooltip = "\(word): \(whole)"
    if differs { tooltip += "\nOther uses have other shapes." }
    if isStale { tooltip += "\nOf the last network that was whole." }
    return InlayHint(position: file.contentEnd(ofLine: line), label: String(label), tooltip: tooltip, isStale: isStale)
  }

  /// The texts of shapes, of which a network has far fewer than items.
  private struct ShapeDescriptions {
    private var known: [Shape: String] = [:]

    mutating func text(of shape: Shape) -> String {
      if let text = known[shape] { return text }
      let text = shape.description
      known[shape] = text
      return text
    }
  }

  private func label(
    _ occurrence: ShapeIndex.Occurrence, differs: Bool, _ nodes: [Node], _ scopes: [Scope],
    _ descriptions: inout ShapeDescriptions
  ) -> String {
    var parts: [String] = []
    if settings.showsShapes {
      var text = descriptions.text(of: occurrence.shape)
      if let copies = occurrence.copies { text += " ×\(copies)" }
      if differs { text += " ⋯" }
      parts.append(text)
    }
    if settings.showsParameters {
      let count = Totals(occurrence.part.nodes(nodes, scopes)).trainable
      if count > 0 { parts.append(NumberLabel.short(count)) }
    }
    return parts.count == 1 ? parts[0] : parts.joined(separator: " · ")
  }
}

extension ShapeIndex.Occurrence.Part {
  /// The nodes that an item comes to.
  func nodes(_ nodes: [Node], _ scopes: [Scope]) -> [Node] {
    var result: [Node] = []
    var open: [ShapeIndex.Occurrence.Part] = [self]
    while let part = open.popLast() {
      switch part {
      case .node(let id): result.append(nodes[id])
      case .scope(let id):
        for child in scopes[id].children.reversed() {
          switch child {
          case .node(let id): open.append(.node(id))
          case .scope(let id): open.append(.scope(id))
          }
        }
      }
    }
    return result
  }
}

/// Counts for small places.
package enum NumberLabel {
  /// `9.4K`, `25.6M`, `4.1G`.
  package static func short(_ count: Int) -> String {
    let units: [(Double, String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K")]
    guard let (size, unit) = units.first(where: { Double(count.magnitude) >= $0.0 }) else { return String(count) }
    let tenths = Int((Double(count) / size * 10).rounded())
    return tenths.isMultiple(of: 10) ? "\(tenths / 10)\(unit)" : "\(tenths / 10).\(abs(tenths % 10))\(unit)"
  }

  /// `+2.4M`, `−360K`.
  package static func signed(_ count: Int) -> String { (count < 0 ? "−" : "+") + short(abs(count)) }
}

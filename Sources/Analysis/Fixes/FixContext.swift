import Diagnostics
import GraphIR
import Layers
import Shapes
import SpecLanguage

/// What candidates are made from: the spec's items by their places, the nodes that were built, and the text.
struct FixContext {
  let spec: Spec
  let attempt: BuildAttempt
  let sources: SourceTable
  /// By the place of the operation.
  private var items: [Span: Item] = [:]
  /// By the place of the whole item, for calls of blocks.
  private var calls: [Span: Item] = [:]
  /// Lists that a layer could be added to.
  private(set) var loops: [ForEach] = []
  /// Of each value, how far apart its pixels are in the input.
  let scales: Scales

  init(spec: Spec, attempt: BuildAttempt, sources: SourceTable) {
    self.spec = spec
    self.attempt = attempt
    self.sources = sources
    scales = Scales(attempt)
    for item in spec.layers + spec.heads.map(\.item) { add(item) }
    for block in spec.blocks.values { for item in block.layers { add(item) } }
  }

  private mutating func add(_ item: Item) {
    items[item.operationSpan] = item
    if case .block = item.operation { calls[item.span] = item }
    if case .forEach(let loop) = item.operation { loops.append(loop) }
    for inner in item.directItems { add(inner) }
  }

  func item(at span: Span) -> Item? { items[span] }

  // MARK: Nodes

  /// The nodes that lead to some values, nearest first, each with its distance.
  func upstream(of values: [ValueID], limit: Int) -> [(node: Node, distance: Int)] {
    var result: [(Node, Int)] = []
    var seen: Set<Int> = []
    var front = values.compactMap(\.node)
    var distance = 0
    while !front.isEmpty, result.count < limit {
      var next: [Int] = []
      for id in front where attempt.nodes.indices.contains(id) && seen.insert(id).inserted {
        let node = attempt.nodes[id]
        result.append((node, distance))
        next += node.inputs.compactMap(\.node)
      }
      front = next
      distance += 1
    }
    return result
  }

  /// The value of a node's field, written or by default.
  func value(of field: String, in node: Node) -> FieldValue? {
    node.attributes.first { $0.name == field }?.value
      ?? LayerRegistry.declaration(node.keyword)?.field(named: field)?.defaultValue
  }

  func has(_ field: String, _ node: Node) -> Bool {
    LayerRegistry.declaration(node.keyword)?.field(named: field) != nil
  }

  // MARK: Edits

  /// The edit that gives a node's field another value: at the layer, or where a block's parameter hands it over.
  func setting(_ field: String, of node: Node, to text: String) -> Diagnostic.Edit? {
    guard let item = items[node.span], case .layer(let call) = item.operation else { return nil }
    return setting(field, to: text, in: item, arguments: call.arguments, written: call.written, scope: node.scope)
  }

  func setting(
    _ name: String, to text: String, in item: Item, arguments: [Argument], written: WrittenArguments, scope: Int
  ) -> Diagnostic.Edit? {
    guard let argument = arguments.first(where: { $0.name == name }) else {
      return adding("\(name): \(text)", to: item, written)
    }
    switch argument.value.form {
    case .expression(let expression):
      if expression.literal != nil { return Diagnostic.Edit(argument.value.span, replacement: text) }
      guard case .path(let path) = expression.node, path.count == 1 else { return nil }
      return settingParameter(path[0], to: text, scope: scope)
    case .word, .list: return Diagnostic.Edit(argument.value.span, replacement: text)
    case .table, .initializers, .item, .reference, .choice: return nil
    }
  }

  /// Gives a block's parameter another value where the block is used.
  private func settingParameter(_ name: String, to text: String, scope: Int) -> Diagnostic.Edit? {
    var current: Int? = scope
    while let id = current, attempt.scopes.indices.contains(id) {
      let scope = attempt.scopes[id]
      current = scope.parent
      switch scope.kind {
      case .module, .blockList: break
      default: continue
      }
      guard let item = calls[scope.span], case .block(let call) = item.operation, let outer = scope.parent else {
        return nil
      }
      return setting(name, to: text, in: item, arguments: call.arguments, written: call.written, scope: outer)
    }
    return nil
  }

  private func adding(_ pair: String, to item: Item, _ written: WrittenArguments) -> Diagnostic.Edit? {
    switch written {
    case .flow(let span):
      let place = Span(source: span.source, start: span.end.advanced(by: -1), end: span.end.advanced(by: -1))
      let isEmpty = sources[span.source].text(of: span).allSatisfy { " {}".contains($0) }
      return Diagnostic.Edit(place, replacement: isEmpty ? pair : ", \(pair)")
    case .block(let span):
      let place = Span(source: span.source, start: span.start, end: span.start)
      let indent = String(repeating: " ", count: span.start.column - 1)
      return Diagnostic.Edit(place, replacement: "\(pair)\n\(indent)")
    case .none:
      let call = "\(item.word): {\(pair)}"
      // A bare word that is a branch by itself needs braces to become a mapping.
      let isInList =
        item.style != .word || ["-", ",", "["].contains(textBefore(item.operationSpan).last.map(String.init) ?? "")
      return Diagnostic.Edit(item.operationSpan, replacement: isInList ? call : "{\(call)}")
    }
  }

  /// The edit that gives a residual another shortcut.
  func settingShortcut(of item: Item, to text: String) -> Diagnostic.Edit? {
    guard case .residual(_, let shortcut, _) = item.operation else { return nil }
    if shortcut.isWritten { return Diagnostic.Edit(shortcut.span, replacement: text) }
    let source = item.span.source
    guard item.style == .flow else {
      let line = sources[source].line(item.span.end.line)
      let end = Position(line: item.span.end.line, column: line.unicodeScalars.count + 1)
      let indent = String(repeating: " ", count: item.span.start.column - 1)
      return Diagnostic.Edit(Span(source: source, start: end, end: end), replacement: "\n\(indent)shortcut: \(text)")
    }
    let written = sources[source].text(of: item.span)
    guard written.hasPrefix("{") else {
      return Diagnostic.Edit(item.span, replacement: "{\(written), shortcut: \(text)}")
    }
    let end = item.span.end.advanced(by: -1)
    return Diagnostic.Edit(Span(source: source, start: end, end: end), replacement: ", shortcut: \(text)")
  }
}

import Diagnostics
import Expressions
import Layers
import YAML

/// Items of layer lists: one operation with what stands beside it.
extension SpecDecoder {
  static let nodeKeys = ["name", "from", "when", "repeat", "expect"]
  static let combinators = [
    "seq", "layers", "for_each", "branches", "residual", "gate", "append", "split", "splice", "use", "share",
    "identity",
  ]
  /// Items of one list, at most: as many as a network has nodes.
  private static let listLimit = 100_000
  /// Keys that belong to a combinator rather than to the node.
  static let companions: [String: [String]] = [
    "branches": ["join"], "split": ["join", "shares"], "residual": ["shortcut", "scale"],
    "use": ["with"],
  ]

  /// The items of a list of layers, those taken from an earlier decoding that are the same.
  mutating func items(
    _ node: YAMLNode, in owner: String, earlier: SpecReading.EarlierLayers? = nil
  ) -> [Item] {
    guard let nodes = node.items else {
      let file = reader.sources[node.span.source]
      let dash = file.line(node.span.start.line).unicodeScalars.dropFirst(node.span.start.column - 1)
      let isNearlyDash = dash.first == "-" && dash.dropFirst().first != " "
      report(
        .wrongType, "\(owner) is a list of layers, not \(node.kindDescription)", at: node.span,
        notes: [.init(isNearlyDash ? "a space belongs behind the '-'" : "begin each layer with `- `")])
      return []
    }
    if nodes.isEmpty { report(.emptyBranch, "\(owner) has no layers", at: node.span) }
    guard nodes.count <= Self.listLimit else {
      report(.limit, "\(owner) has more than \(Self.listLimit) items", at: nodes[Self.listLimit].span)
      return []
    }
    var items: [Item] = []
    items.reserveCapacity(nodes.count)
    var next = nodes.startIndex
    while next < nodes.endIndex, !reader.diagnostics.isFull {
      let beside = node.isFlow ? countBeside(nodes[next...]) : 0
      if let known = earlier?.item(next, for: nodes[next]) {
        items.append(known)
      } else if beside > 0 {
        reportBeside(nodes[next...next + beside])
      } else if let item = item(nodes[next], in: owner) {
        items.append(item)
      }
      next += 1 + beside
    }
    return items
  }

  /// One item: a bare word, or a mapping with an operation.
  mutating func item(_ node: YAMLNode, in owner: String) -> Item? {
    switch node.content {
    case .scalar(let word, _):
      if node.isEmpty {
        report(.noOperation, "an item of \(owner) is empty", at: node.span)
        return nil
      }
      return operation(word, at: node.span, value: nil, companions: [:]).map {
        Item(operation: $0, operationSpan: node.span, span: node.span)
      }
    case .sequence:
      report(
        .wrongType, "a list stands where an item of \(owner) belongs", at: node.span,
        notes: [.init("write its items here, or `seq: […]` for a list within the list")])
      return nil
    case .mapping:
      return mapping(node, for: "an item").flatMap { item(node, entries: $0) }
    }
  }

  private mutating func item(_ node: YAMLNode, entries written: [YAMLEntry]) -> Item? {
    let entries = spellingOperation(written)
    let companionKeys = entries.lazy.compactMap { Self.companions[$0.key] }.first ?? []
    var nodeEntries: [String: YAMLEntry] = [:]
    var companions: [String: YAMLEntry] = [:]
    var operations: [YAMLEntry] = []
    var unknown: [YAMLEntry] = []
    for entry in entries {
      if Self.nodeKeys.contains(entry.key) {
        nodeEntries[entry.key] = entry
      } else if companionKeys.contains(entry.key) {
        companions[entry.key] = entry
      } else if isOperation(entry.key) {
        operations.append(entry)
      } else {
        unknown.append(entry)
      }
    }
    guard let chosen = chooseOperation(operations, unknown: unknown, node: node) else { return nil }
    for entry in unknown where !reader.diagnostics.isFull {
      guard let meant = reportBeside(chosen.key, entry, known: Self.nodeKeys + companionKeys, in: node) else {
        continue
      }
      var spelled = entry
      spelled.key = meant
      if companionKeys.contains(meant) { companions[meant] = spelled } else { nodeEntries[meant] = spelled }
    }
    guard let decoded = operation(chosen.key, at: chosen.keySpan, value: chosen.value, companions: companions) else {
      return nil
    }
    var item = Item(operation: decoded, operationSpan: chosen.keySpan, span: node.span)
    item.style = node.isFlow ? .flow : .block
    annotate(&item, with: nodeEntries)
    return item
  }

  func isOperation(_ word: String) -> Bool {
    Self.combinators.contains(word) || LayerRegistry.declaration(word) != nil || blocks[word] != nil
      || announcedBlocks.contains(word)
  }

  /// The operations that an item may have here.
  var operationWords: [String] {
    mutating get {
      // A block cannot use itself, nor what leads to it.
      let circle = openBlock.map { blocksLeading(to: $0) } ?? []
      return Self.combinators + LayerRegistry.declarations.keys.sorted()
        + blocks.keys.filter { !circle.contains($0) }.sorted()
    }
  }

  private mutating func annotate(_ item: inout Item, with entries: [String: YAMLEntry]) {
    item.name = entries["name"].flatMap { nameTemplate($0.value) }
    if case .splice = item.operation, let entry = entries["name"] {
      report(
        .unknownKey, "what is spliced takes no name, for its items stand in the list around", at: entry.keySpan,
        notes: [.init("write `seq` for a list with a name")])
      item.name = nil
    }
    if let name = item.name { reportInnerNames(of: item, named: name) }
    item.from = entries["from"].flatMap { references($0.value) }
    item.when = entries["when"].flatMap { expression($0.value, for: "when", type: .bool) }
    item.copies = entries["repeat"].flatMap { expression($0.value, for: "repeat") }
    item.expectation = entries["expect"].flatMap { expectation($0.value) }
    if case .forEach = item.operation, let entry = entries["repeat"] {
      report(.unknownKey, "for_each takes no repeat; its rows say how often", at: entry.keySpan)
      item.copies = nil
    }
  }

  /// Names written within an item whose own name they would give way to.
  private mutating func reportInnerNames(of item: Item, named name: NameTemplate) {
    let body: (items: [Item], isSingle: Bool)? =
      switch item.operation {
      case .residual(let body, _, _), .gate(let body), .append(let body): (body.items, body.isSingle)
      case .sequence(let items): (items, false)
      default: nil
      }
    guard let body, body.isSingle || name.usesIndex else { return }
    for inner in body.items.compactMap(\.name) {
      report(
        .doubleName, "the name written outside is this item's already", at: inner.span,
        notes: [
          .init(body.isSingle ? "leave one of them out" : "with `i` it names each item of the list", at: name.span)
        ])
    }
  }

  // MARK: Operations

  mutating func operation(
    _ word: String, at span: Span, value: YAMLNode?, companions: [String: YAMLEntry]
  ) -> ItemOperation? {
    if Self.combinators.contains(word) {
      guard word == "identity" || value.map({ !$0.isEmpty }) ?? false else {
        report(.missingKey, "\(word) needs a value", at: span, notes: [.init("see `cnnc layers \(word)`")])
        return nil
      }
      return combinator(word, at: span, value: value, companions: companions)
    }
    if let declaration = LayerRegistry.declaration(word) {
      return .layer(
        LayerCall(
          declaration, arguments: value.map { arguments($0, of: declaration) } ?? [], unit: unit,
          written: WrittenArguments(value)))
    }
    if let block = blocks[word] {
      let written = value.map { arguments($0, of: block) } ?? []
      // What is handed over may get the rest where it is used.
      for parameter in block.parameters
      where !isHandingOver && parameter.defaultValue == nil && !written.contains(where: { $0.name == parameter.name }) {
        // A projection's first item gets these from the residual around it; the builder knows.
        if ["out", "stride"].contains(parameter.name) { continue }
        report(
          .missingKey, "\(word) needs '\(parameter.name)'", at: span,
          notes: [.init("declared here", at: parameter.nameSpan)])
      }
      return .block(BlockCall(block: word, arguments: written, written: WrittenArguments(value)))
    }
    if announcedBlocks.contains(word) {
      return .block(BlockCall(block: word, arguments: [], written: WrittenArguments(value)))
    }
    if value == nil, isVariable(word) {
      reportBareParameter(word, at: span)
    } else {
      reportUnknownOperation(word, at: span)
    }
    return nil
  }

  /// The fields of a layer.
  mutating func arguments(_ node: YAMLNode, of declaration: LayerDeclaration) -> [Argument] {
    arguments(
      node, of: declaration.keyword, known: { declaration.written.map(\.name) },
      required: { declaration.fields.filter(\.isRequired).map(\.name) },
      type: { declaration.writtenField(named: $0).map { ExpectedType($0.type) } })
  }

  private mutating func arguments(_ node: YAMLNode, of block: Block) -> [Argument] {
    arguments(
      node, of: block.name, known: { block.parameters.map(\.name) },
      required: { block.parameters.filter { $0.defaultValue == nil }.map(\.name) },
      type: { name in block.parameters.first { $0.name == name }.map { ExpectedType($0.type) } })
  }

  /// The entries of a mapping as arguments; which names are known, and which required, is asked where one is at fault.
  mutating func arguments(
    _ node: YAMLNode, of owner: String, known: () -> [String], required: () -> [String],
    type: (String) -> ExpectedType?
  ) -> [Argument] {
    if node.isEmpty { return [] }
    guard let written = node.entries else {
      reportBareValue(node, of: owner, known: known(), required: required())
      return []
    }
    var result: [Argument] = []
    result.reserveCapacity(written.count)
    for entry in mapping(node, for: owner) ?? [] where !reader.diagnostics.isFull {
      var name = entry.key
      var expected = type(name)
      if expected == nil {
        guard let meant = reportUnknownField(entry, of: owner, known: known(), in: node) else { continue }
        name = meant
        expected = type(name)
      }
      guard let expected, let value = value(entry.value, type: expected, for: name) else { continue }
      result.append(Argument(name: name, nameSpan: entry.keySpan, value: value))
    }
    return result
  }

  /// `dropout: 0.5` stands where `dropout: {rate: 0.5}` belongs.
  private mutating func reportBareValue(_ node: YAMLNode, of owner: String, known: [String], required: [String]) {
    let message = "\(owner) takes its fields in {}, not \(node.kindDescription)"
    if reportNodes(node, of: owner) { return }
    let isTrue = node.text == "true" && required.isEmpty
    // `BatchNorm2d(64)`: channels, which no field of a norm is.
    let areChannels =
      required.isEmpty && node.text.flatMap { Int($0) } ?? 0 > 0
      && known.contains { ["epsilon", "per_channel"].contains($0) }
    guard let field = required.first ?? known.first, !isTrue, !areChannels else {
      let fix = withoutValue(node, of: owner).map {
        Diagnostic.Fix("write \(owner) alone", edit: $0, isUnambiguous: true)
      }
      let reason =
        known.isEmpty
        ? "for it has no fields"
        : areChannels ? "for its channels follow from what flows in" : "for it needs no fields"
      report(
        .wrongType, message, at: node.span, notes: [.init("write `\(owner)` alone, \(reason)")],
        fixes: fix.map { [$0] } ?? [])
      return
    }
    let rest = required.dropFirst().map { ", \($0): …" }.joined()
    // Several numbers in one text are several fields; `0,5` is one with a decimal comma.
    let isOne = { (text: String) in
      !text.contains { ",()".contains($0) } || rest.isEmpty && text.wholeMatch(of: /\d+,\d+/) != nil
    }
    let text = node.text.flatMap { $0.count <= 30 && isOne($0) ? $0 : nil } ?? "…"
    let replacement = "{\(field): \(text)\(rest)}"
    guard rest.isEmpty, text != "…" else {
      report(.wrongType, message, at: node.span, notes: [.init("write `\(owner): \(replacement)`")])
      return
    }
    report(
      .wrongType, message, at: node.span,
      fixes: [
        .init("write \(owner): \(replacement)", edit: .init(node.span, replacement: replacement), isUnambiguous: true)
      ])
  }
}

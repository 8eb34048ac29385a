import Diagnostics
import YAML

/// Items of layer lists, and the levels that their names make.
extension SymbolIndex {
  mutating func addLevel(parent: Int?, isEdge: Bool = false, isNumbered: Bool = false) -> Int {
    levels.append(NameLevel(parent: parent, isEdge: isEdge, isNumbered: isNumbered))
    return levels.count - 1
  }

  mutating func declareNode(
    _ name: String, _ span: Span, _ whole: Span, _ target: NameLevel.Target, _ names: Names
  ) {
    note(.node(level: names.level, name), span, declares: true, whole: whole)
    levels[names.level].targets[name] = target
  }

  mutating func walkItems(_ node: YAMLNode, _ names: Names) {
    for item in node.items ?? [] { walkItem(item, names, isInList: true) }
  }

  /// A list of layers, or one in its place.
  mutating func walkBody(_ node: YAMLNode, _ names: Names) {
    if node.items != nil { walkItems(node, names) } else { walkItem(node, names) }
  }

  mutating func walkItem(_ node: YAMLNode, _ names: Names, isInList: Bool = false, isHead: Bool = false) {
    let isNumbered = isInList && levels[names.level].isNumbered
    if let word = node.text {
      operation(word, node.span, names)
      if isNumbered { levels[names.level].numbered.append(target(word, nil)) }
      return
    }
    guard let entries = node.entries else { return walkItems(node, names) }
    let name = entries.first { $0.key == "name" }
    let literal = name?.value.text.flatMap { $0.contains("$") ? nil : $0 }
    let isRepeated = entries.contains { $0.key == "repeat" }
    // What is named is a level for the names within; in a numbered list a number is a name too.
    var inner = names
    let operation = entries.first { NameLevel.isLeveled($0.key) }
    if let operation, name != nil || isNumbered || operation.key == "layers" {
      inner.level = addLevel(parent: names.level, isNumbered: operation.key != "layers")
    }
    var target = NameLevel.Target.nothing
    if inner.level != names.level { target = .level(inner.level) }
    for entry in entries {
      if case .block(let block) = self.target(entry.key, entry.value) { target = .block(block) }
    }
    if isRepeated { target = .copies(target) }
    if let literal, let name {
      declareNode(literal, name.value.span, node.span, target, names)
    } else if let name {
      template(name.value, names)
    }
    if isNumbered { levels[names.level].numbered.append(target) }
    for entry in entries where entry.key != "name" { walkEntry(entry, names, inner) }
  }

  mutating func walkEntry(_ entry: YAMLEntry, _ names: Names, _ inner: Names) {
    switch entry.key {
    case "seq", "layers", "residual", "gate", "append", "splice": walkBody(entry.value, inner)
    case "branches", "split":
      for branch in entry.value.entries ?? [] {
        var own = inner
        var target = NameLevel.Target.nothing
        if branch.value.items != nil {
          own.level = addLevel(parent: inner.level, isNumbered: true)
          target = .level(own.level)
        }
        declareNode(branch.key, branch.keySpan, whole(branch), target, inner)
        walkBody(branch.value, own)
      }
      for branch in entry.value.items ?? [] { walkBody(branch, inner) }
    case "for_each": walkLoop(entry.value, inner)
    case "shortcut": walkShortcut(entry.value, inner)
    case "share": reference(entry.value, names)
    case "use":
      if let word = entry.value.text { variable(word, entry.value.span, names) }
    case "with": for argument in entry.value.entries ?? [] { walk(argument.value, .value, names) }
    default:
      let place = Place.item.next(entry.key)
      switch place {
      case .fields: operation(entry.key, entry.keySpan, names)
      case .arguments(let block):
        operation(entry.key, entry.keySpan, names)
        for argument in entry.value.entries ?? [] {
          note(.blockParameter(block: block, argument.key), argument.keySpan)
          walk(argument.value, .value, names)
        }
        return
      default: break
      }
      // `scale: 2` beside a residual is a number, no layer.
      if case .fields = place, entry.value.entries == nil, !entry.value.isEmpty {
        return expressions(entry.value, names)
      }
      walk(entry.value, place, names, owner: entry.key)
    }
  }

  mutating func walkShortcut(_ node: YAMLNode, _ names: Names) {
    guard let entries = node.entries else { return walkBody(node, names) }
    let name = entries.first { $0.key == "name" }
    guard let project = entries.first(where: { $0.key == "project" }) else { return walkItem(node, names) }
    var inner = names
    if let name, let literal = name.value.text, !literal.contains("$") {
      if project.value.items != nil { inner.level = addLevel(parent: names.level, isNumbered: true) }
      let target: NameLevel.Target = inner.level == names.level ? .nothing : .level(inner.level)
      declareNode(literal, name.value.span, node.span, target, names)
    }
    for entry in entries where entry.key == "when" { expressions(entry.value, names) }
    walkBody(project.value, inner)
  }

  mutating func walkLoop(_ node: YAMLNode, _ names: Names) {
    var inner = names
    let entries = node.entries ?? []
    for entry in entries where entry.key == "as" {
      guard let name = entry.value.text else { continue }
      let symbol = Symbol.loopVariable(node.span, name)
      note(symbol, entry.value.span, declares: true, whole: whole(entry))
      inner.variables[name] = symbol
    }
    for entry in entries where entry.key == "rows" {
      guard let rows = entry.value.items else {
        expressions(entry.value, names)
        continue
      }
      for (index, row) in rows.enumerated() {
        for column in row.entries ?? [] {
          let symbol = Symbol.loopVariable(node.span, column.key)
          note(symbol, column.keySpan, declares: index == 0, whole: whole(column))
          inner.variables[column.key] = symbol
          walk(column.value, .value, names)
        }
      }
    }
    for entry in entries where entry.key == "layers" { walkItems(entry.value, inner) }
  }

  func target(_ word: String, _ value: YAMLNode?) -> NameLevel.Target {
    Place.isBlockName(word) ? .block(word) : .nothing
  }

  mutating func operation(_ word: String, _ span: Span, _ names: Names) {
    if Place.isBlockName(word) { note(.block(word), span) }
  }

  mutating func walkFields(_ node: YAMLNode, _ place: Place, _ names: Names) {
    for entry in node.entries ?? [] {
      // What a comma has cut off an expression stands as a key without a value.
      if entry.value.isEmpty {
        expression(entry.key, entry.keySpan.start, entry.keySpan.source, names)
      } else {
        walk(entry.value, place.next(entry.key), names, owner: entry.key)
      }
    }
  }

  mutating func initializers(_ node: YAMLNode, _ names: Names) {
    if let items = node.items { for item in items { initializers(item, names) } }
    for entry in node.entries ?? [] {
      if entry.value.text != nil, entry.key != "file" {
        expressions(entry.value, names)
      } else {
        initializers(entry.value, names)
      }
    }
  }
}

extension NameLevel {
  /// Whether the names of what an operation holds stand on a level of their own, once it has a name.
  static func isLeveled(_ key: String) -> Bool {
    ["seq", "layers", "residual", "gate", "append", "for_each", "branches", "split"].contains(key)
  }
}

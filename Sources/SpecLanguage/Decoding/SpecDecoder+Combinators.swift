import Diagnostics
import Expressions
import YAML

/// Lists and combinators: seq, for_each, branches, residual, gate, append, split, share, use.
extension SpecDecoder {
  mutating func combinator(
    _ word: String, at span: Span, value: YAMLNode?, companions: [String: YAMLEntry]
  ) -> ItemOperation? {
    guard let value else { return .identity }
    switch word {
    case "identity":
      if !value.isEmpty { report(.unknownKey, "identity has no fields", at: value.span) }
      return .identity
    case "seq": return .sequence(items(value, in: "seq"))
    case "layers": return .level(items(value, in: "layers"))
    case "for_each": return forEach(value).map { .forEach($0) }
    case "branches":
      guard let branches = branches(value, of: word), let join = join(companions["join"], at: span) else { return nil }
      return .branches(branches, join: join)
    case "split":
      guard let branches = branches(value, of: word), let join = join(companions["join"], at: span) else { return nil }
      let shares = companions["shares"].map { expressions($0.value, for: "shares") ?? [] } ?? []
      if let entry = companions["shares"], !shares.isEmpty, shares.count != branches.count {
        report(.shares, "there are \(shares.count) shares for \(branches.count) branches", at: entry.value.span)
        return nil
      }
      return .split(branches, shares: shares, join: join)
    case "residual":
      guard let body = body(value, of: word) else { return nil }
      let scale = companions["scale"].flatMap { expression($0.value, for: "scale", type: .float) }
      let shortcut =
        companions["shortcut"].flatMap { self.shortcut($0) } ?? Shortcut(form: .identity, span: span, isWritten: false)
      return .residual(body, shortcut, scale: scale)
    case "gate": return body(value, of: word).map { .gate($0) }
    case "append": return body(value, of: word).map { .append($0) }
    case "share": return reference(value).map { .share($0) }
    case "splice": return body(value, of: word).map { .splice($0) }
    default:
      guard let name = text(value, for: "use") else { return nil }
      if name.contains(" if "), name.contains(" else ") {
        report(
          .illFormedName, "use takes the name of one parameter, not a choice", at: value.span,
          notes: [.init("choose where the parameter gets its value, or write an item with `when` for each")])
        return nil
      }
      let arguments = companions["with"].map { self.with($0.value) } ?? []
      return checkName(name, at: value.span) ? .use(name, value.span, with: arguments) : nil
    }
  }

  /// `{out: 64}`: arguments for a layer that is known when the network is built.
  private mutating func with(_ node: YAMLNode) -> [Argument] {
    (mapping(node, for: "with") ?? []).compactMap { entry in
      guard checkVariable(entry.key, at: entry.keySpan) else { return nil }
      return value(entry.value, type: .column, for: entry.key).map {
        Argument(name: entry.key, nameSpan: entry.keySpan, value: $0)
      }
    }
  }

  /// A list of items, or one item in place of a list.
  mutating func body(_ node: YAMLNode, of owner: String) -> Body? {
    guard let nodes = node.items else {
      if node.isEmpty {
        report(.emptyBranch, "\(owner) is empty; what passes its input on is `identity`", at: node.span)
        return nil
      }
      return item(node, in: owner).map { Body(items: [$0], isSingle: true, span: node.span) }
    }
    if nodes.isEmpty {
      report(.emptyBranch, "\(owner) is empty; what passes its input on is `identity`", at: node.span)
      return nil
    }
    return Body(items: nodes.compactMap { item($0, in: owner) }, isSingle: false, span: node.span)
  }

  private mutating func branches(_ node: YAMLNode, of owner: String) -> [Branch]? {
    var result: [Branch] = []
    switch node.content {
    case .mapping:
      for entry in mapping(node, for: owner) ?? [] {
        checkName(entry.key, at: entry.keySpan)
        guard let body = body(entry.value, of: "branch \(entry.key.shown)") else { continue }
        if body.isSingle, let name = body.items[0].name {
          report(
            .doubleName, "the key '\(entry.key.shown)' names the branch already", at: name.span,
            notes: [.init("leave the inner name out, or write the branches as a list without keys", at: entry.keySpan)])
        }
        result.append(Branch(name: entry.key, nameSpan: entry.keySpan, body: body))
      }
    case .sequence(let nodes):
      for node in nodes {
        guard let body = body(node, of: "a branch") else { continue }
        result.append(Branch(name: nil, nameSpan: node.span, body: body))
      }
    case .scalar:
      report(.wrongType, "\(owner) is a mapping or a list of branches, not \(node.kindDescription)", at: node.span)
      return nil
    }
    if node.items?.isEmpty ?? node.entries?.isEmpty ?? false {
      report(.emptyBranch, "\(owner) has no branches", at: node.span)
    }
    return result.isEmpty ? nil : result
  }

  private mutating func join(_ entry: YAMLEntry?, at span: Span) -> Join? {
    let words = Join.allCases.map(\.rawValue)
    guard let entry else {
      report(
        .missingKey, "how do the branches come together? write `join: concat`", at: span,
        notes: [.init("join is one of \(words.joined(separator: ", "))")])
      return nil
    }
    guard let word = entry.value.text, let join = Join(rawValue: word) else {
      reportWrongWord(
        "join is one of \(words.joined(separator: ", ")), not \(entry.value.kindDescription)", entry.value.text ?? "",
        among: words, at: entry.value.span)
      return nil
    }
    return join
  }

  // MARK: Shortcuts

  private static let shortcutWords = ["identity", "when_same", "pad_channels"]

  private static func form(ofWord word: String) -> Shortcut.Form? {
    switch word {
    case "identity": .identity
    case "when_same": .whenSame
    case "pad_channels": .padChannels
    default: nil
    }
  }

  private mutating func shortcut(_ entry: YAMLEntry) -> Shortcut? {
    let node = entry.value
    if let word = node.text, let form = Self.form(ofWord: word) { return Shortcut(form: form, span: node.span) }
    let words = Self.shortcutWords + ["project"]
    if node.text == "project" {
      report(
        .missingKey, "project says what the input becomes where the shapes differ: `shortcut: {project: …}`",
        at: node.span,
        fixes: [.init("write {project: conv}", edit: .init(node.span, replacement: "{project: conv}"))])
      return nil
    }
    // What is meant is open: nothing added, or nothing done to the input that is.
    if let word = node.text, ["none", "false", "no", "off"].contains(word.lowercased()), !isOperation(word) {
      report(
        .wrongWord, "no shortcut '\(word.shown)'", at: node.span,
        notes: [
          .init("`identity`, the default, adds the input as it is; a body to which nothing is added is `seq`"),
          .init("`when_same` adds nothing where the shapes differ"),
        ])
      return nil
    }
    if let word = node.text, !node.isEmpty, !isOperation(word), Synonyms.isNear(word, to: words) {
      reportWrongWord("no shortcut '\(word.shown)'", word, among: words, at: node.span)
      return nil
    }
    guard let entries = node.entries else {
      return body(node, of: "shortcut").map { Shortcut(form: .always($0), span: node.span) }
    }
    // With a `from`, identity is an item as any other.
    let isItem = entries.contains { $0.key == "from" } && entries.contains { $0.key == "identity" }
    guard !isItem, entries.contains(where: { isShortcutWord($0.key) }) else { return namedShortcut(node) }
    guard let keys = keyedValues(node, of: "shortcut", known: ["name", "when", "project"] + Self.shortcutWords) else {
      return nil
    }
    var form: Shortcut.Form = .identity
    if let project = keys["project"] {
      guard let body = body(project.value, of: "project") else { return nil }
      if body.isSingle, let inner = body.items[0].name, keys["name"] != nil {
        report(.doubleName, "the shortcut has a name already", at: inner.span)
      }
      form = .project(body)
    } else if let word = Self.shortcutWords.first(where: { keys[$0] != nil }) {
      form = Self.form(ofWord: word) ?? .identity
    }
    return Shortcut(
      form: form, span: node.span, name: keys["name"].flatMap { nameTemplate($0.value) },
      when: keys["when"].flatMap { expression($0.value, for: "when", type: .bool) })
  }

  /// Whether a key is a word of shortcuts, perhaps misspelled.
  private func isShortcutWord(_ key: String) -> Bool {
    let words = Self.shortcutWords + ["project"]
    return words.contains(key)
      || !isOperation(key) && !Self.nodeKeys.contains(key) && Synonyms.hint(for: key, among: words)?.replacement != nil
  }

  /// `{name: downsample, seq: […]}`: an item whose name and condition are the shortcut's.
  private mutating func namedShortcut(_ node: YAMLNode) -> Shortcut? {
    guard var item = item(node, in: "shortcut") else { return nil }
    let (name, when) = (item.name, item.when)
    item.name = nil
    item.when = nil
    return Shortcut(
      form: .always(Body(items: [item], isSingle: true, span: node.span)), span: node.span, name: name, when: when)
  }

  // MARK: for_each

  private mutating func forEach(_ node: YAMLNode) -> ForEach? {
    guard let keys = keyedValues(node, of: "for_each", known: ["rows", "layers", "as"]) else { return nil }
    guard let rowsEntry = keys["rows"], let layersEntry = keys["layers"] else {
      report(.missingKey, "for_each needs \(keys["rows"] == nil ? "rows" : "layers")", at: node.span)
      return nil
    }
    let variable = keys["as"].flatMap { text($0.value, for: "as") }
    if let variable, let entry = keys["as"] { checkVariable(variable, at: entry.value.span) }
    // The rows come first, for a column may be a layer that the layers use by its name.
    guard let rows = rows(rowsEntry.value) else { return nil }
    let layers = items(layersEntry.value, in: "for_each")
    return ForEach(rows: rows, layers: layers, variable: variable, variableSpan: keys["as"]?.value.span)
  }

  private mutating func rows(_ node: YAMLNode) -> ForEach.Rows? {
    guard let nodes = node.items else { return expression(node, for: "rows").map { .count($0) } }
    var rows: [[Argument]] = []
    for node in nodes {
      guard let row = self.row(node) else { return nil }
      if let first = rows.first, Set(first.map(\.name)) != Set(row.map(\.name)) {
        let difference = Set(first.map(\.name)).symmetricDifference(row.map(\.name)).sorted().joined(separator: ", ")
        report(
          .rowColumns, "this row has other columns than the first one: \(difference)", at: node.span,
          notes: [.init("the first row", at: nodes[0].span)])
        return nil
      }
      rows.append(row)
    }
    return .table(rows)
  }

  private mutating func row(_ node: YAMLNode) -> [Argument]? {
    guard let entries = mapping(node, for: "a row") else { return nil }
    var row: [Argument] = []
    for entry in entries {
      columnNames.insert(entry.key)
      guard checkVariable(entry.key, at: entry.keySpan),
        let value = value(entry.value, type: .column, for: "column \(entry.key.shown)")
      else { return nil }
      row.append(Argument(name: entry.key, nameSpan: entry.keySpan, value: value))
    }
    return row
  }
}

/// An entry of a layer list in an expanded spec: no blocks, loops or expressions.
struct ExpandedItem {
  indirect enum Operation {
    /// A layer kind with its fields as they are printed.
    case layer(String, fields: [(name: String, value: String)])
    case identity
    /// The layer with the weights, once more.
    case share(String)
    /// A named list of layers; `isLevel` for `layers:`, else `seq:`.
    case list([ExpandedItem], isLevel: Bool)
    case branches([[ExpandedItem]], join: String)
    case split([[ExpandedItem]], shares: [Int], join: String)
    case residual([ExpandedItem], Shortcut, scale: String?)
    case gate([ExpandedItem])
    case append([ExpandedItem])
  }

  enum Shortcut {
    case word(String)
    case items([ExpandedItem])
    /// Nothing is added to the body.
    case none
  }

  var name: String?
  /// References to the values that flow in, where that is not the entry before.
  var from: [String] = []
  var operation: Operation
  /// Where the entry comes from.
  var comment = ""
  /// Whether the body of a combinator is printed as one item in place of a list.
  var hasSingleBody = false

  init(name: String? = nil, from: [String] = [], _ operation: Operation, comment: String = "") {
    self.name = name
    self.from = from
    self.operation = operation
    self.comment = comment
  }
}

/// A line of an expanded spec with its comment, which alignment moves to the right.
struct ExpandedLine {
  var text: String
  var comment = ""

  func indented(_ spaces: Int) -> ExpandedLine {
    ExpandedLine(text: String(repeating: " ", count: spaces) + text, comment: comment)
  }
}

/// Prints entries as YAML: a layer a line.
enum ExpandedItemPrinter {
  /// The entries of a list, each with its dash.
  static func list(_ items: [ExpandedItem]) -> [ExpandedLine] { items.flatMap { dashed(entry($0)) } }

  /// An entry without the dash: a word or a mapping.
  static func entry(_ item: ExpandedItem, extra: [(key: String, value: String)] = []) -> [ExpandedLine] {
    var keys: [String] = []
    if let name = item.name { keys.append("name: \(name)") }
    if item.from.count == 1 { keys.append("from: \(item.from[0])") }
    if item.from.count > 1 { keys.append("from: [\(item.from.joined(separator: ", "))]") }
    keys += extra.map { "\($0.key): \($0.value)" }
    switch item.operation {
    case .identity: return [line(keys, "identity", item)]
    case .share(let reference): return [line(keys, "share: \(reference)", item)]
    case .layer(let keyword, let fields):
      let list = fields.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
      return [line(keys, list.isEmpty ? keyword : "\(keyword): {\(list)}", item)]
    default: break
    }
    var lines = keys.map { ExpandedLine(text: $0) } + operation(item)
    lines[0].comment = item.comment
    return lines
  }

  private static func line(_ keys: [String], _ operation: String, _ item: ExpandedItem) -> ExpandedLine {
    let isWord = keys.isEmpty && !operation.contains(":")
    let text = isWord ? operation : "{\((keys + [operation]).joined(separator: ", "))}"
    return ExpandedLine(text: text, comment: item.comment)
  }

  private static func operation(_ item: ExpandedItem) -> [ExpandedLine] {
    switch item.operation {
    case .layer, .identity, .share: return []
    case .list(let items, let isLevel): return [ExpandedLine(text: isLevel ? "layers:" : "seq:")] + nested(list(items))
    case .branches(let branches, let join):
      return [ExpandedLine(text: "branches:")] + nested(branches.flatMap(branch)) + [
        ExpandedLine(text: "join: \(join)")
      ]
    case .split(let branches, let shares, let join):
      let list = shares.map(String.init).joined(separator: ", ")
      return [ExpandedLine(text: "split:")] + nested(branches.flatMap(branch))
        + [ExpandedLine(text: "shares: [\(list)]"), ExpandedLine(text: "join: \(join)")]
    case .residual(let items, let shortcut, let scale):
      var lines = body("residual", items, isSingle: item.hasSingleBody)
      if let scale { lines.append(ExpandedLine(text: "scale: \(scale)")) }
      switch shortcut {
      case .word(let word): lines.append(ExpandedLine(text: "shortcut: \(word)"))
      case .items(let items): lines += body("shortcut", items, isSingle: items.count == 1 && items[0].isShortcutItem)
      case .none: lines.append(ExpandedLine(text: "shortcut: {when: false, identity}"))
      }
      return lines
    case .gate(let items): return body("gate", items, isSingle: item.hasSingleBody)
    case .append(let items): return body("append", items, isSingle: item.hasSingleBody)
    }
  }

  private static func body(_ key: String, _ items: [ExpandedItem], isSingle: Bool) -> [ExpandedLine] {
    guard isSingle, let item = items.first else { return [ExpandedLine(text: "\(key):")] + nested(list(items)) }
    let lines = entry(item)
    if lines.count == 1 { return [ExpandedLine(text: "\(key): \(lines[0].text)", comment: lines[0].comment)] }
    return [ExpandedLine(text: "\(key):")] + nested(lines)
  }

  /// A branch: one item in place of a list where there is one.
  private static func branch(_ items: [ExpandedItem]) -> [ExpandedLine] {
    items.count == 1 ? dashed(entry(items[0])) : dashed(list(items))
  }

  static func nested(_ lines: [ExpandedLine]) -> [ExpandedLine] { lines.map { $0.indented(2) } }

  private static func dashed(_ lines: [ExpandedLine]) -> [ExpandedLine] {
    lines.enumerated().map { index, line in
      ExpandedLine(text: (index == 0 ? "- " : "  ") + line.text, comment: line.comment)
    }
  }
}

extension ExpandedItem {
  /// Whether `shortcut:` takes the item alone; the word identity has a meaning of its own there.
  fileprivate var isShortcutItem: Bool { if case .identity = operation { false } else { true } }
}

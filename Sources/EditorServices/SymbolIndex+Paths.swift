import Diagnostics
import Expressions
import YAML

/// Expressions, references, and the paths in both.
extension SymbolIndex {
  mutating func expressions(_ node: YAMLNode, _ names: Names, mayBeOperation: Bool = false) {
    if let text = node.text {
      guard !node.isEmpty, node.span.start.line == node.span.end.line else { return }
      expression(text, node.textStart, node.span.source, names, mayBeOperation: mayBeOperation)
    }
    for item in node.items ?? [] { expressions(item, names, mayBeOperation: mayBeOperation) }
    for entry in node.entries ?? [] {
      if entry.value.isEmpty { expression(entry.key, entry.keySpan.start, entry.keySpan.source, names) }
    }
  }

  mutating func expression(
    _ text: String, _ start: Position, _ source: SourceID, _ names: Names, mayBeOperation: Bool = false
  ) {
    for word in ExpressionWords.scan(text) {
      guard case .path(let parts, let isCall) = word else { continue }
      let first = parts[0]
      let place = span(first, from: start, source)
      if isCall {
        if functions.contains(first.text) {
          note(.function(first.text), place)
        } else if Evaluator.builtinFunctions[first.text] != nil {
          note(.builtin(first.text), place)
        }
      } else if let symbol = variable(named: first.text, names) {
        note(symbol, place)
      } else if parts.count > 1, first.text != "prev", first.text != "input" {
        pending.append(PendingPath(parts: parts, start: start, source: source, level: names.level))
      } else if mayBeOperation, parts.count == 1, Place.isBlockName(first.text) {
        note(.block(first.text), place)
      }
    }
  }

  func variable(named name: String, _ names: Names) -> Symbol? {
    names.variables[name] ?? (names.seesModel && modelParameters.contains(name) ? .modelParameter(name) : nil)
  }

  mutating func variable(_ name: String, _ span: Span, _ names: Names) {
    if let symbol = variable(named: name, names) { note(symbol, span) }
  }

  /// The expressions that are put into a name: `enc$(k)`.
  mutating func template(_ node: YAMLNode, _ names: Names) {
    guard let text = node.text, let dollar = text.firstIndex(of: "$") else { return }
    let skipped = text[..<dollar].unicodeScalars.count
    expression(String(text[dollar...]), node.textStart.advanced(by: skipped), node.span.source, names)
  }

  /// `up`, `features.3`, `a if c else b`, `enc$(k)`.
  mutating func reference(_ node: YAMLNode, _ names: Names) {
    guard let text = node.text, node.span.start.line == node.span.end.line else { return }
    if text.contains("$") { return template(node, names) }
    var isCondition = false
    for word in ExpressionWords.scan(text) {
      switch word {
      case .keyword(let part): isCondition = part.text == "else" ? false : part.text == "if" ? true : isCondition
      case .path(let parts, _) where isCondition:
        if let symbol = variable(named: parts[0].text, names) {
          note(symbol, span(parts[0], from: node.textStart, node.span.source))
        }
      case .path(let parts, _):
        if ["prev", "input"].contains(parts[0].text) { continue }
        pending.append(
          PendingPath(parts: parts, start: node.textStart, source: node.span.source, level: names.level))
      case .number, .sign: break
      }
    }
  }

  // MARK: Nodes

  mutating func resolve(_ path: PendingPath) {
    var current: Int? = path.level
    var found: (level: Int, target: NameLevel.Target)?
    while let level = current {
      if let target = levels[level].targets[path.parts[0].text] {
        found = (level, target)
        break
      }
      current = levels[level].isEdge ? nil : levels[level].parent
    }
    guard var (level, target) = found else { return }
    note(.node(level: level, path.parts[0].text), span(path.parts[0], from: path.start, path.source))
    for part in path.parts.dropFirst() {
      let number = Int(part.text)
      switch target {
      case .nothing: return
      case .copies(let inner):
        guard number != nil else { return }
        target = inner
        continue
      case .level(let own): level = own
      case .block(let block):
        guard let own = levelOfBlock[block] else { return }
        level = own
      }
      if let next = levels[level].targets[part.text] {
        note(.node(level: level, part.text), span(part, from: path.start, path.source))
        target = next
      } else if let number, levels[level].numbered.indices.contains(number) {
        target = levels[level].numbered[number]
      } else {
        return
      }
    }
  }
}

extension StringProtocol {
  /// The text without spaces at its ends.
  var trimmedEnds: String {
    var text = self[...]
    while text.first == " " { text = text.dropFirst() }
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}

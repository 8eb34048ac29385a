import Diagnostics
import Expressions
import YAML

/// The names of a spec and its imports: where each is declared and where it is read, found in the text, so that a spec with
/// faults has them too.
package struct SymbolIndex: Sendable {
  package private(set) var occurrences: [SymbolOccurrence] = []
  var levels: [NameLevel] = []
  var levelOfBlock: [String: Int] = [:]
  var modelParameters: Set<String> = []
  var functions: Set<String> = []
  var pending: [PendingPath] = []

  /// Names that are seen at a place.
  struct Names {
    var variables: [String: Symbol] = [:]
    var level = 0
    var seesModel = false
  }

  /// A path to nodes that waits until all are known.
  struct PendingPath {
    var parts: [ExpressionWords.Part]
    var start: Position
    var source: SourceID
    var level: Int
  }

  /// The first file is the spec's own.
  package init(_ trees: [FileTree]) {
    levels = [NameLevel(parent: nil, isEdge: true)]
    // Of a network of another file, that file's parameters are the model's.
    let isDerived = trees.first?.root.entries?.contains { $0.key == "network" } ?? false
    func isModel(_ tree: FileTree) -> Bool {
      tree.source == trees.first?.source || isDerived && tree.root.entries?.contains { $0.key == "layers" } ?? false
    }
    for tree in trees {
      for entry in tree.root.entries ?? [] {
        if entry.key == "functions" {
          for function in entry.value.entries ?? [] {
            functions.insert(String(function.key.prefix { $0 != "(" }).trimmedEnds)
          }
        }
        if entry.key == "params", isModel(tree) {
          for parameter in entry.value.entries ?? [] { modelParameters.insert(parameter.key) }
        }
      }
    }
    for tree in trees {
      var names = Names()
      names.seesModel = isModel(tree)
      let place = Place.root
      for entry in tree.root.entries ?? [] { walk(entry.value, place.next(entry.key), names, owner: entry.key) }
    }
    for path in pending { resolve(path) }
    pending = []
  }

  // MARK: Occurrences

  mutating func note(_ symbol: Symbol, _ span: Span, declares: Bool = false, whole: Span? = nil) {
    occurrences.append(
      SymbolOccurrence(symbol: symbol, span: span, isDeclaration: declares, whole: whole ?? span))
  }

  func span(_ part: ExpressionWords.Part, from start: Position, _ source: SourceID) -> Span {
    let begin = start.advanced(by: part.offset)
    return Span(source: source, start: begin, end: begin.advanced(by: part.length))
  }

  // MARK: Values

  mutating func walk(_ node: YAMLNode, _ place: Place, _ names: Names, owner: String = "") {
    switch place {
    case .parameters(let block): walkParameters(node, block, names)
    case .functions: walkFunctions(node, names)
    case .blocks: for entry in node.entries ?? [] { walkBlock(entry, names) }
    case .items: walkItems(node, names)
    case .variants:
      for entry in node.entries ?? [] {
        note(.variant(entry.key), entry.keySpan, declares: true, whole: whole(entry))
        for assignment in entry.value.entries ?? [] {
          if assignment.key == "expect" {
            walk(assignment.value, .expectation, names)
          } else {
            note(.modelParameter(assignment.key), assignment.keySpan)
            walk(assignment.value, .value, names)
          }
        }
      }
    case .sweepAxes:
      for entry in node.entries ?? [] {
        note(.modelParameter(entry.key), entry.keySpan)
        walk(entry.value, .value, names)
      }
    case .heads:
      for entry in node.entries ?? [] {
        declareNode(entry.key, entry.keySpan, whole(entry), .nothing, names)
        walkItem(entry.value, names, isHead: true)
      }
    case .inputs:
      for entry in node.entries ?? [] {
        declareNode(entry.key, entry.keySpan, whole(entry), .nothing, names)
        walk(entry.value, .input, names)
      }
    case .defaults, .input, .expectation, .preprocessing, .sweeps, .sweep, .outputs, .recipes:
      for entry in node.entries ?? [] { walk(entry.value, place.next(entry.key), names, owner: entry.key) }
    case .fields(let declaration):
      walkFields(node, .fields(declaration), names)
    case .field(let field):
      if case .node = field.type {
        reference(node, names)
      } else if place.isExpression {
        expressions(node, names)
      } else if case .initializers = field.type {
        initializers(node, names)
      }
    case .reference:
      if let items = node.items { for item in items { reference(item, names) } } else { reference(node, names) }
    case .expression: expressions(node, names)
    case .value:
      if node.entries != nil { walkItem(node, names) } else { expressions(node, names, mayBeOperation: true) }
    default: break
    }
  }

  func whole(_ entry: YAMLEntry) -> Span { entry.keySpan.extended(to: entry.value.span) }

  mutating func walkParameters(_ node: YAMLNode, _ block: String?, _ names: Names) {
    for entry in node.entries ?? [] {
      note(
        block.map { .blockParameter(block: $0, entry.key) } ?? .modelParameter(entry.key), entry.keySpan,
        declares: block != nil || Self.isDeclaration(entry.value), whole: whole(entry))
      guard let text = entry.value.text else {
        expressions(entry.value, names)
        continue
      }
      // Behind the type stands the default.
      let type = text.prefix { $0 != "=" }
      let rest = type.count < text.count ? String(text.dropFirst(type.count)) : block == nil ? text : ""
      let skipped = rest.count == text.count ? 0 : type.unicodeScalars.count
      if rest.count < text.count || !Self.isDeclaration(entry.value) {
        expression(
          rest, entry.value.textStart.advanced(by: skipped), entry.value.span.source, names, mayBeOperation: true)
      }
    }
  }

  /// Whether a parameter's value begins with its type, as where it is declared; a network of another file gives values.
  static func isDeclaration(_ node: YAMLNode) -> Bool {
    let type = (node.text ?? "").prefix { $0.isLetter }
    return ["int", "float", "bool", "size", "padding", "layer"].contains(String(type))
  }

  mutating func walkFunctions(_ node: YAMLNode, _ names: Names) {
    for entry in node.entries ?? [] {
      let words = ExpressionWords.scan(entry.key)
      let start = isQuoted(entry) ? entry.keySpan.start.advanced(by: 1) : entry.keySpan.start
      guard case .path(let parts, _)? = words.first, let name = parts.first else { continue }
      note(.function(name.text), span(name, from: start, entry.keySpan.source), declares: true, whole: whole(entry))
      var inner = names
      inner.variables = [:]
      for case .path(let parts, _) in words.dropFirst() {
        let symbol = Symbol.functionParameter(function: name.text, parts[0].text)
        note(symbol, span(parts[0], from: start, entry.keySpan.source), declares: true)
        inner.variables[parts[0].text] = symbol
      }
      expressions(entry.value, inner)
    }
  }

  /// Whether a key stands in quotes: it is then longer in the text than it is.
  func isQuoted(_ entry: YAMLEntry) -> Bool {
    entry.keySpan.end.column - entry.keySpan.start.column > entry.key.unicodeScalars.count
  }

  mutating func walkBlock(_ entry: YAMLEntry, _ outer: Names) {
    note(.block(entry.key), entry.keySpan, declares: true, whole: whole(entry))
    var names = Names()
    names.seesModel = outer.seesModel
    names.level = addLevel(parent: nil, isEdge: true)
    levelOfBlock[entry.key] = names.level
    let keys = entry.value.entries ?? []
    for key in keys where key.key == "params" {
      for parameter in key.value.entries ?? [] {
        names.variables[parameter.key] = .blockParameter(block: entry.key, parameter.key)
      }
    }
    for key in keys {
      switch key.key {
      case "params": walkParameters(key.value, entry.key, names)
      case "inputs":
        for input in key.value.items ?? [] {
          if let name = input.text { declareNode(name, input.span, input.span, .nothing, names) }
        }
      case "layers", "seq":
        levels[names.level].isNumbered = key.key == "seq"
        walkItems(key.value, names)
      default: break
      }
    }
  }
}

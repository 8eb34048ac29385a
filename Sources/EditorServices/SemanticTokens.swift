import Diagnostics
import Expressions
import Layers
import Recipes
import YAML

/// A word of a document with what it is.
package struct SemanticToken: Hashable, Sendable {
  package enum Kind: Int, Sendable, CaseIterable {
    case keyword, `class`, function, type, property, parameter, variable, number, `operator`, enumMember, string,
      comment

    package var name: String { "\(self)" }
  }

  package var start: Position
  package var length: Int
  package var kind: Kind
  package var isDeclaration = false
  package var isBuiltIn = false
}

extension DocumentSnapshot {
  /// The words of the document, in order.
  package func semanticTokens(user: KnownNetwork? = nil) -> [SemanticToken] {
    guard let tree else { return [] }
    var collector = TokenCollector(file)
    if case .recipe = kind {
      collector.walk(tree.root, .recipe(RecipeField.all))
    } else {
      let (trees, sources) = trees(user: user)
      let own = sources.files.firstIndex { $0.path == path }
      for occurrence in SymbolIndex(trees).occurrences where occurrence.span.source.index == own {
        collector.add(occurrence)
      }
      collector.walk(tree.root, .root)
    }
    return collector.sorted
  }
}

/// Collects tokens, the first of a place.
private struct TokenCollector {
  private let file: SourceFile
  private var tokens: [Position: SemanticToken] = [:]

  init(_ file: SourceFile) { self.file = file }

  var sorted: [SemanticToken] {
    var result: [SemanticToken] = []
    for token in tokens.values.sorted(by: { $0.start < $1.start }) {
      // What lies within the one before is left out: tokens do not overlap.
      if let last = result.last, last.start.line == token.start.line,
        token.start.column < last.start.column + last.length
      {
        continue
      }
      result.append(token)
    }
    return result
  }

  private mutating func add(
    _ start: Position, _ length: Int, _ kind: SemanticToken.Kind, declares: Bool = false, builtIn: Bool = false
  ) {
    guard length > 0, tokens[start] == nil else { return }
    // A word that runs over its line, or is not there, is none.
    guard start.column - 1 + length <= file.line(start.line).unicodeScalars.count else { return }
    tokens[start] = SemanticToken(start: start, length: length, kind: kind, isDeclaration: declares, isBuiltIn: builtIn)
  }

  private mutating func add(_ span: Span, _ kind: SemanticToken.Kind, declares: Bool = false, builtIn: Bool = false) {
    guard span.start.line == span.end.line else { return }
    add(span.start, span.end.column - span.start.column, kind, declares: declares, builtIn: builtIn)
  }

  mutating func add(_ occurrence: SymbolOccurrence) {
    let kind: SemanticToken.Kind =
      switch occurrence.symbol {
      case .block: .class
      case .function, .builtin: .function
      case .modelParameter, .blockParameter, .functionParameter: .parameter
      case .loopVariable, .node: .variable
      case .variant: .enumMember
      }
    var builtIn = false
    if case .builtin = occurrence.symbol { builtIn = true }
    add(occurrence.span, kind, declares: occurrence.isDeclaration, builtIn: builtIn)
  }

  mutating func walk(_ node: YAMLNode, _ place: Place) {
    for entry in node.entries ?? [] { walk(entry, place) }
    for item in node.items ?? [] { walk(item, place.element) }
    if node.text != nil, !node.isEmpty { scalar(node, place) }
  }

  private mutating func walk(_ entry: YAMLEntry, _ place: Place) {
    add(entry.keySpan, kind(of: entry.key, place), builtIn: LayerRegistry.declaration(entry.key) != nil)
    var next = place.next(entry.key)
    // `scale: 2` beside a residual is a number.
    if case .fields = next, entry.value.entries == nil { next = .expression }
    walk(entry.value, next)
  }

  private func kind(of key: String, _ place: Place) -> SemanticToken.Kind {
    switch place {
    case .item, .body, .shortcut, .head, .value, .items:
      if LayerRegistry.declaration(key) != nil { return .type }
      return Place.isBlockName(key) ? .class : .keyword
    case .defaults: return .type
    case .fields, .input, .expectation, .preprocessing, .recipe, .recipeValue, .sweep: return .property
    case .arguments, .parameters, .variant: return .parameter
    case .branches, .outputs, .inputs, .heads: return .variable
    default: return .keyword
    }
  }

  private mutating func scalar(_ node: YAMLNode, _ place: Place) {
    guard let text = node.text, node.span.start.line == node.span.end.line else { return }
    switch place {
    case .items, .item, .body, .shortcut, .head, .branches:
      if LayerRegistry.declaration(text) != nil {
        add(node.span, .type, builtIn: true)
      } else {
        add(node.span, Place.isBlockName(text) ? .class : .keyword)
      }
    case .declaration:
      let type = text.prefix { $0.isLetter }
      add(node.textStart, type.count, .keyword)
      let skipped = type.unicodeScalars.count
      words(of: String(text.dropFirst(type.count)), from: node.textStart.advanced(by: skipped))
    case .words: add(node.span, .enumMember)
    case .field(let field):
      switch field.type {
      case .word: add(node.span, .enumMember)
      case .padding where ["half", "same", "valid"].contains(text): add(node.span, .enumMember)
      case .text, .initializers: break
      case .node: words(of: text, from: node.textStart)
      default: words(of: text, from: node.textStart)
      }
    case .expression, .value, .rows, .reference: words(of: text, from: node.textStart)
    case .recipeValue(let type):
      switch type {
      case .choice, .choices, .share:
        if Double(text) == nil { add(node.span, .enumMember) } else { add(node.span, .number) }
      case .integer, .number: add(node.span, .number)
      case .flag: add(node.span, .keyword)
      default: if Double(text) != nil { add(node.span, .number) }
      }
    case .expectation, .other: if text.first?.isNumber ?? false { add(node.span, .number) }
    default: break
    }
  }

  private mutating func words(of text: String, from start: Position) {
    for word in ExpressionWords.scan(text) {
      switch word {
      case .keyword(let part): add(start.advanced(by: part.offset), part.length, .keyword)
      case .number(let part): add(start.advanced(by: part.offset), part.length, .number)
      case .sign(let part): add(start.advanced(by: part.offset), part.length, .operator)
      case .path(let parts, let isCall):
        let first = parts[0]
        if isCall {
          let builtIn = Evaluator.builtinFunctions[first.text] != nil
          add(start.advanced(by: first.offset), first.length, .function, builtIn: builtIn)
        } else {
          let builtIn = ["prev", "input", "i", "first", "last"].contains(first.text)
          add(start.advanced(by: first.offset), first.length, .variable, builtIn: builtIn)
          for part in parts.dropFirst() { add(start.advanced(by: part.offset), part.length, .property) }
        }
      }
    }
  }
}

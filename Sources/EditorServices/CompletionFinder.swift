import Diagnostics
import Expressions
import Frontend
import GraphIR
import Layers
import Recipes
import Shapes
import SpecLanguage

/// Finds the words for one place.
struct CompletionFinder {
  let snapshot: DocumentSnapshot
  let context: CursorContext
  let position: Position
  let snippets: Bool
  let vocabulary: Vocabulary
  let trees: [FileTree]
  let user: KnownNetwork?
  let folderFiles: () -> [String]

  init(
    _ snapshot: DocumentSnapshot, _ context: CursorContext, _ position: Position, snippets: Bool, user: KnownNetwork?,
    folderFiles: @escaping () -> [String]
  ) {
    self.snapshot = snapshot
    self.context = context
    self.position = position
    self.snippets = snippets
    self.user = user
    self.folderFiles = folderFiles
    trees = snapshot.trees(user: user).trees
    vocabulary = Vocabulary(trees)
  }

  func list() -> CompletionList {
    if context.isKey {
      return CompletionList(start: context.start, items: keys())
    }
    let word = context.place.isExpression || isReference ? trailingWord(context.prefix) : context.prefix
    let start = position.advanced(by: -word.unicodeScalars.count)
    return CompletionList(start: start, items: values(word))
  }

  var isReference: Bool {
    switch context.place {
    case .reference: true
    case .field(let field): if case .node = field.type { true } else { false }
    default: false
    }
  }

  /// The name that is being written at the end of an expression.
  func trailingWord(_ text: String) -> String {
    String(text.reversed().prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }.reversed())
  }

  // MARK: Keys

  func keys() -> [CompletionItem] {
    // In a list each element is a value or begins a mapping; the owner is the place of the element.
    let owner = context.beginsItem ? context.place : context.owner
    switch owner {
    case .item, .body, .shortcut, .head, .items, .branches: return operations(owner)
    case .fields(let declaration): return fields(declaration)
    case .arguments(let block): return arguments(block)
    case .defaults:
      return LayerRegistry.all.map { item($0.keyword, .structure, $0.kind.documentation.summary, "\($0.keyword): ") }
    case .variant:
      return unused(vocabulary.parameters.map(\.name)).map { name in
        item(name, .variable, vocabulary.parameters.first { $0.name == name }?.text ?? "", "\(name): ")
      } + [item("expect", .property, "Figures and shapes of the variant.", "expect: ")]
    case .recipe(let fields): return recipeKeys(fields)
    case .recipeValue(let type): return recipeKeys(of: type)
    case .value: return values(context.prefix) + operations(owner)
    case .file, .reference, .expression, .field, .blockInputs, .rows: return values(trailingWord(context.prefix))
    case .parameters, .functions, .blocks, .variants, .heads, .outputs, .inputs, .row, .sweeps, .recipes, .other, .text,
      .declaration, .nodeName, .loopName, .parameterName, .words, .sweepAxes:
      return []
    case .root, .block, .forEach, .input, .expectation, .preprocessing, .sweep:
      return unused(owner.fixedKeys.map(\.name)).map { name in
        item(name, .property, owner.fixedKeys.first { $0.name == name }?.summary ?? "", "\(name): ")
      }
    }
  }

  func unused(_ names: [String]) -> [String] { names.filter { !context.siblings.contains($0) } }

  func item(
    _ label: String, _ kind: CompletionItem.Kind, _ documentation: String, _ text: String, detail: String = "",
    rank: Int = 1
  ) -> CompletionItem {
    CompletionItem(label: label, kind: kind, detail: detail, documentation: documentation, text: text, rank: rank)
  }

  func fields(_ declaration: LayerDeclaration) -> [CompletionItem] {
    declaration.written.filter { !context.siblings.contains($0.name) }.map { field in
      let standard = field.defaultValue?.description ?? field.defaultText
      let detail = field.type.name + (standard.map { " = \($0)" } ?? "")
      return item(
        field.name, .field, field.documentation, "\(field.name): ", detail: detail, rank: field.isRequired ? 0 : 1)
    }
  }

  func arguments(_ name: String) -> [CompletionItem] {
    (vocabulary.block(name)?.parameters ?? []).filter { !context.siblings.contains($0.name) }.map {
      item($0.name, .variable, "", "\($0.name): ", detail: $0.text, rank: $0.isRequired ? 0 : 1)
    }
  }

  // MARK: Operations

  func operations(_ owner: Place) -> [CompletionItem] {
    var items: [CompletionItem] = []
    let hasOperation = context.siblings.contains { key in
      LayerRegistry.declaration(key) != nil || Place.isBlockName(key)
        || CombinatorDocumentation.all.contains { $0.keyword == key }
    }
    if !hasOperation {
      let flow = entering
      for declaration in LayerRegistry.all { items.append(layer(declaration, flow)) }
      for block in vocabulary.blocks where block.name != context.block { items.append(self.block(block)) }
      for combinator in CombinatorDocumentation.all { items.append(self.combinator(combinator)) }
      items.append(item("identity", .keyword, "What flows in, as it is.", "identity"))
    }
    // Beside a bare list item only what begins a mapping.
    let isMapping = !context.siblings.isEmpty || !context.beginsItem || context.isInBrackets
    if isMapping || !hasOperation {
      for key in Place.itemKeys where !context.siblings.contains(key.name) {
        items.append(item(key.name, .property, key.summary, "\(key.name): ", rank: hasOperation ? 0 : 2))
      }
      for combinator in CombinatorDocumentation.all where context.siblings.contains(combinator.keyword) {
        for key in combinator.keys where !context.siblings.contains(key.name) && combinator.keyword != "for_each" {
          items.append(item(key.name, .property, key.documentation, "\(key.name): ", rank: 0))
        }
        if combinator.keyword == "residual", !context.siblings.contains("shortcut") {
          continue
        }
      }
    }
    if case .shortcut = owner {
      for word in ["identity", "when_same", "pad_channels"] { items.append(item(word, .keyword, "", word, rank: 0)) }
      for key in owner.fixedKeys where !context.siblings.contains(key.name) {
        items.append(item(key.name, .property, key.summary, "\(key.name): ", rank: 0))
      }
    }
    if context.needsDash {
      for index in items.indices { items[index].text = "- " + items[index].text }
    }
    return items
  }

  func layer(_ declaration: LayerDeclaration, _ flow: Shape?) -> CompletionItem {
    let documentation = declaration.kind.documentation
    var result = item(
      declaration.keyword, .structure, "\(documentation.summary)\n\n\(documentation.formula)", declaration.keyword,
      detail: documentation.group.rawValue)
    let required = declaration.fields.filter(\.isRequired).map(\.name)
    if !required.isEmpty {
      result.text = call(declaration.keyword, required)
      result.isSnippet = snippets
    }
    if let flow, !declaration.fits(flow) { result.rank = 3 }
    return result
  }

  /// `conv: {out: ${1:out}}`.
  func call(_ word: String, _ fields: [String]) -> String {
    guard snippets else { return "\(word): {\(fields.map { "\($0): " }.joined(separator: ", "))}" }
    let parts = fields.enumerated().map { "\($1): ${\($0 + 1):\($1)}" }.joined(separator: ", ")
    return "\(word): {\(parts)}"
  }

  func block(_ block: Vocabulary.Block) -> CompletionItem {
    let signature = block.parameters.map { "\($0.name): \($0.text)" }.joined(separator: ", ")
    var result = item(
      block.name, .classKind, block.summary ?? "", block.name, detail: "\(block.name)(\(signature))", rank: 0)
    let required = block.parameters.filter(\.isRequired).map(\.name)
    if !required.isEmpty {
      result.text = call(block.name, required)
      result.isSnippet = snippets
    }
    return result
  }

  func combinator(_ combinator: CombinatorDocumentation) -> CompletionItem {
    var result = item(
      combinator.keyword, .keyword, "\(combinator.summary)\n\n    - \(combinator.example)", "\(combinator.keyword): ",
      rank: 2)
    let stop = snippets ? "$1" : ""
    switch combinator.keyword {
    case "seq", "layers", "residual", "gate", "append", "splice": result.text += "[\(stop)]"
    case "use", "share": break
    default: result.text += "{\(stop)}"
    }
    result.isSnippet = snippets && result.text.contains("$")
    return result
  }

  /// The shape that flows in at the place: of the item before, else into the block or the network.
  var entering: Shape? {
    let network: KnownNetwork? = snapshot.bestNetwork ?? user
    guard let network else { return nil }
    guard let (source, old) = network.file(at: snapshot.path) else { return nil }
    let map = LineMap(from: old, to: snapshot.file)
    var line = position.line - 1
    while line > 0 {
      if let before = map.old(line), let item = network.shapes.item(ofLine: before, in: source) {
        let isSame = network.shapes.blockOfItem[item.operation] == context.block
        return isSame ? network.shapes.chosen(at: item.operation, snapshot.choice)?.occurrence.shape : start(network)
      }
      line -= 1
    }
    return start(network)
  }

  func start(_ network: KnownNetwork) -> Shape? {
    guard let block = context.block else { return network.graph.inputs.first?.shape }
    let uses = network.shapes.uses[block] ?? []
    let picked = snapshot.choice.uses[block] ?? 0
    return uses.indices.contains(picked) ? uses[picked].input : uses.first?.input
  }
}

extension LayerDeclaration {
  /// Whether a layer of the kind takes tensors of a shape's rank.
  func fits(_ shape: Shape) -> Bool {
    var values: [String: FieldValue] = [:]
    for field in fields where field.isRequired {
      switch field.type {
      case .int(let range): values[field.name] = .int(max(1, range.lowerBound))
      case .size(let range): values[field.name] = .size(AxisSizes(max(1, range.lowerBound)))
      case .word(let words): values[field.name] = words.first.map { .word($0) }
      case .float(let range): values[field.name] = .float(max(0, range.lowerBound))
      default: return true
      }
    }
    guard let layer = try? makeLayer(values) else { return true }
    let count = kind.inputCount.lowerBound
    do {
      _ = try layer.outputShape(of: Array(repeating: shape, count: count))
      return true
    } catch {
      return error.problem != .wrongRank
    }
  }
}

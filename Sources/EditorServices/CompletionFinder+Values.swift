import Diagnostics
import Expressions
import Recipes
import SpecLanguage

/// Words behind a colon, and those of recipes.
extension CompletionFinder {
  func values(_ word: String) -> [CompletionItem] {
    switch context.place {
    case .field(let field):
      switch field.type {
      case .word(let words): return words.map { item($0, .enumMember, field.documentation, $0) }
      case .bool: return ["true", "false"].map { item($0, .keyword, "", $0) } + expression(word)
      case .padding: return ["half", "same", "valid"].map { item($0, .enumMember, "", $0, rank: 0) } + expression(word)
      case .node: return references()
      case .text, .initializers: return []
      default: return expression(word)
      }
    case .value: return expression(word) + ["true", "false"].map { item($0, .keyword, "", $0, rank: 2) }
    case .expression, .rows: return expression(word)
    case .reference: return references()
    case .words(let words): return words.map { item($0, .enumMember, "", $0) }
    case .parameterName:
      let layers = blockParameters.filter { $0.text.hasPrefix("layer") }
      return layers.map { item($0.name, .variable, "", $0.name, detail: $0.text) }
    case .declaration: return declarations()
    case .file:
      return folderFiles().filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { item($0, .file, "", $0) }
    case .items, .item, .body, .shortcut, .head: return operations(context.place)
    case .recipeValue(let type): return recipeValues(of: type)
    case .expectation, .other, .text, .nodeName, .loopName, .root, .parameters, .functions, .blocks, .block,
      .blockInputs, .branches, .forEach, .row, .fields, .arguments, .variants, .variant, .heads, .outputs, .inputs,
      .input, .defaults, .preprocessing, .sweeps, .sweep, .sweepAxes, .recipe, .recipes:
      return []
    }
  }

  func declarations() -> [CompletionItem] {
    ParameterType.allCases.map { item($0.rawValue, .keyword, "A parameter of type \($0.rawValue).", $0.rawValue) }
  }

  var blockParameters: [Vocabulary.Parameter] {
    context.block.flatMap { vocabulary.block($0) }?.parameters ?? []
  }

  func expression(_ word: String) -> [CompletionItem] {
    if let dot = word.lastIndex(of: ".") {
      let first = String(word[..<dot])
      let members =
        first.contains(".") || nodes.contains(first) || ["prev", "input"].contains(first)
        ? ["c", "h", "w"] : ["i", "first", "last"]
      return members.map { item("\(first).\($0)", .property, "", "\(first).\($0)") }
    }
    var items = blockParameters.map {
      item($0.name, .variable, "A parameter of the block.", $0.name, detail: $0.text, rank: 0)
    }
    if snapshot.kind != .blocks {
      items += vocabulary.parameters.filter { parameter in !items.contains { $0.label == parameter.name } }.map {
        item($0.name, .variable, "A parameter of the model.", $0.name, detail: $0.text, rank: 0)
      }
    }
    items += loopVariables.map { item($0, .variable, "A column or variable of the loop.", $0, rank: 0) }
    for function in vocabulary.functions {
      let name = String(function.head.prefix { $0 != "(" }).trimmedEnds
      var entry = item(name, .function, function.body, "\(name)()", detail: function.head)
      if snippets { (entry.text, entry.isSnippet) = ("\(name)($1)", true) }
      items.append(entry)
    }
    for name in Evaluator.builtinFunctions.keys.sorted() {
      var entry = item(name, .function, "Built in.", "\(name)()", rank: 2)
      if snippets { (entry.text, entry.isSnippet) = ("\(name)($1)", true) }
      items.append(entry)
    }
    items += ["prev.c", "input.c"].map { item($0, .property, "The channels that flow in.", $0, rank: 2) }
    items += ["i", "first", "last"].map { item($0, .keyword, "Within a repeat.", $0, rank: 3) }
    items += nodes.map { item("\($0).c", .property, "The channels of a node.", "\($0).c", rank: 2) }
    return items
  }

  func references() -> [CompletionItem] {
    nodes.map { item($0, .value, "An earlier node.", $0, rank: 0) }
      + [("prev", "What the item before made."), ("input", "What flows into the block or the network.")].map {
        item($0.0, .keyword, $0.1, $0.0, rank: 1)
      }
  }

  /// The names of nodes before the place that can be seen from it, the nearest first.
  var nodes: [String] {
    guard let own = trees.first(where: { $0.file.path == snapshot.path }) else { return [] }
    let blocks = vocabulary.blocks.filter { $0.span.source == own.source }.map(\.span)
    func region(_ place: Position) -> Int? {
      blocks.firstIndex { $0.start.line <= place.line && place.line <= $0.end.line }
    }
    let here = region(position) ?? (context.block == nil ? nil : blocks.lastIndex { $0.start.line <= position.line })
    var seen: Set<String> = []
    return SymbolIndex(trees).occurrences.reversed().compactMap { occurrence in
      guard occurrence.isDeclaration, case .node(_, let name) = occurrence.symbol,
        occurrence.span.source == own.source, occurrence.span.start < position, region(occurrence.span.start) == here,
        seen.insert(name).inserted
      else { return nil }
      return name
    }
  }

  var loopVariables: [String] {
    var seen: Set<String> = []
    return SymbolIndex(trees).occurrences.compactMap { occurrence in
      guard case .loopVariable(let loop, let name) = occurrence.symbol, loop.start <= position,
        position.line <= loop.end.line, seen.insert(name).inserted
      else { return nil }
      return name
    }
  }

  // MARK: Recipes

  func recipeKeys(_ fields: [RecipeField]) -> [CompletionItem] {
    fields.filter { !context.siblings.contains($0.name) }.map {
      item($0.name, .property, $0.summary, "\($0.name): ", detail: $0.standard.map { "= \($0)" } ?? "")
    }
  }

  func recipeKeys(of type: RecipeType) -> [CompletionItem] {
    switch type {
    case .mapping(let fields, _): return recipeKeys(fields)
    case .choice(let choices), .choices(let choices):
      return choices.map { item($0.name, .enumMember, $0.summary, $0.fields.isEmpty ? $0.name : "\($0.name): ") }
    default: return recipeValues(of: type)
    }
  }

  func recipeValues(of type: RecipeType) -> [CompletionItem] {
    switch type {
    case .flag: return ["true", "false"].map { item($0, .keyword, "", $0) }
    case .choice(let choices), .choices(let choices):
      return choices.map { item($0.name, .enumMember, $0.summary, $0.name) }
    case .share(_, let words): return words.map { item($0, .enumMember, "", $0) }
    default: return []
    }
  }
}

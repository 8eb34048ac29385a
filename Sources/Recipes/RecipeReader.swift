import Diagnostics
import YAML

/// A pattern of tensor names where it is written.
package struct RecipePattern: Sendable {
  /// Without an exclamation mark before it.
  package var text: String
  /// The key that it stands under.
  package var owner: String
  package var span: Span
}

/// A loss where it is written.
package struct RecipeLoss: Sendable {
  package var name: String
  package var span: Span
}

/// Reads recipes from YAML: what is written, checked against `RecipeField.all`, with findings for the rest.
package struct RecipeReader {
  package private(set) var diagnostics = DiagnosticBag()
  /// The patterns of tensor names that were read, which a network shows whether they fit anything.
  package private(set) var patterns: [RecipePattern] = []
  /// The losses that were read, which a network shows whether it can be trained by.
  package private(set) var losses: [RecipeLoss] = []

  /// Whether paths may lead anywhere: in a recipe that cnnc itself wrote.
  let allowsAnyPath: Bool

  package init(allowsAnyPath: Bool = false) { self.allowsAnyPath = allowsAnyPath }

  /// A recipe's settings; what is wrong is reported and left out.
  package mutating func settings(_ node: YAMLNode) -> RecipeSettings {
    let settings = mapping(node, RecipeField.all, of: "a recipe", example: "{epochs: 20, optimizer: {sgd: {lr: 0.1}}}")
    checkKeys(of: node, settings)
    return settings
  }

  /// Reports keys that others leave without a meaning.
  private mutating func checkKeys(of node: YAMLNode, _ settings: RecipeSettings) {
    for entry in node.entries ?? [] {
      switch entry.key {
      case "expect" where [.text("none"), .number(0)].contains(settings["validation"]):
        report(
          .conflict, "expect is of images that the network is tested on, and validation is none", at: entry.keySpan,
          notes: ["`validation: test` takes the data's test part, `validation: 0.1` a share"])
      case "warmup":
        guard case .mapping(let fields)? = settings["warmup"], case .number(let length)? = fields["epochs"],
          case .integer(let epochs)? = settings["epochs"], length > Double(epochs), epochs > 0
        else { continue }
        diagnostics.report(
          Diagnostic(
            .conflict, "warmup takes \(RecipeWriter.text(length)) epochs, and there are \(epochs): lr is never reached",
            at: entry.keySpan, severity: .warning))
      case "epochs":
        guard case .mappings(let stages)? = settings["stages"], stages.allSatisfy({ $0["epochs"] != nil }) else {
          continue
        }
        diagnostics.report(
          Diagnostic(
            .conflict, "each of the stages has epochs of its own, so that these count for nothing", at: entry.keySpan,
            severity: .warning))
      default: continue
      }
    }
  }

  /// Takes findings of a stage before.
  mutating func take(_ found: DiagnosticBag) {
    for finding in found.sorted { diagnostics.report(finding) }
  }

  mutating func report(
    _ id: DiagnosticID, _ message: String, at span: Span, notes: [String] = [], fix: (String, Diagnostic.Edit)? = nil
  ) {
    diagnostics.report(
      Diagnostic(
        id, message, at: span, notes: notes.map { Diagnostic.Note($0) },
        fixes: fix.map { [Diagnostic.Fix($0.0, edit: $0.1, isUnambiguous: true)] } ?? []))
  }

  private mutating func mapping(
    _ node: YAMLNode, _ fields: [RecipeField], of owner: String, example: String? = nil
  ) -> RecipeSettings {
    var result = RecipeSettings()
    guard let entries = joiningDecimals(node) else {
      report(
        .wrongType, "\(owner) is a mapping of keys and values, not \(node.kindDescription)", at: node.span,
        notes: example.map { ["for example `\($0)`"] } ?? [])
      return result
    }
    for entry in entries where !diagnostics.isFull {
      let known = fields.first { $0.name == entry.key }
      guard let field = known ?? reportUnknownKey(entry, of: owner, among: fields, in: node) else { continue }
      if let value = value(entry.value, field.type, of: field.name) { result[field.name] = value }
    }
    return result
  }

  mutating func value(_ node: YAMLNode, _ type: RecipeType, of owner: String) -> RecipeValue? {
    switch type {
    case .integer(let range): return integer(node, range, of: owner).map { .integer($0) }
    case .number(let range): return number(node, range, of: owner).map { .number($0) }
    case .flag:
      guard case .scalar(let text, quoted: false) = node.content, ["true", "false"].contains(text) else {
        report(.wrongType, "\(owner) is true or false, not \(node.kindDescription)", at: node.span)
        return nil
      }
      return .flag(text == "true")
    case .text: return text(node, of: owner).map { .text($0) }
    case .path: return path(node, of: owner).map { .text($0) }
    case .range(let range): return bounds(node, within: range, of: owner)
    case .milestones: return milestones(node, of: owner)
    case .patterns: return patterns(node, of: owner)
    case .factors(let range): return factors(node, range, of: owner)
    case .choice(let choices): return choice(node, choices, of: owner)
    case .choices(let choices):
      guard node.isEmpty == false else {
        report(.wrongType, "\(owner) is a list, not nothing", at: node.span)
        return nil
      }
      let items = node.isFlow ? joiningDecimals(node.items ?? [node]) : node.items ?? [node]
      return .choices(items.compactMap { choice($0, choices, of: owner) })
    case .mapping(let fields, let main):
      if let main, node.entries == nil, let field = fields.first(where: { $0.name == main }) {
        return value(node, field.type, of: owner).map { .mapping(RecipeSettings([main: $0])) }
      }
      return .mapping(mapping(node, fields, of: owner))
    case .mappings(let fields):
      guard let items = node.items, !items.isEmpty else {
        report(.wrongType, "\(owner) is a list of mappings, not \(node.kindDescription)", at: node.span)
        return nil
      }
      return .mappings(items.map { mapping($0, fields, of: "each of \(owner)") })
    case .share(let range, let words):
      guard let text = node.text, !node.isEmpty else {
        report(
          .wrongType,
          "\(owner) is a share such as 0.1, or one of \(words.joined(separator: ", ")), not "
            + node.kindDescription, at: node.span)
        return nil
      }
      if words.contains(text) { return .text(text) }
      if Double(text) != nil { return number(node, range, of: owner).map { .number($0) } }
      if reportComma(node) { return nil }
      reportUnknownWord(text, "\(owner) is a share such as 0.1, or a word; it is not", among: words, at: node.span)
      return nil
    }
  }

  private mutating func text(_ node: YAMLNode, of owner: String) -> String? {
    if let text = node.text, !text.isEmpty { return text }
    report(.wrongType, "\(owner) is a text, not \(node.kindDescription)", at: node.span)
    return nil
  }

  /// A path that stays in the folder of its file: whoever runs somebody else's recipe does not open other files.
  private mutating func path(_ node: YAMLNode, of owner: String) -> String? {
    guard let text = text(node, of: owner) else { return nil }
    guard allowsAnyPath || !text.hasPrefix("/") && !text.split(separator: "/").contains("..") else {
      report(
        .unreadableFile, "\(owner) '\(text.shown)' is not in the folder of this file, or below it", at: node.span,
        notes: ["`--data` takes any path"])
      return nil
    }
    return text
  }

  private mutating func integer(_ node: YAMLNode, _ range: ClosedRange<Int>, of owner: String) -> Int? {
    let digits = node.text.map { $0.filter { $0 != "_" } }
    guard let value = digits.flatMap({ Int($0) }) else {
      report(.wrongType, "\(owner) is an integer, not \(node.kindDescription)", at: node.span)
      return nil
    }
    guard range.contains(value) else {
      let upper = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
      report(.outOfRange, "\(owner) is \(value); it goes from \(range.lowerBound)\(upper)", at: node.span)
      return nil
    }
    return value
  }

  private mutating func number(_ node: YAMLNode, _ range: ClosedRange<Double>, of owner: String) -> Double? {
    guard let text = node.text, let value = Double(text), value.isFinite else {
      if reportComma(node) { return nil }
      report(.wrongType, "\(owner) is a number, not \(node.kindDescription)", at: node.span)
      return nil
    }
    guard range.contains(value) else {
      report(
        .outOfRange,
        "\(owner) is \(text); it goes from \(RecipeWriter.text(range.lowerBound)) to "
          + RecipeWriter.text(range.upperBound), at: node.span)
      return nil
    }
    return value
  }

  private mutating func bounds(
    _ node: YAMLNode, within range: ClosedRange<Double>, of owner: String
  ) -> RecipeValue? {
    guard let items = node.items, items.count == 2 else {
      report(.wrongType, "\(owner) is a list of two numbers, [low, high], not \(node.kindDescription)", at: node.span)
      return nil
    }
    guard let low = number(items[0], range, of: owner), let high = number(items[1], range, of: owner) else {
      return nil
    }
    guard low <= high else {
      report(.outOfRange, "\(owner) begins with the larger number", at: node.span)
      return nil
    }
    return .numbers([low, high])
  }

  private mutating func milestones(_ node: YAMLNode, of owner: String) -> RecipeValue? {
    let places = (node.items ?? [node]).compactMap { integer($0, 1...100_000_000, of: owner) }
    guard places.count == (node.items ?? [node]).count, !places.isEmpty else { return nil }
    guard zip(places, places.dropFirst()).allSatisfy(<) else {
      report(.outOfRange, "\(owner) have to grow", at: node.span)
      return nil
    }
    return .integers(places)
  }

  private mutating func patterns(_ node: YAMLNode, of owner: String) -> RecipeValue? {
    let items = node.items ?? [node]
    let texts = items.compactMap { text($0, of: owner) }
    for item in items {
      guard let text = item.text, !text.isEmpty else { continue }
      patterns.append(
        RecipePattern(text: text.hasPrefix("!") ? String(text.dropFirst()) : text, owner: owner, span: item.span))
    }
    return texts.count == items.count ? .texts(texts) : nil
  }

  private mutating func factors(
    _ node: YAMLNode, _ range: ClosedRange<Double>, of owner: String
  ) -> RecipeValue? {
    guard let entries = joiningDecimals(node) else {
      report(
        .wrongType, "\(owner) is a mapping of patterns to factors, not \(node.kindDescription)", at: node.span,
        notes: ["for example `{\"fc.*\": 1, \"*\": 0.1}`"])
      return nil
    }
    for entry in entries { patterns.append(RecipePattern(text: entry.key, owner: owner, span: entry.keySpan)) }
    return .factors(
      entries.compactMap { entry in
        number(entry.value, range, of: "the factor of \(entry.key.shown)").map {
          RecipeValue.Factor(pattern: entry.key, factor: $0)
        }
      })
  }

  private mutating func choice(_ node: YAMLNode, _ choices: [RecipeChoice], of owner: String) -> RecipeValue? {
    if let word = node.text, !node.isEmpty {
      let known = choices.first { $0.name == word }
      guard let choice = known ?? reportUnknownForm(word, nil, of: owner, among: choices, at: node.span) else {
        return nil
      }
      note(choice, of: owner, at: node.span)
      return whole(choice, nil, at: node.span)
    }
    guard let entries = joiningDecimals(node), let entry = entries.first else {
      let names = choices.map(\.name).joined(separator: ", ")
      report(.wrongType, "\(owner) is one of \(names), not \(node.kindDescription)", at: node.span)
      return nil
    }
    let known = choices.first { $0.name == entry.key }
    if entries.count > 1, known != nil || choices.contains(where: { $0.name == entries[1].key }) {
      report(
        .conflict,
        "\(owner) is one thing; here are \(entries.count): "
          + entries.prefix(4).map(\.key.shown).joined(separator: ", "),
        at: entries[1].keySpan, notes: ["what belongs to \(entry.key.shown) stands in braces of its own"])
      return nil
    }
    guard
      let choice = known ?? reportUnknownForm(entry.key, entry.value, of: owner, among: choices, at: entry.keySpan)
    else { return nil }
    note(choice, of: owner, at: entry.keySpan)
    return whole(choice, entry.value, at: entry.keySpan)
  }

  /// A form with what stands behind it, nil for nothing; nil, reported, where that is wrong or too little.
  mutating func whole(_ choice: RecipeChoice, _ node: YAMLNode?, at span: Span) -> RecipeValue? {
    var fields = RecipeSettings()
    if let node, !node.isEmpty {
      if let main = choice.main, node.entries == nil, let field = choice.fields.first(where: { $0.name == main }) {
        guard let value = value(node, field.type, of: choice.name) else { return nil }
        fields[main] = value
      } else {
        fields = mapping(node, choice.fields, of: choice.name)
      }
    }
    return isWhole(choice, fields, at: span) ? .choice(choice.name, fields) : nil
  }

  /// Keeps where a choice is written that a network may have something against.
  private mutating func note(_ choice: RecipeChoice, of owner: String, at span: Span) {
    if owner == "loss" { losses.append(RecipeLoss(name: choice.name, span: span)) }
  }

  /// Whether all is said that has no standard.
  private mutating func isWhole(_ choice: RecipeChoice, _ fields: RecipeSettings, at span: Span) -> Bool {
    // Of the right key with a wrong value enough has been said.
    guard !diagnostics.hasErrors else { return true }
    let missing = choice.fields.filter { $0.standard == nil && fields[$0.name] == nil }.map(\.name)
    guard !missing.isEmpty else { return true }
    report(.missingKey, "\(choice.name) needs \(missing.joined(separator: " and "))", at: span)
    return false
  }
}

import Diagnostics
import YAML

/// What people write who know other libraries, and how a recipe says it.
extension RecipeReader {
  /// Reports a key that is not known, with the word that is meant; the fix is an edit where one mends it.
  ///
  /// - Returns: The field that must be meant, if there is one and it does not stand there too: its value is read on.
  mutating func reportUnknownKey(
    _ entry: YAMLEntry, of owner: String, among fields: [RecipeField], in node: YAMLNode
  ) -> RecipeField? {
    let word = entry.key
    let message = "\(owner) has no key '\(word.shown)'"
    let known = fields.map(\.name)
    if reportBetas(entry, message, among: known, in: node) { return nil }
    switch RecipeWords.meaning(of: word, among: known) {
    case .form(let name, let advice) where findings(of: entry, as: name, among: fields)?.isEmpty != true:
      report(.unknownKey, "\(message); \(advice)", at: entry.keySpan)
    case .same(let name), .form(let name, _):
      return reportKey(message + "; here it is called '\(name)'", entry, meant: name, among: fields, in: node)
    case .instead(_, let advice): report(.unknownKey, "\(message); \(advice)", at: entry.keySpan)
    case .inferred(_, let reason):
      report(
        .unknownKey, "\(message); leave it out, \(reason)", at: entry.keySpan,
        fix: node.removal(of: entry).map { ("leave \(word.shown) out", $0) })
    case .absent: report(.unknownKey, "\(message); cnnc does not have it", at: entry.keySpan)
    case nil:
      let plain = RecipeWords.normalized(word)
      if let same = known.first(where: { RecipeWords.normalized($0) == plain }) {
        return reportKey(message + "; did you mean '\(same)'?", entry, meant: same, among: fields, in: node)
      }
      if let place = RecipeWords.place(of: entry, among: fields, in: node) {
        let text = place.stranger.map { ", and '\($0)' has none" } ?? ": `\(place.text)`"
        report(.unknownKey, "\(message); it stands in '\(place.field)'\(place.renaming)\(text)", at: entry.keySpan)
      } else if !known.contains("optimizer"), RecipeField.all.contains(where: { $0.name == word }) {
        report(.unknownKey, "\(message); it stands in the recipe itself", at: entry.keySpan)
      } else if let near = nearMiss(to: word, among: known) {
        return reportKey(
          message + "; did you mean '\(near.candidate)'?", entry, meant: near.isOnly ? near.candidate : nil,
          among: fields, in: node)
      } else {
        report(.unknownKey, message + Self.list(known), at: entry.keySpan)
      }
    }
    return nil
  }

  /// Reports a word that is none of several forms: only what is the same is mended, for names that are near each other
  /// may be those of different methods.
  ///
  /// - Parameter value: What stands behind the word; nil where it stands alone.
  /// - Returns: The form that must be meant, if there is one.
  mutating func reportUnknownForm(
    _ word: String, _ value: YAMLNode?, of owner: String, among choices: [RecipeChoice], at span: Span
  ) -> RecipeChoice? {
    let message = "\(owner) cannot be '\(word.shown)'"
    let known = choices.map(\.name)
    /// Reports the word as another form's, which is no more than that where the form needs more said.
    func report(_ text: String, as name: String, isCertain: Bool = true) -> RecipeChoice? {
      guard let choice = choices.first(where: { $0.name == name }) else { return nil }
      let isMended = isCertain && isWhole(choice, value, at: span)
      self.report(
        .unknownKey, "\(message); \(text)", at: span,
        fix: isMended ? ("write '\(name)'", Diagnostic.Edit(span, replacement: name)) : nil)
      return isMended ? choice : nil
    }
    switch RecipeWords.meaning(of: word, among: known) {
    case .form(_, let advice) where value == nil: self.report(.unknownKey, "\(message); \(advice)", at: span)
    case .same(let name), .form(let name, _): return report("here it is called '\(name)'", as: name)
    case .instead(_, let advice): self.report(.unknownKey, "\(message); \(advice)", at: span)
    case .inferred(_, let reason):
      self.report(.unknownKey, "\(message); leave it out, \(reason)", at: span)
    case .absent: self.report(.unknownKey, "\(message); cnnc does not have it" + Self.list(known), at: span)
    case nil:
      let plain = RecipeWords.normalized(word)
      if let same = known.first(where: { RecipeWords.normalized($0) == plain }) {
        return report("did you mean '\(same)'?", as: same)
      }
      if choices.contains(where: { $0.fields.contains { $0.name == word } }) || Self.keysOfNames.contains(word) {
        let name = value?.text.flatMap { known.contains($0) ? $0 : nil } ?? known.first ?? ""
        self.report(
          .unknownKey, "\(message); the form stands before what belongs to it: `\(owner): {\(name): {…}}`", at: span,
          notes: ["there are \(known.joined(separator: ", "))"])
      } else if let near = nearMiss(to: word, among: known) {
        // A longer name with one letter wrong is none of another method.
        let isCertain = near.isOnly && word.utf8.count >= Self.lettersOfOneMethod
        return report("did you mean '\(near.candidate)'?", as: near.candidate, isCertain: isCertain)
      } else if owner == "data", value == nil {
        let form = word.hasSuffix(".csv") ? "csv" : word.hasSuffix(".npz") ? "npz" : "folder"
        self.report(
          .unknownKey, "\(message); its format stands before the path: `data: {\(form): \(word.shown)}`", at: span,
          notes: ["there are \(known.joined(separator: ", "))"])
      } else {
        self.report(.unknownKey, message + Self.list(known), at: span)
      }
    }
    return nil
  }

  /// Reports a word that is none of those that may stand for a value.
  mutating func reportUnknownWord(_ word: String, _ message: String, among known: [String], at span: Span) {
    var (text, meant) = (Self.list(known), String?.none)
    if case .same(let name)? = RecipeWords.meaning(of: word, among: known) {
      (text, meant) = ("; here it is called '\(name)'", name)
    } else if let near = nearMiss(to: word, among: known) {
      (text, meant) = ("; did you mean '\(near.candidate)'?", near.isOnly ? near.candidate : nil)
    }
    report(
      .unknownKey, "\(message) '\(word.shown)'\(text)", at: span,
      fix: meant.map { ("write '\($0)'", Diagnostic.Edit(span, replacement: $0)) })
  }

  /// The entries of a mapping in braces, with numbers put together again that a decimal comma cut in two, reported.
  mutating func joiningDecimals(_ node: YAMLNode) -> [YAMLEntry]? {
    guard node.isFlow, let entries = node.entries else { return node.entries }
    var result: [YAMLEntry] = []
    for entry in entries {
      if entry.value.isEmpty, let last = result.last, let whole = last.value.decimal(with: (entry.key, entry.keySpan)) {
        reportDecimal(whole)
        result[result.count - 1].value = whole
      } else {
        result.append(entry)
      }
    }
    return result
  }

  /// As above of a list, in which `[erase: 0,5]` is a mapping and a number.
  mutating func joiningDecimals(_ items: [YAMLNode]) -> [YAMLNode] {
    var result: [YAMLNode] = []
    for item in items {
      if let text = item.text, var last = result.last, var entry = last.entries?.first, last.entries?.count == 1,
        let whole = entry.value.decimal(with: (text, item.span))
      {
        reportDecimal(whole)
        entry.value = whole
        last.content = .mapping([entry])
        result[result.count - 1] = last
      } else {
        result.append(item)
      }
    }
    return result
  }

  /// Reports a number with a comma: `0,5` where YAML reads it whole. Whether it is one.
  mutating func reportComma(_ node: YAMLNode) -> Bool {
    guard let pieces = node.text?.split(separator: ",", omittingEmptySubsequences: false), pieces.count == 2,
      pieces.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
      )
    else { return false }
    var whole = node
    whole.content = .scalar(pieces.joined(separator: "."), quoted: false)
    reportDecimal(whole)
    return true
  }

  private mutating func reportDecimal(_ whole: YAMLNode) {
    let number = (whole.text ?? "").shown
    report(
      .expressionSyntax, "a number has a decimal point, no comma: \(number)", at: whole.span,
      fix: ("write \(number)", Diagnostic.Edit(whole.span, replacement: number)))
  }

  /// `betas: [0.9, 0.999]`: two keys here.
  private mutating func reportBetas(
    _ entry: YAMLEntry, _ message: String, among known: [String], in node: YAMLNode
  ) -> Bool {
    guard entry.key == "betas", known.contains("beta1"), known.contains("beta2") else { return false }
    let given = entry.value.items?.compactMap(\.text).filter { Double($0) != nil } ?? []
    let isPair = given.count == 2 && entry.value.items?.count == 2
    let pairs = isPair ? ["beta1: \(given[0])", "beta2: \(given[1])"] : ["beta1: 0.9", "beta2: 0.999"]
    let isFree = node.entries?.contains { ["beta1", "beta2"].contains($0.key) } == false
    let separator =
      node.isFlow ? ", " : "\n" + String(repeating: " ", count: entry.keySpan.start.column - 1)
    let edit = Diagnostic.Edit(
      Span(source: node.span.source, start: entry.keySpan.start, end: entry.value.span.end),
      replacement: pairs.joined(separator: separator))
    let text = pairs.joined(separator: ", ")
    report(
      .unknownKey, "\(message); write `\(text)`", at: entry.keySpan,
      fix: isPair && isFree ? ("write `\(text)`", edit) : nil)
    return true
  }

  private mutating func reportKey(
    _ message: String, _ entry: YAMLEntry, meant: String?, among fields: [RecipeField], in node: YAMLNode
  ) -> RecipeField? {
    let isFree = node.entries?.contains { $0.key == meant } == false
    let name = meant.flatMap { name in
      // What the right key lacks would only come out behind the fix.
      let lacks = findings(of: entry, as: name, among: fields)?.contains { $0.id == .missingKey } ?? true
      return isFree && !lacks ? name : nil
    }
    report(
      .unknownKey, message, at: entry.keySpan,
      fix: name.map { ("write '\($0)'", Diagnostic.Edit(entry.keySpan, replacement: $0)) })
    return fields.first { $0.name == name }
  }

  /// What is found in an entry's value as that of another key.
  private func findings(of entry: YAMLEntry, as name: String, among fields: [RecipeField]) -> [Diagnostic]? {
    guard let field = fields.first(where: { $0.name == name }) else { return nil }
    var trial = RecipeReader(allowsAnyPath: allowsAnyPath)
    _ = trial.value(entry.value, field.type, of: name)
    return trial.diagnostics.sorted
  }

  /// Whether a form lacks nothing with what stands behind it.
  private func isWhole(_ choice: RecipeChoice, _ value: YAMLNode?, at span: Span) -> Bool {
    var trial = RecipeReader(allowsAnyPath: allowsAnyPath)
    _ = trial.whole(choice, value, at: span)
    return !trial.diagnostics.sorted.contains { $0.id == .missingKey }
  }

  private static func list(_ known: [String]) -> String {
    known.isEmpty ? "; it has none" : "; there are \(known.joined(separator: ", "))"
  }

  /// The keys under which others say which method they mean.
  private static let keysOfNames: Set<String> = ["name", "type", "kind", "class_name"]

  /// Of fewer letters there are names of other methods that differ in one: `adam`, `radam`, `adamw`.
  private static let lettersOfOneMethod = 8
}

extension RecipeWords {
  /// Where in a recipe something is written.
  struct Place {
    /// The key that it stands under.
    var field: String
    /// " as 'lr'" for what is called so there.
    var renaming: String
    /// How it is written: `optimizer: {sgd: {lr: 0.1}}`.
    var text: String
    /// The form that is written there and has nothing of the kind.
    var stranger: String?
  }

  /// Where a key belongs that stands one level too high; nil for one that belongs nowhere.
  ///
  /// - Parameter node: The mapping that it stands in, whose forms are those that it belongs to.
  static func place(of entry: YAMLEntry, among fields: [RecipeField], in node: YAMLNode) -> Place? {
    let text = entry.value.text.flatMap { $0.isEmpty || $0.utf8.count > 16 ? nil : $0.shown } ?? "…"
    for name in names(of: entry.key) {
      for field in fields {
        var place = Place(field: field.name, renaming: name == entry.key ? "" : " as '\(name)'", text: "")
        switch field.type {
        case .mapping(let parts, _) where parts.contains { $0.name == name }:
          place.text = "\(field.name): {\(name): \(text)}"
          return place
        case .choices(let choices) where choices.contains { $0.name == name }:
          place.text = "\(field.name): [\(name)]"
          return place
        case .choice(let choices) where choices.contains { $0.name == name }:
          place.text = "\(field.name): {\(name): …}"
          return place
        case .choice(let choices) where field.name != "data":
          let owners = choices.filter { $0.fields.contains { $0.name == name } }.map(\.name)
          guard let first = owners.first else { continue }
          let written = node.entries?.first { $0.key == field.name }?.value
          let chosen = (written?.text ?? written?.entries?.first?.key).flatMap { word in
            choices.first { $0.name == word }?.name
          }
          let isOwner = chosen.map(owners.contains) ?? true
          place.stranger = isOwner ? nil : chosen
          place.text = "\(field.name): {\(chosen ?? first): {\(name): \(text)}}"
          return place
        default: continue
        }
      }
    }
    return nil
  }

  /// What is said of a key of recipes that stands beside a spec's `train`; nil for one that belongs into no recipe.
  package static func hintUnderTrain(_ entry: YAMLEntry, in node: YAMLNode) -> String? {
    let known = RecipeField.all.map(\.name)
    func under(_ text: String) -> String { "it stands under 'train': `train: {\(text)}`" }
    // A dropout beside the layers is a layer's.
    if known.contains(entry.key) { return entry.key == "dropout" ? nil : under("\(entry.key): …") }
    switch meaning(of: entry.key, among: known) {
    case .same(let name), .form(let name, _): return under("\(name): …")
    case .instead(_, let advice): return "what trains a network stands under 'train'; \(advice)"
    case .inferred(_, let reason): return "leave it out, \(reason)"
    case .absent, nil: break
    }
    // What else may be meant by parts of other fields, and by these, is no matter of training.
    let parts = RecipeField.all.filter { ["loss", "optimizer"].contains($0.name) }
    guard !["epsilon", "eps", "alpha", "rho", "rate", "j"].contains(entry.key) else { return nil }
    return place(of: entry, among: parts, in: node).map { under($0.text) }
  }
}

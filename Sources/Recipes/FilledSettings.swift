import Diagnostics
import YAML

/// Settings of some fields, with the fields' standards for what is not said.
struct FilledSettings {
  private let settings: RecipeSettings
  private let fields: [RecipeField]

  init(_ settings: RecipeSettings, _ fields: [RecipeField]) {
    self.settings = settings
    self.fields = fields
  }

  /// What is said of a field, or holds where nothing is.
  subscript(name: String) -> RecipeValue? {
    guard let field = fields.first(where: { $0.name == name }) else {
      preconditionFailure("there is no field '\(name)' in recipes")
    }
    return settings[name] ?? field.standardValue
  }

  func integer(_ name: String) -> Int { if case .integer(let value)? = self[name] { value } else { 0 } }

  func number(_ name: String) -> Double { given(name) ?? 0 }

  /// A number, or nil where neither one is said nor one is standard.
  func given(_ name: String) -> Double? { if case .number(let value)? = self[name] { value } else { nil } }

  func flag(_ name: String) -> Bool { self[name] == .flag(true) }

  func text(_ name: String) -> String { if case .text(let value)? = self[name] { value } else { "" } }

  func range(_ name: String) -> ClosedRange<Double> {
    if case .numbers(let bounds)? = self[name], bounds.count == 2, bounds[0] <= bounds[1] {
      bounds[0]...bounds[1]
    } else {
      0...0
    }
  }

  /// Which form of a choice is taken, with its fields.
  func choice(_ name: String) -> (name: String, fields: FilledSettings)? {
    guard case .choice(let form, let written)? = self[name],
      case .choice(let choices)? = fields.first(where: { $0.name == name })?.type,
      let choice = choices.first(where: { $0.name == form })
    else { return nil }
    return (form, FilledSettings(written, choice.fields))
  }

  func mapping(_ name: String) -> FilledSettings? {
    guard case .mapping(let written)? = self[name],
      case .mapping(let fields, _)? = fields.first(where: { $0.name == name })?.type
    else { return nil }
    return FilledSettings(written, fields)
  }
}

extension RecipeField {
  /// The field's standard, read as it would be from a recipe.
  var standardValue: RecipeValue? {
    guard let standard else { return nil }
    var reader = RecipeReader()
    return reader.value(of: self, in: standard)
  }
}

extension RecipeReader {
  /// What a text says of a field, as if it stood behind the field's key; nil, with findings, if it says nothing right.
  package mutating func value(of field: RecipeField, in text: String) -> RecipeValue? {
    let line = "\(field.name): \(text)\n"
    var table = SourceTable()
    let source = table.add(SourceFile(path: field.name, bytes: Array(line.utf8)))
    var found = DiagnosticBag()
    let node = YAMLComposer.compose(Array(line.utf8), source: source, into: &found)
    guard !found.hasErrors, let entry = node?.entries?.first else { return nil }
    return value(entry.value, field.type, of: field.name)
  }
}

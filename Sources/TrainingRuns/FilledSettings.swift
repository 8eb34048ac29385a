import Recipes

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

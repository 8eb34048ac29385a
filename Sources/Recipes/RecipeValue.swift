/// What a recipe says at a place: checked against its declaration, nothing filled in.
package indirect enum RecipeValue: Hashable, Sendable {
  case integer(Int)
  case number(Double)
  case flag(Bool)
  case text(String)
  case numbers([Double])
  case integers([Int])
  case texts([String])
  /// Numbers by pattern, in their order.
  case factors([Factor])
  case choice(String, RecipeSettings)
  case choices([RecipeValue])
  case mapping(RecipeSettings)
  case mappings([RecipeSettings])

  /// A number for the tensors that a pattern fits.
  package struct Factor: Hashable, Sendable {
    package var pattern: String
    package var factor: Double

    package init(pattern: String, factor: Double) {
      self.pattern = pattern
      self.factor = factor
    }
  }
}

/// The keys that are written in a recipe, or a part of one, with what they say.
package struct RecipeSettings: Hashable, Sendable {
  private var values: [String: RecipeValue]

  /// Nothing said.
  package init() { values = [:] }

  init(_ values: [String: RecipeValue]) { self.values = values }

  package subscript(name: String) -> RecipeValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// Whether nothing is said.
  package var isEmpty: Bool { values.isEmpty }

  /// The same with one more thing said.
  package func setting(_ name: String, _ value: RecipeValue?) -> RecipeSettings {
    var result = self
    result[name] = value
    return result
  }

  /// What is said of one key, and nothing else.
  package func only(_ name: String) -> RecipeSettings { RecipeSettings().setting(name, self[name]) }

  /// These settings with others in their place where those say something; of the same choice, field by field.
  package func overridden(by others: RecipeSettings) -> RecipeSettings {
    var result = self
    for (name, value) in others.values {
      switch (result[name], value) {
      case (.choice(let old, let fields), .choice(let new, let others)) where old == new:
        result[name] = .choice(new, fields.overridden(by: others))
      case (.mapping(let fields), .mapping(let others)): result[name] = .mapping(fields.overridden(by: others))
      default: result[name] = value
      }
    }
    return result
  }
}

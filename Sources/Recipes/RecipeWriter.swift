/// Writes settings as YAML that reads back to them.
package enum RecipeWriter {
  /// A recipe, a key a line, in the order of the reference.
  package static func yaml(_ settings: RecipeSettings) -> String {
    RecipeField.all.compactMap { field in
      settings[field.name].map { "\(field.name): \(flow($0, field.type))\n" }
    }.joined()
  }

  /// The shortest text that reads back to a number.
  static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
  }

  private static func flow(_ value: RecipeValue, _ type: RecipeType) -> String {
    switch value {
    case .integer(let value): return String(value)
    case .number(let value): return text(value)
    case .flag(let value): return value ? "true" : "false"
    case .text(let value): return quoted(value, type)
    case .numbers(let values): return list(values.map(text))
    case .integers(let values): return list(values.map(String.init))
    case .texts(let values): return list(values.map { quoted($0, .text) })
    case .factors(let values):
      return "{" + values.map { "\(quoted($0.pattern, .text)): \(text($0.factor))" }.joined(separator: ", ") + "}"
    case .choices(let values): return list(values.map { flow($0, type) })
    case .choice(let name, let settings):
      let fields = choices(of: type).first { $0.name == name }?.fields ?? []
      return settings.isEmpty ? name : "{\(name): \(flow(settings, fields))}"
    case .mapping(let settings):
      guard case .mapping(let fields, _) = type else { return "{}" }
      return flow(settings, fields)
    case .mappings(let list):
      guard case .mappings(let fields) = type else { return "[]" }
      return self.list(list.map { flow($0, fields) })
    }
  }

  private static func choices(of type: RecipeType) -> [RecipeChoice] {
    switch type {
    case .choice(let choices), .choices(let choices): choices
    default: []
    }
  }

  private static func flow(_ settings: RecipeSettings, _ fields: [RecipeField]) -> String {
    "{"
      + fields.compactMap { field in settings[field.name].map { "\(field.name): \(flow($0, field.type))" } }
      .joined(separator: ", ") + "}"
  }

  private static func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }

  /// A text in quotes, but for a word of a choice.
  private static func quoted(_ text: String, _ type: RecipeType) -> String {
    if case .share = type { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

import JSON
import Recipes

/// How networks are trained: made of the declarations of recipes' keys.
extension JSONSchema {
  /// `train`, and each of `recipes`.
  static func recipe(_ description: String?) -> JSONValue {
    .object(described(description) + [("allOf", .array([reference("recipe")]))])
  }

  /// The recipe's own definition.
  static var recipes: [Member] { [("recipe", mapping("How a network is trained.", members(RecipeField.all)))] }

  private static func members(_ fields: [RecipeField]) -> [Member] {
    fields.map { field in
      let standard = field.standard.map { "; default \($0)" } ?? ""
      return (field.name, value(field.type, description: field.summary.dropLast() + standard + "."))
    }
  }

  private static func value(_ type: RecipeType, description: String?) -> JSONValue {
    switch type {
    case .integer(let range):
      return plain(
        description, "integer",
        [("minimum", .int(range.lowerBound))]
          + (range.upperBound == Int.max ? [] : [("maximum", .int(range.upperBound))]))
    case .number(let range): return plain(description, "number", bounds(range))
    case .flag: return plain(description, "boolean")
    case .text, .path: return text(description)
    case .range(let range):
      return .object(
        described(description) + [
          ("type", .string("array")), ("items", plain(nil, "number", bounds(range))), ("minItems", .int(2)),
          ("maxItems", .int(2)),
        ])
    case .milestones: return any(positive, list(nil, of: positive, atLeast: 1), description: description)
    case .patterns: return any(text(nil), list(nil, of: text(nil)), description: description)
    case .factors(let range):
      return .object(
        described(description) + [
          ("type", .string("object")), ("additionalProperties", plain(nil, "number", bounds(range))),
        ])
    case .choice(let choices): return choice(choices, description: description)
    case .choices(let choices):
      return any(
        list(nil, of: choice(choices, description: nil)), choice(choices, description: nil), description: description)
    case .mapping(let fields, let main):
      let whole = mapping(main == nil ? description : nil, members(fields))
      guard let main, let field = fields.first(where: { $0.name == main }) else { return whole }
      return any(value(field.type, description: nil), whole, description: description)
    case .mappings(let fields):
      return list(description, of: mapping(nil, members(fields)), atLeast: 1)
    case .share(let range, let words):
      return any(plain(nil, "number", bounds(range)), word(nil, of: words), description: description)
    }
  }

  private static let positive = plain(nil, "integer", [("minimum", .int(1))])

  private static func plain(_ description: String?, _ type: String, _ more: [Member] = []) -> JSONValue {
    .object(described(description) + [("type", .string(type))] + more)
  }

  private static func bounds(_ range: ClosedRange<Double>) -> [Member] {
    [("minimum", .double(range.lowerBound)), ("maximum", .double(range.upperBound))]
  }

  /// A word, or a mapping with that one key.
  private static func choice(_ choices: [RecipeChoice], description: String?) -> JSONValue {
    let words = choices.filter { choice in choice.fields.allSatisfy { $0.standard != nil } }.map(\.name)
    let forms = choices.map { choice -> Member in
      let fields = mapping(nil, members(choice.fields), isOptional: true)
      guard let main = choice.main, let field = choice.fields.first(where: { $0.name == main }) else {
        return (choice.name, .object(described(choice.summary) + [("allOf", .array([fields]))]))
      }
      return (choice.name, any(value(field.type, description: nil), fields, description: choice.summary))
    }
    let whole = mapping(nil, forms, more: [("minProperties", .int(1)), ("maxProperties", .int(1))])
    return words.isEmpty
      ? .object(described(description) + [("allOf", .array([whole]))])
      : any(word(nil, of: words), whole, description: description)
  }
}

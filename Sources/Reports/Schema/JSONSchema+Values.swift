import JSON
import Layers
import Shapes
import SpecLanguage

/// Values of fields and parameters. Wherever a number stands, an expression may.
extension JSONSchema {
  /// What expressions are written with; editors cannot know more of them.
  static let expressionPattern = #"^[A-Za-z0-9_ .,+*/%()<>=!-]+$"#
  static let namePattern = #"^[A-Za-z0-9_]+$"#
  static let variablePattern = #"^[A-Za-z_][A-Za-z0-9_]*$"#
  static let blockPattern = #"^[A-Z][A-Za-z0-9_]*$"#
  /// A name, in which `$(…)` puts integers.
  static let templatePattern = #"^([A-Za-z0-9_]|\$\(.+\))+$"#
  /// A path of templates, or a choice of two.
  static let referencePattern = #"^ *([A-Za-z0-9_]|\$\(.+\))+(\.([A-Za-z0-9_]|\$\(.+\))+)*( +if .+ else .+)? *$"#

  /// The members of a number's schema: of `types`, or an expression.
  static func number(
    _ description: String?, _ types: [String], minimum: JSONValue? = nil, maximum: JSONValue? = nil, more: [Member] = []
  ) -> JSONValue {
    .object(
      described(description) + [("type", strings(types + ["string"])), ("pattern", .string(expressionPattern))]
        + (minimum.map { [("minimum", $0)] } ?? []) + (maximum.map { [("maximum", $0)] } ?? []) + more)
  }

  static func int(_ description: String?, minimum: Int? = nil) -> JSONValue {
    number(description, ["integer"], minimum: minimum.map(JSONValue.int))
  }

  static func float(_ description: String?) -> JSONValue { number(description, ["number"]) }

  /// True, false or an expression; the other words that YAML once had for them are names in an expression.
  static func bool(_ description: String?, more: [Member] = []) -> JSONValue {
    let words = ["yes", "no", "on", "off"].flatMap {
      [$0, $0.prefix(1).uppercased() + $0.dropFirst(), $0.uppercased()]
    }
    return number(description, ["boolean"], more: [("not", .object([("enum", strings(words))]))] + more)
  }

  static func ints(_ description: String?) -> JSONValue { list(description, of: int(nil)) }

  /// The schema of a layer's field.
  static func field(_ field: Field) -> JSONValue {
    let description = description(of: field)
    let initial: [Member] = field.defaultValue.flatMap { constant($0) }.map { [("default", $0)] } ?? []
    switch field.type {
    case .int(let range):
      return number(
        description, ["integer"], minimum: bound(range.lowerBound), maximum: bound(range.upperBound), more: initial)
    case .float(let range):
      return number(
        description, ["number"], minimum: bound(range.lowerBound), maximum: bound(range.upperBound), more: initial)
    case .bool: return bool(description, more: initial)
    case .size(let range):
      let minimum = bound(range.lowerBound)
      let sides: [Member] = [
        ("items", number(nil, ["integer"], minimum: minimum)), ("minItems", .int(1)), ("maxItems", .int(3)),
      ]
      return number(description, ["integer", "array"], minimum: minimum, more: sides + initial)
    case .padding: return padding(description, more: initial)
    case .word(let words): return .object(described(description) + [("enum", strings(words))] + initial)
    case .text: return text(description)
    case .ints: return ints(description)
    case .intTable: return list(description, of: ints(nil))
    case .initializers: return initializers(description)
    case .node: return any(reference("reference"), description: description)
    }
  }

  private static func padding(_ description: String?, more: [Member]) -> JSONValue {
    let sides = JSONValue.array([1, 2, 3, 4, 6].map { .object([("minItems", .int($0)), ("maxItems", .int($0))]) })
    return .object(
      described(description) + [
        (
          "anyOf",
          .array([
            .object([("enum", strings(Padding.words))]), int(nil, minimum: 0),
            .object([("type", .string("array")), ("items", int(nil, minimum: 0)), ("anyOf", sides)]),
          ])
        )
      ] + more)
  }

  // MARK: Initializers

  private static func initializers(_ description: String?) -> JSONValue {
    let words = TensorInitializer.distributions.map(\.word) + TensorInitializer.givenForms.map(\.word)
    let each = JSONValue.object([
      ("type", .string("object")),
      ("propertyNames", .object([("pattern", .string(namePattern)), ("not", .object([("enum", strings(words))]))])),
      ("additionalProperties", reference("initializer")),
    ])
    return any(reference("initializer"), each, description: description)
  }

  /// `he_normal`, `{normal: {std: 0.01}}`, `[1, 2, 1]`, `{file: kernel.npy}`.
  static var initializer: JSONValue {
    let distributions = TensorInitializer.distributions.map { distribution -> Member in
      let arguments = distribution.arguments.map { ($0.name, float("number; default \($0.value)")) }
      return (distribution.word, mapping(distribution.documentation, arguments, isOptional: true))
    }
    return any(
      .object([("enum", strings(distributions.map(\.0)))]),
      mapping(nil, distributions, more: [("minProperties", .int(1)), ("maxProperties", .int(1))]), reference("values"),
      given, description: "a tensor's first values: how training draws them, or numbers")
  }

  /// Numbers in lists, nested as the tensor's dimensions are.
  static var numbers: JSONValue { list(nil, of: any(float(nil), reference("values")), atLeast: 1) }

  private static var given: JSONValue {
    let documentation = Dictionary(
      uniqueKeysWithValues: TensorInitializer.givenForms.map { ($0.word, $0.documentation) })
    let members: [Member] = [
      ("outer", any(reference("values"), description: documentation["outer"])),
      ("sum", float("what the numbers of outer add up to")),
      ("range", any(int(nil), ints(nil), description: documentation["range"])), ("file", text(documentation["file"])),
    ]
    return mapping(nil, members, more: [("minProperties", .int(1))])
  }

  // MARK: Documentation

  private static func description(of field: Field) -> String {
    let bounds = field.type.bounds.map { ", \($0)" } ?? ""
    let initial =
      field.defaultValue.map { "default \($0)" } ?? field.defaultText.map { "default: \($0)" }
      ?? "required, here or in `defaults`"
    return "\(field.documentation)\n\n\(field.type.name)\(bounds); \(initial)"
  }

  /// A default that JSON can say.
  private static func constant(_ value: FieldValue) -> JSONValue? {
    switch value {
    case .int(let number): .int(number)
    case .float(let number): .double(number)
    case .bool(let flag): .bool(flag)
    case .size(let size): size.uniform.map(JSONValue.int) ?? .array(size.numbers.map(JSONValue.int))
    case .padding(let padding): Int(padding.description).map(JSONValue.int) ?? .string(padding.description)
    case .word(let word): .string(word)
    case .openSize, .text, .ints, .intTable, .initializers: nil
    }
  }

  /// A bound, unless it only keeps arithmetic from overflowing.
  private static func bound(_ number: Int) -> JSONValue? {
    number.magnitude >= FieldReader.largestInt.magnitude ? nil : .int(number)
  }

  private static func bound(_ number: Double) -> JSONValue? { number.isFinite ? .double(number) : nil }
}

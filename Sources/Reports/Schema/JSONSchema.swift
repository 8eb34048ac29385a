import JSON
import Layers
import SpecLanguage

/// The JSON Schema (draft-07) of the spec language, made from the declarations of layer kinds and combinators.
///
/// Editors complete and check specs with it. An operation is a property of an item, so one object of plain `properties`
/// describes all items; what a schema cannot know (the types of a block's parameters, the fields that `defaults:` leave
/// out, the meaning of an expression) it lets pass, and `cnnc check` decides.
package enum JSONSchema {
  /// The schema's text, ended by a line break.
  package static func text() -> String { value.text + "\n" }

  /// The schema as a tree.
  package static var value: JSONValue {
    .block(
      [
        ("$schema", .string("http://json-schema.org/draft-07/schema#")),
        ("title", .string("cnnc spec")),
        (
          "description",
          .string(
            "A convolutional network for cnnc: a spec, or a file of blocks, functions and defaults that specs import.")
        ),
      ] + root + [("definitions", .block(definitions))])
  }

  private static var definitions: [Member] {
    structures + recipes + items + combinators + LayerRegistry.all.map { (layerName($0.keyword), layer($0)) }
  }

  // MARK: Words of the schema language

  typealias Member = (String, JSONValue)

  /// A reference to a definition.
  static func reference(_ name: String) -> JSONValue {
    .object([("$ref", .string("#/definitions/\(name)"))])
  }

  static func strings(_ words: some Sequence<String>) -> JSONValue { .array(words.map(JSONValue.string)) }

  /// Whatever one of several schemas accepts.
  static func any(_ choices: JSONValue..., description: String? = nil) -> JSONValue {
    .object([("anyOf", .array(choices))] + described(description))
  }

  static func described(_ text: String?) -> [Member] {
    text.map { [("description", .string($0))] } ?? []
  }

  /// A mapping with these keys and no others.
  static func mapping(
    _ description: String?, _ properties: [Member], required: [String] = [], isOptional: Bool = false,
    more: [Member] = []
  ) -> JSONValue {
    .block(
      described(description) + [("type", isOptional ? strings(["object", "null"]) : .string("object"))]
        + [("properties", .block(properties)), ("additionalProperties", .bool(false))]
        + (required.isEmpty ? [] : [("required", strings(required))]) + more)
  }

  /// A mapping whose keys are names that the spec gives.
  static func named(
    _ description: String?, keys pattern: String, _ values: JSONValue, isOptional: Bool = false
  ) -> JSONValue {
    .block(
      described(description) + [
        ("type", isOptional ? strings(["object", "null"]) : .string("object")),
        ("propertyNames", .object([("pattern", .string(pattern))])), ("additionalProperties", values),
      ])
  }

  static func list(_ description: String?, of element: JSONValue, atLeast count: Int = 0) -> JSONValue {
    .object(
      described(description) + [("type", .string("array")), ("items", element)]
        + (count > 0 ? [("minItems", .int(count))] : []))
  }

  /// A text of one of a few words.
  static func word(_ description: String?, of words: [String], default word: String? = nil) -> JSONValue {
    .object(
      described(description) + [("enum", strings(words))] + (word.map { [("default", .string($0))] } ?? []))
  }

  static func text(_ description: String?, pattern: String? = nil) -> JSONValue {
    .object(
      described(description) + [("type", strings(["string", "number"]))]
        + (pattern.map { [("pattern", .string($0))] } ?? []))
  }
}

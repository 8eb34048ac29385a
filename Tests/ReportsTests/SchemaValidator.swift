import JSON
import Reports
import YAML

/// Checks YAML trees against a JSON Schema, as far as draft-07's keywords appear in ours; any other keyword is a fault.
struct SchemaValidator {
  private let schema: JSONValue

  init(_ schema: JSONValue) { self.schema = schema }

  /// What is wrong with a document, each with its place; empty if it is valid.
  func faults(in document: YAMLNode) -> [String] { faults(document, schema, at: "") }

  private static let annotations: Set = [
    "$schema", "title", "description", "markdownDescription", "default", "definitions", "then", "else",
  ]

  private func faults(_ node: YAMLNode, _ schema: JSONValue, at place: String) -> [String] {
    if case .bool(let accepts) = schema { return accepts ? [] : ["\(place): nothing may stand here"] }
    let members = schema.members
    if let target = schema["$ref"]?.string {
      let name = String(target.dropFirst("#/definitions/".count))
      guard let definition = self.schema["definitions"]?[name] else { return ["no definition \(name)"] }
      return faults(node, definition, at: place)
    }
    return members.flatMap { key, value -> [String] in
      if Self.annotations.contains(key) { return [] }
      return faults(of: node, key, value, schema, at: place)
    }
  }

  private func isValid(_ node: YAMLNode, _ schema: JSONValue) -> Bool { faults(node, schema, at: "").isEmpty }

  private func faults(
    of node: YAMLNode, _ key: String, _ value: JSONValue, _ schema: JSONValue, at place: String
  ) -> [String] {
    func unless(_ holds: Bool) -> [String] { holds ? [] : ["\(place): \(key) \(value.text.prefix(80))"] }
    let count = node.entries?.count ?? 0
    switch key {
    case "type": return unless(value.words.contains { node.jsonTypes.contains($0) })
    case "enum": return unless(value.elements.contains { node.equals($0) })
    case "pattern": return unless(node.string.map { matches($0, value.string ?? "") } ?? true)
    case "minimum": return unless(node.number.map { $0 >= value.number } ?? true)
    case "maximum": return unless(node.number.map { $0 <= value.number } ?? true)
    case "minItems": return unless(node.items.map { Double($0.count) >= value.number } ?? true)
    case "maxItems": return unless(node.items.map { Double($0.count) <= value.number } ?? true)
    case "minProperties": return unless(node.entries == nil || Double(count) >= value.number)
    case "maxProperties": return unless(node.entries == nil || Double(count) <= value.number)
    case "items":
      return (node.items ?? []).enumerated().flatMap { faults($1, value, at: "\(place)/\($0)") }
    case "anyOf": return unless(value.elements.contains { isValid(node, $0) })
    case "oneOf": return unless(value.elements.filter { isValid(node, $0) }.count == 1)
    case "allOf": return value.elements.flatMap { faults(node, $0, at: place) }
    case "not": return unless(!isValid(node, value))
    case "if":
      let branch = schema[isValid(node, value) ? "then" : "else"]
      return branch.map { faults(node, $0, at: place) } ?? []
    default: return faults(ofMapping: node, key, value, schema, at: place)
    }
  }

  /// The keywords that look at keys.
  private func faults(
    ofMapping node: YAMLNode, _ key: String, _ value: JSONValue, _ schema: JSONValue, at place: String
  ) -> [String] {
    let entries = node.entries ?? []
    let patterns = schema["patternProperties"]?.members ?? []
    switch key {
    case "properties":
      return entries.flatMap { entry in
        value[entry.key].map { faults(entry.value, $0, at: "\(place)/\(entry.key)") } ?? []
      }
    case "patternProperties":
      return entries.flatMap { entry in
        patterns.filter { matches(entry.key, $0.0) }
          .flatMap { faults(entry.value, $0.1, at: "\(place)/\(entry.key)") }
      }
    case "additionalProperties":
      let others = entries.filter { entry in
        schema["properties"]?[entry.key] == nil && !patterns.contains { matches(entry.key, $0.0) }
      }
      return others.flatMap { faults($0.value, value, at: "\(place)/\($0.key)") }
    case "propertyNames":
      return entries.flatMap { faults(.key($0), value, at: "\(place)/\($0.key)") }
    case "required":
      guard node.entries != nil else { return [] }
      return value.words.filter { word in !entries.contains { $0.key == word } }.map { "\(place): needs \($0)" }
    case "dependencies":
      return entries.flatMap { entry -> [String] in
        guard let dependency = value[entry.key] else { return [] }
        if case .array = dependency { return faults(ofMapping: node, "required", dependency, schema, at: place) }
        return faults(node, dependency, at: place)
      }
    default: return ["the schema has the keyword \(key), which this validator does not know"]
    }
  }

  private func matches(_ text: String, _ pattern: String) -> Bool {
    guard let expression = try? Regex(pattern) else { return false }
    return text.contains(expression)
  }
}

extension JSONValue {
  var members: [(String, JSONValue)] {
    switch self {
    case .object(let members), .block(let members): members
    default: []
    }
  }

  var elements: [JSONValue] {
    switch self {
    case .array(let elements), .lines(let elements): elements
    default: []
    }
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The texts of a list, or the one text.
  var words: [String] { string.map { [$0] } ?? elements.compactMap(\.string) }

  var number: Double {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    default: .nan
    }
  }

  subscript(key: String) -> JSONValue? { members.first { $0.0 == key }?.1 }
}

/// Scalars as YAML 1.2's core schema types them, which is what editors do.
extension YAMLNode {
  static func key(_ entry: YAMLEntry) -> YAMLNode {
    YAMLNode(content: .scalar(entry.key, quoted: true), span: entry.keySpan, isFlow: false, weight: 1)
  }

  var jsonTypes: Set<String> {
    switch content {
    case .sequence: return ["array"]
    case .mapping: return ["object"]
    case .scalar(let text, let quoted):
      if quoted { return ["string"] }
      if text.isEmpty || ["~", "null", "Null", "NULL"].contains(text) { return ["null"] }
      if ["true", "True", "TRUE", "false", "False", "FALSE"].contains(text) { return ["boolean"] }
      if text.wholeMatch(of: /[-+]?[0-9]+/) != nil { return ["integer", "number"] }
      guard text.wholeMatch(of: /[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?/) != nil else { return ["string"] }
      return Double(text).map { $0 == $0.rounded() } ?? false ? ["integer", "number"] : ["number"]
    }
  }

  /// The text, if it is typed as one.
  var string: String? { jsonTypes.contains("string") ? text : nil }

  var number: Double? { jsonTypes.contains("number") ? text.flatMap(Double.init) : nil }

  func equals(_ value: JSONValue) -> Bool {
    value.string.map { $0 == string } ?? (number == value.number)
  }
}

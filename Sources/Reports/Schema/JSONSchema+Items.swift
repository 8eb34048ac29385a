import JSON
import Layers
import SpecLanguage

/// Items of layer lists: one operation, and the keys of the node beside it.
extension JSONSchema {
  /// Keys that belong to a combinator rather than to the node, with the combinators they stand beside.
  ///
  /// `scale` is a layer kind too, so it is told apart by the residual beside it.
  static let companions: [(key: String, owners: [String])] = [
    ("join", ["branches", "split"]), ("shares", ["split"]), ("shortcut", ["residual"]),
    ("with", ["use"]),
  ]

  static func layerName(_ keyword: String) -> String { "layer.\(keyword)" }
  private static func combinatorName(_ keyword: String) -> String { "combinator.\(keyword)" }

  static var combinatorWords: [String] { CombinatorDocumentation.all.map(\.keyword) }
  private static var layerWords: [String] { LayerRegistry.all.map(\.keyword) }

  static var items: [Member] {
    [
      ("items", list("Layers, in the order in which they run.", of: reference("item"), atLeast: 1)),
      ("body", any(reference("items"), reference("item"), description: "A list of layers, or one layer.")),
      (
        "item",
        any(reference("word"), reference("node"), description: "One operation, with what the item says beside it.")
      ),
      ("word", word),
      ("node", node(adding: [])),
      (
        "head",
        node(
          "A head that exists in training only; it is counted apart.",
          adding: [("weight", float("Its share of the loss."))], required: ["from"])
      ),
      ("shortcutNode", node("The shortcut's layers, or the rule that makes them.", adding: shortcutKeys)),
      (
        "operation",
        .object([
          (
            "anyOf",
            .array([
              .object([("enum", strings(layerWords + combinatorWords.filter { $0 != "scale" }))]),
              .object([("pattern", .string(blockPattern))]),
            ])
          )
        ])
      ),
    ]
  }

  /// An operation with its defaults: `relu`, `ConvBN`.
  private static var word: JSONValue {
    any(
      .object([("type", .string("string")), ("enum", strings(layerWords))]),
      .object([("type", .string("string")), ("pattern", .string(blockPattern))]))
  }

  private static var nodeKeys: [Member] {
    [
      (
        "name",
        .object(
          described("The level's name in paths, such as `conv1` or `block$(i + 1)`.") + [
            ("type", strings(["string", "number", "boolean"])), ("pattern", .string(templatePattern)),
          ])
      ),
      (
        "from",
        any(
          reference("reference"), list(nil, of: reference("reference"), atLeast: 1),
          description: "What flows in instead of the item before: an earlier node, or several for a join.")
      ),
      ("when", bool("The item is there only where this holds.")),
      ("repeat", int("Copies one behind the other; gives them i, first and last.", minimum: 0)),
      ("expect", reference("expectation")),
    ]
  }

  private static let shortcutWords = [
    ("when_same", "The input where the shapes agree, else nothing."),
    ("pad_channels", "The input, its rows and columns skipped and channels of zeros added."),
  ]

  private static var shortcutKeys: [Member] {
    [("project", reference("body"))]
      + shortcutWords.map { ($0.0, .object(described($0.1) + [("type", strings(["null", "object"]))])) }
  }

  static var shortcut: JSONValue {
    any(
      .object([("enum", strings(["identity"] + shortcutWords.map(\.0)))]), reference("word"), reference("items"),
      reference("shortcutNode"),
      description: "What is added to the body: identity (shapes must agree), when_same (only where they agree), "
        + "{project: X} (identity where they agree, else X), pad_channels, or layers that always stand there.")
  }

  // MARK: Nodes

  /// An item that is a mapping, or something like it with a few more keys.
  private static func node(
    _ description: String? = nil, adding extra: [Member], required: [String] = []
  ) -> JSONValue {
    let layers = layerWords.filter { !combinatorWords.contains($0) && $0 != "scale" }
    let properties =
      nodeKeys + extra + combinatorWords.map { ($0, reference(combinatorName($0))) }
      + companions.map { ($0.key, reference($0.key)) }
      + layers.map { ($0, reference(layerName($0))) }
      + [("scale", any(float("What the body is multiplied by."), reference(layerName("scale"))))]
    let blocks: [Member] = [
      ("patternProperties", .object([(blockPattern, reference("blockCall"))]))
    ]
    return mapping(
      description, properties, required: required,
      more: blocks + [
        (
          "not",
          hasNoOperation(words: nodeKeys.map(\.0) + companions.map(\.key) + extra.map(\.0).filter { $0 == "weight" })
        ),
        ("dependencies", .block(dependencies(layers: layers))), ("if", scaleIsCompanion.condition),
        ("then", scaleIsCompanion.consequence), ("else", scaleIsCompanion.alternative),
      ])
  }

  /// True of an item that has node keys alone.
  private static func hasNoOperation(words: [String]) -> JSONValue {
    .object([("propertyNames", .object([("enum", strings(words))]))])
  }

  /// Of each operation: no other beside it; of each companion: its combinator beside it.
  private static func dependencies(layers: [String]) -> [Member] {
    func alone(_ keyword: String) -> JSONValue {
      let others = JSONValue.object([("not", reference("operation"))])
      let own = JSONValue.object([("enum", strings(keyword == "residual" ? [keyword, "scale"] : [keyword]))])
      return .object([("propertyNames", .object([("anyOf", .array([own, others]))]))])
    }
    func beside(_ owners: [String]) -> JSONValue {
      owners.count == 1
        ? strings(owners)
        : .object([("anyOf", .array(owners.map { .object([("required", strings([$0]))]) }))])
    }
    return combinatorWords.map { keyword in
      switch keyword {
      case "branches", "split":
        return (keyword, .object([("allOf", .array([.object([("required", strings(["join"]))]), alone(keyword)]))]))
      case "for_each":
        let once = JSONValue.object([("not", .object([("required", strings(["repeat"]))]))])
        return (keyword, .object([("allOf", .array([once, alone(keyword)]))]))
      default: return (keyword, alone(keyword))
      }
    } + layers.map { ($0, alone($0)) } + companions.map { ($0.key, beside($0.owners)) }
  }

  /// `scale` beside `residual` is a number; elsewhere it is the layer kind.
  private static var scaleIsCompanion: (condition: JSONValue, consequence: JSONValue, alternative: JSONValue) {
    func scale(_ types: [String]) -> JSONValue {
      .object([("properties", .object([("scale", .object([("type", strings(types))]))]))])
    }
    return (.object([("required", strings(["residual"]))]), scale(["number", "string"]), scale(["object", "null"]))
  }

  // MARK: Combinators

  static var combinators: [Member] {
    CombinatorDocumentation.all.map { documentation in
      let members = combinator(documentation.keyword)
      let keys = documentation.keys.map { "- `\($0.name)`: \($0.documentation)\n" }.joined()
      let text = "\(documentation.summary)\n\n\(keys)\(keys.isEmpty ? "" : "\n")"
      return (
        combinatorName(documentation.keyword),
        .block(
          [
            ("description", .string(documentation.summary)),
            ("markdownDescription", .string(text + example(documentation.example))),
          ] + members)
      )
    } + companionSchemas
  }

  private static var companionSchemas: [Member] {
    [
      (
        "join",
        word("How the branches come together.", of: Join.allCases.map(\.rawValue))
      ),
      ("shares", list("The input channels of each branch, in proportion.", of: int(nil, minimum: 1))),
      ("shortcut", shortcut),
      (
        "with",
        named("Arguments for the layer, where it does not say them itself.", keys: variablePattern, reference("value"))
      ),
    ]
  }

  static func example(_ item: String) -> String { "```yaml\n- \(item)\n```" }

  private static func combinator(_ keyword: String) -> [Member] {
    switch keyword {
    case "seq", "layers": [("allOf", .array([reference("items")]))]
    case "for_each": forEach
    case "branches", "split":
      [
        (
          "anyOf",
          .array([
            named(nil, keys: namePattern, reference("body")), list(nil, of: reference("body"), atLeast: 1),
          ])
        )
      ]
    case "share": [("allOf", .array([reference("reference")]))]
    case "use": [("type", .string("string")), ("pattern", .string(variablePattern))]
    case "identity": [("type", .string("null"))]
    default: [("allOf", .array([reference("body")]))]
    }
  }

  private static var forEach: [Member] {
    let row = JSONValue.object([
      ("type", .string("object")), ("propertyNames", .object([("pattern", .string(variablePattern))])),
      ("additionalProperties", reference("value")),
    ])
    return [
      ("type", .string("object")),
      (
        "properties",
        .block([
          (
            "rows",
            any(
              int(nil, minimum: 0), list(nil, of: row),
              description: "Mappings with the same keys, which become variables, or a number of rows without any.")
          ),
          ("layers", reference("items")),
          ("as", text("A variable with the members i, first and last.", pattern: variablePattern)),
        ])
      ), ("additionalProperties", .bool(false)), ("required", strings(["rows", "layers"])),
    ]
  }
}

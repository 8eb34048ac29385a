import JSON
import Layers
import SpecLanguage

/// The file's own keys, and what it declares: parameters, functions, input, defaults and blocks.
extension JSONSchema {
  /// The keys that imported files have too.
  private static var sharedKeys: [Member] {
    [
      ("cnnc", .object(described("The version of the format.") + [("enum", .array([.int(1)]))])),
      ("summary", text("What the network is, in a sentence.")),
      ("source", text("The paper or the code that the spec follows.")),
      (
        "import",
        any(
          text(nil), list(nil, of: text(nil)),
          description: "Files with blocks, functions and defaults, in the spec's folder or below it.")
      ),
      ("functions", functions),
      (
        "defaults",
        mapping(
          "Fields of the layers written in this file, by layer kind.",
          LayerRegistry.all.map { ($0.keyword, reference(layerName($0.keyword))) }, isOptional: true)
      ),
      ("blocks", blocks),
    ]
  }

  /// The keys that only specs have.
  private static var specKeys: [Member] {
    [
      ("model", text("The network's name, which becomes a Swift type.", pattern: namePattern)),
      ("params", .object([("type", strings(["object", "null"]))])),
      (
        "network",
        text("Another spec in this file's folder, whose network this is; `params` gives its parameters other values.")
      ),
      ("input", input("What flows into the network: {channels: 3, size: 224}, or {features: 784}.")),
      ("inputs", named("Several inputs by name.", keys: namePattern, input(nil))), ("layers", reference("items")),
      (
        "aux",
        named("Heads that exist in training only, by name.", keys: namePattern, reference("head"))
      ),
      ("outputs", named("The network's outputs by name.", keys: namePattern, reference("reference"))),
      ("expect", reference("expectation")), ("variants", variants), ("sweeps", sweeps),
      ("preprocess", preprocessing), ("labels", labels), ("weights", weights),
      ("train", recipe("How the network is trained.")),
      ("recipes", named("Further ways of training, by name.", keys: namePattern, recipe(nil))),
    ]
  }

  /// Keys that may stand beside `network`.
  private static let derivedKeys: Set = [
    "cnnc", "summary", "source", "network", "model", "params", "expect", "variants", "preprocess", "labels", "weights",
    "train", "recipes",
  ]

  /// What a spec has beside a key: its layers, and an input or several.
  private static func needed(beside key: String) -> JSONValue {
    switch key {
    case "input": return .object([("required", strings(["layers"])), ("not", requiring("inputs"))])
    case "inputs": return .object([("required", strings(["layers"])), ("not", requiring("input"))])
    default:
      let inputs = ("anyOf", JSONValue.array([requiring("input"), requiring("inputs")]))
      return .object(key == "layers" ? [inputs] : [("required", strings(["layers"])), inputs])
    }
  }

  private static func requiring(_ key: String) -> JSONValue { .object([("required", strings([key]))]) }

  static var root: [Member] {
    [
      ("type", .string("object")), ("properties", .block(sharedKeys + specKeys)),
      ("additionalProperties", .bool(false)), ("required", strings(["cnnc"])), ("minProperties", .int(2)),
      ("if", requiring("network")),
      (
        "then",
        .object([
          ("properties", .object([("params", values)])),
          (
            "not",
            .object([
              (
                "anyOf",
                .array((sharedKeys + specKeys).map(\.0).filter { !derivedKeys.contains($0) }.map(requiring))
              )
            ])
          ),
        ])
      ),
      (
        "else",
        .block([
          ("properties", .object([("params", reference("parameters"))])),
          ("dependencies", .block(specKeys.map(\.0).filter { $0 != "network" }.map { ($0, needed(beside: $0)) })),
        ])
      ),
    ]
  }

  /// The definitions that several places refer to.
  static var structures: [Member] {
    let value = JSONValue.object(
      described("A number, true, false, an expression, [height, width] or, for a parameter of type layer, a layer.") + [
        ("type", strings(["string", "number", "boolean", "array", "object"]))
      ])
    return [
      ("parameters", parameters),
      (
        "reference",
        text(
          "An earlier node on this level or further out, or a path below one: `stem`, `features.3`, `enc$(k)`; "
            + "`input` or `prev`; one of two, `a if c else b`.",
          pattern: referencePattern)
      ),
      ("value", value),
      (
        "blockCall",
        named("A block with its arguments.", keys: variablePattern, reference("value"), isOptional: true)
      ),
      ("expectation", expectation), ("figure", figure), ("initializer", initializer), ("values", numbers),
    ]
  }

  /// Values of parameters that another file declares.
  private static var values: JSONValue {
    named("Values of the network's parameters.", keys: variablePattern, reference("value"))
  }

  private static var parameters: JSONValue {
    let types = ParameterType.allCases.map(\.rawValue).joined(separator: "|")
    return named(
      "Parameters: `name: type` or `name: type = value`; types are int, float, bool, size, padding and layer.",
      keys: variablePattern,
      .object([("type", .string("string")), ("pattern", .string("^ *(\(types)) *(= *[^ ].*)?$"))]), isOptional: true)
  }

  private static var functions: JSONValue {
    named(
      "Functions that expressions call: `ch(c): max(8, int(c * alpha))`.",
      keys: #"^ *[A-Za-z_][A-Za-z0-9_]* *\([A-Za-z0-9_, ]*\)$"#,
      number(nil, ["number", "boolean"]), isOptional: true)
  }

  private static var inputSize: JSONValue {
    number(
      "Height and width in pixels: a number, or [height, width].", ["integer", "array"], minimum: .int(1),
      more: [("items", int(nil, minimum: 1)), ("minItems", .int(2)), ("maxItems", .int(2))])
  }

  private static func input(_ description: String?) -> JSONValue {
    func required(_ keys: String...) -> JSONValue { .object([("required", strings(keys))]) }
    return mapping(
      description,
      [
        ("channels", int("The channels of the image or signal.", minimum: 1)),
        ("size", inputSize),
        ("height", int("The height in pixels.", minimum: 1)), ("width", int("The width in pixels.", minimum: 1)),
        ("depth", int("The slices of a volume, beside height and width.", minimum: 1)),
        ("length", int("The samples of a signal, in place of height and width.", minimum: 1)),
        ("features", int("The length of a vector, in place of an image.", minimum: 1)),
      ],
      more: [
        (
          "oneOf",
          .array([
            required("channels", "size"), required("channels", "height", "width"), required("channels", "length"),
            required("features"),
          ])
        ),
        (
          "dependencies",
          .object([("size", .object([("not", .object([("anyOf", .array([required("height"), required("width")]))]))]))])
        ),
      ])
  }

  private static var blocks: JSONValue {
    let block = mapping(
      "A named list of layers with parameters.",
      [
        (
          "inputs",
          list("Names for what flows in, the first one first.", of: text(nil, pattern: variablePattern), atLeast: 1)
        ),
        ("params", reference("parameters")),
        ("layers", reference("items")), ("seq", reference("items")), ("summary", text("What the block is.")),
      ],
      more: [
        ("oneOf", .array(["layers", "seq"].map { .object([("required", strings([$0]))]) }))
      ])
    return named(
      "Blocks by name: `layers` makes a level with names of its own, `seq` a list written in place.",
      keys: blockPattern,
      block, isOptional: true)
  }
}

import JSON
import SpecLanguage

/// What a spec says beside its layers: expectations, variants, sweeps, images, labels and names of weights.
extension JSONSchema {
  static var expectation: JSONValue {
    mapping(
      "What the network, or this node, must come out as; checked at every run.",
      figures { reference("figure") } + [
        ("input", ints("The shape of the input.")), ("output", ints("The shape of the output.")),
      ])
  }

  private static func figures(_ schema: () -> JSONValue) -> [Member] {
    Expectation.Metric.allCases.map { ($0.rawValue, schema()) }
  }

  /// `4231976`, `4.2M`.
  static var figure: JSONValue {
    .object(
      described("A number, or one as a paper prints it with K, M or G, off by one unit of its last digit at most.") + [
        ("type", strings(["integer", "string"])), ("minimum", .int(0)),
        ("pattern", .string(#"^[0-9][0-9_]*$|^[0-9]+(\.[0-9]+)?[KMG]$"#)),
      ])
  }

  static var variants: JSONValue {
    .block(
      described("Sets of values for the model's parameters, by name; each may bring its own `expect`.") + [
        ("type", .string("object")), ("propertyNames", .object([("pattern", .string(namePattern))])),
        (
          "additionalProperties",
          .object([
            ("type", strings(["object", "null"])), ("properties", .object([("expect", reference("expectation"))])),
            ("additionalProperties", reference("value")),
          ])
        ),
      ])
  }

  static var sweeps: JSONValue {
    let axes = named(
      "The values of each parameter that varies; several make the product, the last varying fastest.",
      keys: variablePattern, list(nil, of: reference("value"), atLeast: 1))
    let columns = mapping(
      "The figures of the table, one for each point.", figures { list(nil, of: reference("figure")) })
    return .block(
      described("A paper's tables, which `cnnc sweep` reproduces.") + [
        ("type", .string("object")),
        ("additionalProperties", mapping(nil, [("over", axes), ("expect", columns)], required: ["over"])),
      ])
  }

  static var preprocessing: JSONValue {
    func side(_ description: String) -> JSONValue {
      let pair: [Member] = [("items", int(nil, minimum: 1)), ("minItems", .int(1)), ("maxItems", .int(2))]
      return number(description, ["integer", "array"], minimum: .int(1), more: pair)
    }
    func channels(_ description: String) -> JSONValue {
      number(description, ["number", "array"], more: [("items", float(nil))])
    }
    return mapping(
      "How an image becomes the network's input.",
      [
        (
          "orient",
          word(
            "Whether images are set upright as their EXIF says, or stay as they are stored.", of: ["exif", "none"],
            default: "none")
        ),
        ("resize", side("The shorter side after resizing, or [height, width].")),
        ("crop", side("The side of the square cut from the middle, or [height, width].")),
        (
          "interpolation",
          word("How resizing makes pixels.", of: ["nearest", "bilinear", "bicubic", "lanczos"], default: "bilinear")
        ),
        ("scale", float("What a pixel value of 0 to 255 is multiplied by; default 1 / 255.")),
        ("mean", channels("What is subtracted, by channel.")), ("std", channels("What is divided by, by channel.")),
        ("order", word("The order of the channels.", of: ["rgb", "bgr"], default: "rgb")),
      ])
  }

  static var labels: JSONValue {
    any(text(nil), list(nil, of: text(nil)), description: "The classes' names: a file beside the spec, or a list.")
  }

  static var weights: JSONValue {
    let rules = named(
      "Each rule rewrites the beginning of a path; `*` is one step, `#` counts.",
      keys: #"^[A-Za-z0-9_*#]+(\.[A-Za-z0-9_*#]+)*$"#, text(nil, pattern: #"^[A-Za-z0-9_*#]+(\.[A-Za-z0-9_*#]+)*$"#))
    return .block(
      described("Maps from the network's tensor names to those of published files, by the map's name.") + [
        ("type", .string("object")), ("additionalProperties", rules),
      ])
  }
}

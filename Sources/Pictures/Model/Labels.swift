import GraphIR
import Layers
import Shapes

/// The words on a picture.
enum Labels {
  /// `conv 7×7 /2, 64`: what a layer is, with what tells it from others of its kind.
  static func layer(_ node: Node) -> String {
    var text = kind(of: node)
    let summary = node.summary
    if !summary.isEmpty { text += " \(summary)" }
    if type(of: node.layer).documentation.group == .convolution {
      // The channels are the figure people look for, so they stand beside the window.
      text += node.inputs.count == 1 ? ", \(node.output.channels)" : ""
    }
    return text
  }

  /// `input 3×224×224`, or `input left 1×105×105` where there are several.
  static func input(_ input: Graph.Input) -> String {
    "\(input.name.map { "input \($0)" } ?? "input") \(shape(input.shape))"
  }

  /// What a kind is called: activations as their type is, norms by their short name, others by their keyword.
  static func kind(of node: Node) -> String {
    let kind = type(of: node.layer)
    switch kind.documentation.group {
    case .activation: return "\(kind)"
    case .normalization where kind.namePrefix != kind.keyword: return kind.namePrefix.uppercased()
    default: return String(kind.keyword.map { $0 == "_" ? " " : $0 })
    }
  }

  /// `25.6 M`, `4.09 G`, `864`: three digits.
  static func short(_ number: Int) -> String {
    var value = Double(number)
    var unit = ""
    for next in ["K", "M", "G", "T"] where value >= 999.5 {
      value /= 1000
      unit = next
    }
    if unit.isEmpty { return String(number) }
    let digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
    return "\(Decimal.text(value, digits: digits)) \(unit)"
  }

  /// `25.6 M parameters`, with the singular.
  static func parameters(_ number: Int) -> String {
    "\(short(number)) \(number == 1 ? "parameter" : "parameters")"
  }

  /// A shape that fits beside an edge; of what is longer the longest formulas are left out.
  static func shape(_ shape: Shape) -> String {
    var dimensions = shape.dimensions.map(\.factorDescription)
    var text: String { dimensions.joined(separator: "×") }
    while text.count > 40, let longest = dimensions.map(\.count).max(), longest > 1 {
      dimensions = dimensions.map { $0.count == longest ? "…" : $0 }
    }
    return text
  }

  /// `64×56×56 → 256×56×56`, or one shape where it stays.
  static func shapes(_ input: Shape, _ output: Shape) -> String {
    input == output ? self.shape(output) : "\(self.shape(input)) → \(self.shape(output))"
  }

  /// The end of a path that says what is meant: from the last part that is no number, `layer1.0`.
  static func name(ofPath path: String) -> String {
    let parts = path.split(separator: ".")
    let start = parts.lastIndex { !$0.allSatisfy(\.isNumber) } ?? 0
    return parts[start...].joined(separator: ".")
  }

  /// `layer1.1–2`, `denselayer1–6`: names that differ in the number at their end.
  static func range(_ first: String, _ last: String) -> String {
    let digits = last.reversed().prefix { $0.isNumber }.count
    let stem = last.dropLast(digits)
    let isNumbered = digits > 0 && first.hasPrefix(stem) && first.dropFirst(stem.count).allSatisfy(\.isNumber)
    return isNumbered ? "\(first)–\(last.suffix(digits))" : "\(first) to \(last)"
  }

  /// A text with an ellipsis in place of what is too long.
  static func cut(_ text: String, to length: Int) -> String {
    text.count > length ? text.prefix(length - 1) + "…" : text
  }
}

/// Numbers as pictures write them.
enum Decimal {
  /// A number with at most so many digits after the point, without zeros at the end if it is a coordinate.
  static func text(_ value: Double, digits: Int) -> String {
    var factor = 1
    for _ in 0..<digits { factor *= 10 }
    let scaled = Int((value.magnitude * Double(factor)).rounded())
    let fraction = String(scaled % factor)
    let whole = (value < 0 && scaled != 0 ? "-" : "") + String(scaled / factor)
    guard digits > 0 else { return whole }
    return whole + "." + String(repeating: "0", count: digits - fraction.count) + fraction
  }

  /// A coordinate, to a tenth of a unit.
  static func coordinate(_ value: Double) -> String {
    let text = text(value, digits: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// How a kind of layer is written in Swift: what the library NeuralNetworks calls it, and how generated code makes it.
///
/// Labels and types of arguments follow from the kind's fields; `fields` says where they do not.
package struct SwiftSpelling: Hashable, Sendable {
  /// What generated code writes between inputs in place of a call.
  package enum Sign: Hashable, Sendable {
    /// Between two inputs: `a + b`.
    case sum
    /// Between two inputs: `a * b`.
    case product
    /// Behind an input, with the value of a field: `a * 0.5`.
    case factor(field: String)
  }

  /// The type, for feature maps where there are several, `MaxPool2D`; nil for a join, which is a function of a list of tensors.
  package var type: String?
  /// The function that does the same to a tensor, `maxPool`; nil for layers with tensors.
  package var function: String?
  /// The label of the input's channels or features; nil for kinds whose tensors do not depend on them.
  package var channels: String?
  package var sign: Sign?
  /// The type of layers with tensors, for a kind that has both.
  package var typeWithTensors: String?
  /// By the fields' names.
  package var fields: [String: FieldSpelling]
  /// Swift names of tensors by their names, where those are no names in Swift.
  package var tensors: [String: String]
  /// Fields that the type shows as properties.
  package var shown: [String]
  /// Whether the type stands in NeuralNetworks by hand: it has initializers that no rule makes.
  package var isByHand: Bool

  /// A layer without tensors: a type, and a function.
  package static func layer(
    _ type: String, _ function: String, fields: [String: FieldSpelling] = [:], sign: Sign? = nil,
    typeWithTensors: String? = nil, isByHand: Bool = false
  ) -> SwiftSpelling {
    SwiftSpelling(
      type: type, function: function, channels: typeWithTensors == nil ? nil : "channels", sign: sign,
      typeWithTensors: typeWithTensors, fields: fields, tensors: [:], shown: [], isByHand: isByHand)
  }

  /// A layer with tensors: a type. `channels` is the label of the input's channels or features.
  package static func module(
    _ type: String, channels: String, fields: [String: FieldSpelling] = [:], tensors: [String: String] = [:],
    shown: [String] = [], isByHand: Bool = false
  ) -> SwiftSpelling {
    SwiftSpelling(
      type: type, function: nil, channels: channels, sign: nil, typeWithTensors: nil, fields: fields, tensors: tensors,
      shown: shown, isByHand: isByHand)
  }

  /// A function of several tensors.
  package static func join(_ function: String, sign: Sign? = nil, fields: [String: FieldSpelling] = [:])
    -> SwiftSpelling
  {
    SwiftSpelling(
      type: nil, function: function, channels: nil, sign: sign, typeWithTensors: nil, fields: fields, tensors: [:],
      shown: [], isByHand: false)
  }

  /// Every name that the kind has in the library.
  package var names: [String] {
    (isPerRank ? Self.axisCounts.map(type(axes:)) : [type]).compactMap { $0 }
      + [function, typeWithTensors].compactMap { $0 }
  }

  /// The numbers of axes for which the library has types of their own.
  package static let axisCounts = [1, 2, 3]

  /// Whether the type is named for feature maps, and others stand beside it for other inputs: `Conv2D`, `Conv1D`.
  package var isPerRank: Bool { type?.hasSuffix("2D") ?? false }

  /// The type for inputs with so many spatial axes.
  package func type(axes count: Int) -> String? {
    isPerRank && Self.axisCounts.contains(count) ? type.map { "\($0.dropLast(2))\(count)D" } : type
  }

  /// `gated_unit` as `gatedUnit`.
  package static func lowerCamel(_ name: String) -> String {
    let parts = name.split(separator: "_")
    return parts.prefix(1).joined() + parts.dropFirst().map(capitalized).joined()
  }

  /// `gated_unit` as `GatedUnit`.
  package static func upperCamel(_ name: String) -> String { name.split(separator: "_").map(capitalized).joined() }

  private static func capitalized(_ word: Substring) -> String { word.prefix(1).uppercased() + word.dropFirst() }
}

extension LayerKind {
  /// The keyword in Swift's manner: `gated_unit` is `GatedUnit` and `gatedUnit(_:)`.
  package static var swift: SwiftSpelling {
    let name = SwiftSpelling.lowerCamel(keyword)
    return inputCount.upperBound > 1 ? .join(name) : .layer(SwiftSpelling.upperCamel(keyword), name)
  }
}

import Shapes

/// A field that a kind of layer declares: its name, type, default and documentation.
package struct Field: Sendable {
  package enum FieldType: Sendable {
    case int(ClosedRange<Int>)
    case float(ClosedRange<Double>)
    case bool
    /// An integer, or a list of one for each spatial axis: `[height, width]`.
    case size(ClosedRange<Int>)
    case padding
    case word([String])
    case text
    /// A list of integers.
    case ints
    /// A list of lists of integers.
    case intTable
    case initializers
    /// A node of the spec, whose height and width the named field gets.
    case node(sets: String)

    /// The type's name in the documentation.
    package var name: String {
      switch self {
      case .int: "int"
      case .float: "float"
      case .bool: "bool"
      case .size: "size"
      case .padding: "padding"
      case .word(let words): words.joined(separator: " | ")
      case .text: "text"
      case .ints: "list of int"
      case .intTable: "list of lists of int"
      case .initializers: "initializer"
      case .node: "node"
      }
    }

    /// The bounds of a number's value in words, if they say more than the type.
    package var bounds: String? {
      switch self {
      case .int(let range), .size(let range):
        range.upperBound >= FieldReader.largestInt
          ? (range.lowerBound <= -FieldReader.largestInt ? nil : "at least \(range.lowerBound)")
          : "\(range.lowerBound) to \(range.upperBound)"
      case .float(let range):
        range.upperBound.isFinite
          ? "\(range.lowerBound) to \(range.upperBound)"
          : (range.lowerBound.isFinite ? "at least \(range.lowerBound)" : nil)
      default: nil
      }
    }
  }

  package var name: String
  package var type: FieldType
  /// A field without a default must be written, unless `defaultText` says what stands in for it.
  package var defaultValue: FieldValue?
  /// What stands in for a value that is not written, where it is no constant: "the kernel".
  package var defaultText: String?
  package var documentation: String
  /// Whether a size may be open, as another node's is.
  package var mayBeOpen = false
  /// Whether the field is about the layer's tensors, not about what it computes: their first values, whether training
  /// changes them. In Swift such fields are no arguments.
  package var concernsTensors = false

  package var isRequired: Bool { defaultValue == nil && defaultText == nil }
}

import Layers
import Shapes

/// The layers of a network and what they make of their inputs, each computed once and kept once: networks repeat
/// themselves, and what equal layers make of equal inputs is equal.
struct LayerMemory {
  /// What a layer makes of its inputs.
  struct Result {
    var output: Shape
    var tensors: [ParameterSpec]
    var macs: Extent
  }

  /// A layer that has been made, and where it is remembered; nil for one with fields that are not compared.
  struct Made {
    var layer: any LayerKind
    var index: Int?
  }

  private struct Known {
    var keyword: String
    var attributes: [Attribute]
    var layer: any LayerKind
    var results: [(inputs: [Shape], result: Result)] = []
  }

  private var known: [Known] = []
  /// By the hash of the keyword and the fields.
  private var indices: [Int: [Int]] = [:]

  /// Results that are remembered of a layer: more inputs than these do not repeat.
  private static let variety = 16

  /// The layer of a kind with some fields: the one that was made of such before, or a new one.
  ///
  /// - Throws: what `make` throws.
  mutating func layer<Failure: Error>(
    _ keyword: String, _ attributes: [Attribute], make: () throws(Failure) -> any LayerKind
  ) throws(Failure) -> Made {
    guard attributes.allSatisfy(\.value.isComparable) else { return Made(layer: try make(), index: nil) }
    var hasher = Hasher()
    hasher.combine(keyword)
    // The names of fields are compared, and seldom tell layers of a kind apart.
    for attribute in attributes { attribute.value.hashForm(into: &hasher) }
    let hash = hasher.finalize()
    for index in indices[hash] ?? [] where known[index].keyword == keyword {
      if known[index].attributes.haveIdenticalValues(to: attributes) {
        return Made(layer: known[index].layer, index: index)
      }
    }
    let layer = try make()
    indices[hash, default: []].append(known.count)
    known.append(Known(keyword: keyword, attributes: attributes, layer: layer))
    return Made(layer: layer, index: known.count - 1)
  }

  /// What a remembered layer has made of such inputs before.
  func result(of index: Int?, _ inputs: [Shape]) -> Result? {
    guard let index else { return nil }
    // Looked at where they are, for copies count references.
    for number in known[index].results.indices where known[index].results[number].inputs == inputs {
      return known[index].results[number].result
    }
    return nil
  }

  mutating func remember(_ result: Result, of index: Int?, _ inputs: [Shape]) {
    guard let index, known[index].results.count < Self.variety, self.result(of: index, inputs) == nil else { return }
    known[index].results.append((inputs, result))
  }
}

extension [Attribute] {
  /// Whether the fields are the same with the same values, wherever these come from.
  fileprivate func haveIdenticalValues(to other: [Attribute]) -> Bool {
    count == other.count
      && indices.allSatisfy { self[$0].name == other[$0].name && self[$0].value.isIdentical(to: other[$0].value) }
  }
}

extension FieldValue {
  /// Whether `isIdentical(to:)` can tell the value from all others.
  fileprivate var isComparable: Bool {
    switch self {
    case .int, .float, .bool, .size, .padding, .word: true
    case .openSize, .text, .ints, .intTable, .initializers: false
    }
  }

  /// Whether two values are one in form too: `3` and `[3, 3]` are equal, but only one of them suits a signal.
  fileprivate func isIdentical(to other: FieldValue) -> Bool {
    switch (self, other) {
    case (.int(let own), .int(let other)): own == other
    case (.float(let own), .float(let other)): own.bitPattern == other.bitPattern
    case (.bool(let own), .bool(let other)): own == other
    case (.word(let own), .word(let other)): own == other
    case (.size(let own), .size(let other)): own.isIdentical(to: other)
    case (.padding(.explicit(let own)), .padding(.explicit(let other))): own.isIdentical(to: other)
    case (.padding(.explicit), .padding), (.padding, .padding(.explicit)): false
    case (.padding(let own), .padding(let other)): own == other
    default: false
    }
  }

  /// A hash that identical values have in common.
  fileprivate func hashForm(into hasher: inout Hasher) {
    switch self {
    case .int(let value): hasher.combine(value)
    case .float(let value): hasher.combine(value.bitPattern)
    case .bool(let value): hasher.combine(value)
    case .word(let value): hasher.combine(value)
    case .size(let value): hasher.combine(value.numbers)
    case .padding(.explicit(let value)): hasher.combine(value.numbers)
    case .padding(.valid): hasher.combine(1)
    case .padding(.half): hasher.combine(2)
    case .padding(.same): hasher.combine(3)
    case .openSize, .text, .ints, .intTable, .initializers: break
    }
  }
}

import Layers
import Shapes

/// The layers of a network and what they make of their inputs, each computed once and kept once: networks repeat
/// themselves, and what equal layers make of equal inputs is equal.
struct LayerMemory {
  /// What a layer makes of its inputs; one object, for it is handed out with every layer.
  final class Result: Sendable {
    let output: Shape
    let tensors: [ParameterSpec]
    let macs: Extent
    /// What a network has more with each such layer.
    let sums: Totals

    init(output: Shape, tensors: [ParameterSpec], macs: Extent) {
      self.output = output
      self.tensors = tensors
      self.macs = macs
      sums = Totals(tensors, macs: macs)
    }
  }

  /// A layer that has been made, and where it is remembered; nil for one with fields that are not compared.
  struct Made {
    var layer: any LayerKind
    var index: Int?
  }

  private struct Known {
    var declaration: LayerDeclaration
    var attributes: [Attribute]
    var layer: any LayerKind
    /// The one before it with the same hash.
    var before: Int?
    var results: [Remembered] = []
  }

  private struct Remembered {
    var inputs: [Shape]
    var result: Result
  }

  private var known: [Known] = []
  /// By the hash of the kind and the fields the last.
  private var last: [UInt64: Int] = [:]

  /// Results that are remembered of a layer: more inputs than these do not repeat.
  private static let variety = 16

  /// The layer of a kind with some fields: the one that was made of such before, or a new one.
  ///
  /// - Throws: what `make` throws.
  mutating func layer<Failure: Error>(
    _ declaration: LayerDeclaration, _ attributes: [Attribute], make: () throws(Failure) -> any LayerKind
  ) throws(Failure) -> Made {
    var mixer = NumberMixer()
    mixer.add(Int(bitPattern: ObjectIdentifier(declaration)))
    // The names of fields are compared, and seldom tell layers of a kind apart.
    for position in attributes.indices {
      guard attributes[position].value.isComparable else { return Made(layer: try make(), index: nil) }
      attributes[position].value.mixForm(into: &mixer)
    }
    let first = last[mixer.number]
    var next = first
    while let index = next {
      if known[index].declaration === declaration, known[index].attributes.haveIdenticalValues(to: attributes) {
        return Made(layer: known[index].layer, index: index)
      }
      next = known[index].before
    }
    let layer = try make()
    last[mixer.number] = known.count
    known.append(Known(declaration: declaration, attributes: attributes, layer: layer, before: first))
    return Made(layer: layer, index: known.count - 1)
  }

  /// What a remembered layer has made of such inputs before.
  func result(of index: Int?, _ inputs: [Shape]) -> Result? { result(of: index) { $0 == inputs } }

  func result(of index: Int?, _ inputs: [Flow]) -> Result? {
    result(of: index) { shapes in
      shapes.count == inputs.count && shapes.indices.allSatisfy { shapes[$0] == inputs[$0].shape }
    }
  }

  private func result(of index: Int?, where suits: ([Shape]) -> Bool) -> Result? {
    guard let index else { return nil }
    // Looked at where they are, for copies count references; the last first, for layers alike stand together.
    for number in known[index].results.indices.reversed() where suits(known[index].results[number].inputs) {
      return known[index].results[number].result
    }
    return nil
  }

  /// Remembers what a layer makes, where nothing is remembered of such inputs.
  mutating func remember(_ result: Result, of index: Int?, _ inputs: [Shape]) {
    guard let index, known[index].results.count < Self.variety else { return }
    known[index].results.append(Remembered(inputs: inputs, result: result))
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

  /// Numbers that identical values have in common.
  fileprivate func mixForm(into mixer: inout NumberMixer) {
    switch self {
    case .int(let value): mixer.add(value)
    case .float(let value): mixer.add(Int(bitPattern: UInt(value.bitPattern)))
    case .bool(let value): mixer.add(value ? 1 : 0)
    case .word(let value): for byte in value.utf8 { mixer.add(Int(byte)) }
    case .size(let value): for number in value.numbers { mixer.add(number) }
    case .padding(.explicit(let value)): for number in value.numbers { mixer.add(number) }
    case .padding(.valid): mixer.add(1)
    case .padding(.half): mixer.add(2)
    case .padding(.same): mixer.add(3)
    case .openSize, .text, .ints, .intTable, .initializers: break
    }
  }
}

/// Makes one number of several, mixed with one of this process, so that no spec can be written in which many are the same.
private struct NumberMixer {
  private static let seed = UInt64.random(in: .min ... .max)

  private(set) var number = Self.seed

  mutating func add(_ other: Int) {
    number ^= UInt64(truncatingIfNeeded: other)
    number = (number ^ number >> 32) &* 0x9E37_79B9_7F4A_7C15
  }
}

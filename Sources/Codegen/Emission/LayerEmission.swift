import Layers
import SwiftSource

/// The arguments of layers and types in Swift.
extension TypeEmitter {
  /// A layer's initializer.
  func call(_ layer: LayerConstruction, _ bindings: Bindings) -> SwiftSource.Expression {
    let names = LayerNames.of(layer.keyword)
    var arguments: [Argument] = []
    if let channels = layer.channels {
      arguments.append(Argument(LayerNames.channelsLabel(layer), channels.swift(bindings)))
    } else if let shape = layer.shape {
      arguments.append(Argument("shape", .array(shape.map(SwiftSource.Expression.integer))))
    }
    if let file = layer.fields.first(where: { $0.name == "centers" })?.value.constantValue,
      let centers = fixedValues.tensor(file)
    {
      return .call("RadialBasis", [Argument("centers", centers)])
    }
    let isLearned = layer.fields.contains { $0.name == "trainable" }
    return .call(
      isLearned ? "ChannelScale" : names?.type ?? layer.keyword, arguments + self.arguments(layer, bindings))
  }

  /// The function that does what a layer without tensors does.
  func apply(_ layer: LayerConstruction, to inputs: [SwiftSource.Expression]) -> SwiftSource.Expression {
    let list = Argument(nil, .array(inputs))
    switch layer.keyword {
    case "add" where inputs.count == 2: return .binary(inputs[0], .add, inputs[1])
    case "multiply" where inputs.count == 2: return .binary(inputs[0], .multiply, inputs[1])
    case "scale":
      let factor = layer.fields.first { $0.name == "by" }?.value ?? .constant(.float(1))
      return .binary(inputs[0], .multiply, factor.swift([:]))
    default: break
    }
    let names = LayerNames.of(layer.keyword)
    if LayerNames.joins.contains(layer.keyword) {
      return .call(names?.type ?? layer.keyword, [list] + arguments(layer, [:]))
    }
    return .call(
      names?.function ?? layer.keyword, inputs.map { Argument(nil, $0) } + arguments(layer, [:]))
  }

  private func arguments(_ layer: LayerConstruction, _ bindings: Bindings) -> [Argument] {
    let declaration = LayerRegistry.declaration(layer.keyword)
    return layer.fields.flatMap { field -> [Argument] in
      let type = declaration?.field(named: field.name)?.type
      switch (layer.keyword, field.name) {
      case (_, "trainable"), ("prelu", "per_channel"), ("layer_norm", "over"), ("rbf", "centers"): return []
      case ("gelu", "approximate"): return [Argument("approximate", .literal("true"))]
      case ("depth_pool", "mode"): return [Argument("average", .literal("true"))]
      case ("reshape", "shape"): return [Argument("to", field.value.swift(bindings))]
      case ("pad", "padding"): return [Argument(nil, value(field.value, .padding, bindings))]
      case ("pad", "value"): return []
      case ("pad", "mode"): return [Argument("mode", padMode(layer))]
      case ("pad", "channels"):
        guard case .ints(let counts)? = field.value.constantValue, counts.count == 2 else { return [] }
        return zip(["before", "after"], counts).filter { $0.1 > 0 }.map { Argument($0.0, .integer($0.1)) }
      default: break
      }
      let label = Identifier.lowerCamel(field.name)
      if case .word? = type, case .word(let word)? = field.value.constantValue {
        return [Argument(label, .member(nil, word))]
      }
      return [Argument(label, value(field.value, type.map(ValueType.init) ?? .int, bindings))]
    } + padConstant(layer)
  }

  /// A constant padding's value, which the spec writes without its mode.
  private func padConstant(_ layer: LayerConstruction) -> [Argument] {
    guard layer.keyword == "pad", !layer.fields.contains(where: { $0.name == "mode" }),
      layer.fields.contains(where: { $0.name == "value" })
    else { return [] }
    return [Argument("mode", padMode(layer))]
  }

  private func padMode(_ layer: LayerConstruction) -> SwiftSource.Expression {
    if case .word(let word)? = layer.fields.first(where: { $0.name == "mode" })?.value.constantValue, word != "constant"
    {
      return .member(nil, word)
    }
    let value = layer.fields.first { $0.name == "value" }?.value ?? .constant(.float(0))
    return .call(.member(nil, "constant"), [Argument(nil, value.swift([:]))])
  }

  /// A term where a value of a type is wanted: a whole number that is computed is made a size, a padding or a float.
  func value(_ term: Term, _ wanted: ValueType, _ bindings: Bindings) -> SwiftSource.Expression {
    let text = term.swift(bindings)
    guard !term.variables.isEmpty, [.size, .padding, .double].contains(wanted) else { return text }
    // Where all values are literals, they become what is wanted by themselves.
    return isLiteral(term) || staticType(term, bindings) != .int
      ? text : .call(wanted.rawValue, [Argument(nil, text)])
  }

  private func isLiteral(_ term: Term) -> Bool {
    switch term {
    case .constant: true
    case .conditional(_, let then, let other): isLiteral(then) && isLiteral(other)
    default: false
    }
  }

  /// The type that Swift infers.
  private func staticType(_ term: Term, _ bindings: Bindings) -> ValueType {
    switch term {
    case .variable(let name):
      return type.parameters.first { $0.name == name }?.type ?? bindings[name].map(ValueType.init) ?? .int
    case .conditional(_, let then, let other):
      return isLiteral(then) ? staticType(other, bindings) : staticType(then, bindings)
    case .table(let values, _): return ValueType(values)
    default: return term.type(bindings) ?? .int
    }
  }
}

extension ValueType {
  init(_ type: Field.FieldType) {
    switch type {
    case .int: self = .int
    case .float: self = .double
    case .bool: self = .bool
    case .size: self = .size
    case .padding: self = .padding
    case .ints: self = .ints
    case .intTable: self = .table
    case .word, .text, .initializers: self = .text
    }
  }
}

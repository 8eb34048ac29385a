import Blueprints
import Layers
import SwiftSource

/// The arguments of layers and types in Swift.
extension TypeEmitter {
  /// A layer's initializer.
  func call(_ layer: LayerConstruction, _ bindings: Bindings) -> SwiftExpression {
    var arguments: [Argument] = []
    if let channels = layer.channels {
      arguments.append(Argument(layer.kind?.swift.channels, channels.swift(bindings)))
    } else if let count = layer.inputCount {
      arguments.append(Argument(layer.kind?.swift.channels, .integer(count)))
    } else if let shape = layer.shape {
      arguments.append(Argument("shape", .array(shape.map(SwiftExpression.integer))))
    }
    let call = SwiftExpression.call(layerTypeName(layer), arguments + self.arguments(layer, bindings))
    return fixed(layer.form.map { normalized(call, $0) } ?? call, layer.fixing)
  }

  /// A layer whose weight is computed from other tensors.
  private func normalized(_ layer: SwiftExpression, _ form: WeightForm) -> SwiftExpression {
    func number(_ label: String, _ value: Double) -> Argument { Argument(label, FieldValue.float(value).swift) }
    let normalization: SwiftExpression =
      switch form {
      case .weightNorm: .member(nil, "weightNorm")
      case .spectralNorm(let dimension):
        .call(.member(nil, "spectralNorm"), dimension == 0 ? [] : [Argument("dimension", .integer(dimension))])
      case .standardized(let epsilon): .call(.member(nil, "standardized"), [number("epsilon", epsilon)])
      case .scaledStandardized(let gamma, let epsilon):
        .call(.member(nil, "scaledStandardized"), [number("gamma", gamma), number("epsilon", epsilon)])
      }
    return .call("NormalizedWeight", [Argument(nil, layer), Argument(nil, normalization)])
  }

  /// A layer whose tensors training leaves as they are, with the values that the spec gives them.
  private func fixed(
    _ layer: SwiftExpression, _ fixing: LayerConstruction.Fixing?
  ) -> SwiftExpression {
    guard let fixing else { return layer }
    let values = fixing.values.compactMap { tensor in
      fixedValues.numbers(tensor.values).map { numbers in
        Argument(nil, .call(.member(nil, "values"), [Argument(nil, .string(tensor.name)), Argument(nil, numbers)]))
      }
    }
    return .call("Fixed", [Argument(nil, layer)] + values)
  }

  /// The function that does what a layer without tensors does.
  func apply(_ layer: LayerConstruction, to inputs: [SwiftExpression]) -> SwiftExpression {
    let spelling = layer.kind?.swift
    switch spelling?.sign {
    case .sum where inputs.count == 2: return .binary(inputs[0], .add, inputs[1])
    case .product where inputs.count == 2: return .binary(inputs[0], .multiply, inputs[1])
    case .factor(let name):
      let factor = layer.field(name) ?? .constant(.float(1))
      return .binary(inputs[0], .multiply, factor.swift([:]))
    default: break
    }
    let values = layer.isJoin ? [Argument(nil, .array(inputs))] : inputs.map { Argument(nil, $0) }
    return .call(spelling?.function ?? layer.keyword, values + arguments(layer, [:]))
  }

  private func arguments(_ layer: LayerConstruction, _ bindings: Bindings) -> [Argument] {
    let declaration = LayerRegistry.declaration(layer.keyword)
    let spellings = layer.kind?.swift.fields ?? [:]
    return (declaration?.fields ?? []).filter { !$0.concernsTensors }.flatMap { field -> [Argument] in
      let label = Identifier.lowerCamel(field.name)
      if case .choiceCarrying(_, let carried) = spellings[field.name] {
        return choice(layer, field, carrying: carried).map { [Argument(label, $0)] } ?? []
      }
      guard let term = layer.field(field.name) else { return [] }
      let argument = value(term, ValueType(field.type), bindings)
      switch spellings[field.name] {
      case .labelled(let label): return [Argument(label, argument)]
      case .unlabelled: return [Argument(nil, argument)]
      // Where it is not the default, which is the other truth.
      case .flag(let label, let word):
        return [Argument(label, .literal(term.constantValue == .word(word) ? "true" : "false"))]
      case .pair(let first, let second):
        guard case .ints(let counts)? = term.constantValue else {
          return [first, second].enumerated().map { Argument($1, element($0, of: term, bindings)) }
        }
        return zip([first, second], counts).filter { $0.1 > 0 }.map { Argument($0.0, .integer($0.1)) }
      case .omitted, .choiceCarrying: return []
      case .choice, nil:
        switch (field.type, term.constantValue) {
        case (.text, _): return []
        case (.word, .word(let word)?): return [Argument(label, .member(nil, word))]
        default: return [Argument(label, argument)]
        }
      }
    }
  }

  /// A number of a list that a term gives.
  private func element(_ position: Int, of term: Term, _ bindings: Bindings) -> SwiftExpression {
    switch term {
    case .constant(.ints(let values)) where values.indices.contains(position): .integer(values[position])
    case .conditional(let condition, let then, let other):
      .conditional(
        condition.swift(bindings), then: element(position, of: then, bindings),
        else: element(position, of: other, bindings))
    default: .subscripted(term.swift(bindings), .integer(position))
    }
  }

  /// A case of an enumeration whose default carries another field's value; nil where neither is written.
  private func choice(_ layer: LayerConstruction, _ field: Field, carrying carried: String) -> SwiftExpression? {
    if case .word(let word)? = layer.field(field.name)?.constantValue { return .member(nil, word) }
    guard let value = layer.field(carried), case .word(let word)? = field.defaultValue else { return nil }
    return .call(.member(nil, word), [Argument(nil, value.swift([:]))])
  }

  /// A term where a value of a type is wanted: a whole number that is computed is made a size, a padding or a float.
  func value(_ term: Term, _ wanted: ValueType, _ bindings: Bindings) -> SwiftExpression {
    // Sides of several types are made what is wanted each by itself.
    if case .conditional(let condition, let then, let other) = term, sideTypes(term, bindings).count > 1 {
      return .conditional(
        condition.swift(bindings), then: value(then, wanted, bindings), else: value(other, wanted, bindings))
    }
    let text = term.swift(bindings)
    guard !term.variables.isEmpty, [.size, .padding, .double].contains(wanted) else { return text }
    // Where all values are literals, they become what is wanted by themselves.
    return isLiteral(term) || staticType(term, bindings) != .int
      ? text : .call(wanted.swiftName, [Argument(nil, text)])
  }

  private func isLiteral(_ term: Term) -> Bool {
    switch term {
    case .constant: true
    case .conditional(_, let then, let other): isLiteral(then) && isLiteral(other)
    default: false
    }
  }

  /// The types of the sides of a choice, but for whole numbers that are written out, which become what is wanted.
  private func sideTypes(_ term: Term, _ bindings: Bindings) -> Set<ValueType> {
    switch term {
    case .constant(.int): []
    case .constant(let value): [ValueType(value)]
    case .conditional(_, let then, let other): sideTypes(then, bindings).union(sideTypes(other, bindings))
    default: [staticType(term, bindings)]
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

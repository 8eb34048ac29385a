import Layers

/// How a module is made in an initializer.
package indirect enum Construction: Hashable, Sendable {
  case layer(LayerConstruction)
  /// A type of the generated file, by its index, with its arguments.
  case type(Int, [TypeArgument])
  /// Modules of one type, one for each count of a variable.
  case array(Construction, count: Term, index: String)
  /// Modules of several types, one after the other.
  case sequence([SequenceStep])
}

/// A layer of the library with its fields as terms; those with their default are left out.
package struct LayerConstruction: Hashable, Sendable {
  package var keyword: String
  /// Whether the layer has tensors.
  package var hasTensors: Bool
  /// The dimensions of an input without its batch: three of feature maps, two of a signal, one of a vector.
  package var inputRank: Int
  /// The channels or features of the input, where the layer's tensors depend on them.
  package var channels: Term?
  /// The image's shape, where a tensor has that.
  package var shape: [Int]?
  /// The number of inputs, where a tensor has an element for each.
  package var inputCount: Int?
  /// By the names that specs use, in the kind's order.
  package var fields: [LayerField]
  /// What training leaves as it is; nil where it changes the layer's tensors.
  package var fixing: Fixing?
  /// What the weight is computed by; nil where it is a tensor itself.
  package var form: WeightForm?
  /// The dimensions of each input without its batch, where there are several and code is for training.
  package var inputRanks: [Int] = []
  /// What the tensors hold before training, where the spec says it and code is for training.
  package var initializers: [TensorInitializer] = []

  /// Tensors that training leaves as they are, and the values that the spec gives some of them.
  package struct Fixing: Hashable, Sendable {
    package var values: [GivenTensor]
  }

  /// A tensor with the values that the spec gives it.
  package struct GivenTensor: Hashable, Sendable {
    package var name: String
    package var values: TensorValues
  }
}

extension LayerConstruction {
  /// What passes its input on, and stands for a number in a list.
  static let identity = LayerConstruction(keyword: Identity.keyword, hasTensors: false, inputRank: 3, fields: [])

  /// The layer's kind, unless the keyword is no kind's.
  package var kind: (any LayerKind.Type)? { LayerRegistry.declaration(keyword)?.kind }

  /// Whether the layer takes several tensors.
  package var isJoin: Bool { kind?.isJoin ?? false }

  /// Whether a statement ends with the layer, as one reads networks: a convolution, a norm and an activation are a line.
  package var endsStatement: Bool { kind?.documentation.group == .activation }

  /// The term of a field that does not have its default.
  package func field(_ name: String) -> Term? { fields.first { $0.name == name }?.value }
}

package struct LayerField: Hashable, Sendable {
  package var name: String
  package var value: Term
}

package struct TypeArgument: Hashable, Sendable {
  package var parameter: String
  package var value: Term
}

/// A step of building a sequence.
package indirect enum SequenceStep: Hashable, Sendable {
  case append(Construction, name: CountedName?, comment: String?)
  case condition(Term, [SequenceStep])
  case loop(LoopStep)
  case declare(String, Term)
  case assign(String, Term)
}

/// A loop while building a sequence: so many times, or over the rows of a table.
package struct LoopStep: Hashable, Sendable {
  package struct Column: Hashable, Sendable {
    package var name: String
    package var values: [FieldValue]
  }

  package var index: String
  package var count: Term
  package var columns: [Column]
  package var body: [SequenceStep]
}

/// A name with a number in it: `denselayer$(i + 1)`.
package struct CountedName: Hashable, Sendable {
  package var prefix: String
  package var number: Term?

  /// The text for bindings.
  package func text(_ bindings: Bindings) -> String? {
    guard let number else { return prefix }
    return number.evaluated(bindings)?.int.map { "\(prefix)\($0)" }
  }
}

extension Construction {
  /// The variables that the construction reads from around it.
  package var variables: Set<String> {
    switch self {
    case .layer(let layer):
      return layer.fields.reduce(into: layer.channels?.variables ?? []) { $0.formUnion($1.value.variables) }
    case .type(_, let arguments): return arguments.reduce(into: []) { $0.formUnion($1.value.variables) }
    case .array(let element, let count, let index): return element.variables.subtracting([index]).union(count.variables)
    case .sequence(let steps): return steps.variables
    }
  }
}

extension [SequenceStep] {
  /// The variables of loops among the steps, which hide others of their names.
  package var loopVariables: Set<String> {
    reduce(into: []) { result, step in
      switch step {
      case .append(.sequence(let steps), _, _), .condition(_, let steps): result.formUnion(steps.loopVariables)
      case .loop(let loop): result.formUnion(loop.columns.map(\.name) + [loop.index] + loop.body.loopVariables)
      case .declare(let name, _): result.insert(name)
      case .append, .assign: break
      }
    }
  }

  package var variables: Set<String> {
    reduce(into: []) { result, step in
      switch step {
      case .append(let construction, let name, _):
        result.formUnion(construction.variables.union(name?.number?.variables ?? []))
      case .condition(let term, let steps): result.formUnion(term.variables.union(steps.variables))
      case .loop(let loop):
        let own = Set(loop.columns.map(\.name) + [loop.index])
        result.formUnion(loop.body.variables.subtracting(own).union(loop.count.variables))
      case .declare(_, let term), .assign(_, let term): result.formUnion(term.variables)
      }
    }
  }
}

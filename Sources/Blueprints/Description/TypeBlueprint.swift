import Diagnostics
import Layers
import SpecLanguage

/// A type of generated code before a language is chosen: parameters, properties and the forward pass.
package struct TypeBlueprint: Sendable {
  package struct Parameter: Hashable, Sendable {
    package var name: String
    package var type: ValueType
    package var defaultValue: FieldValue?
    /// Whether the parameter is an input's channels, which the graph has and no spec writes.
    package var isChannels = false
    /// The input whose channels they are, where it is not the first.
    package var furtherInput: String?
  }

  package struct Property: Hashable, Sendable {
    package var name: String
    /// The beginning of its tensors' names, and with a number the names of an array's elements.
    package var path: CountedName
    /// The variable that the path counts with.
    package var pathIndex: String?
    package var construction: Construction
    /// When the property is there; nil for always.
    package var condition: Term?
    package var comment: String
  }

  /// A stored truth value that the forward pass asks for.
  package struct Flag: Hashable, Sendable {
    package var name: String
    package var value: Term
  }

  /// An auxiliary head: what it makes of values of the forward pass.
  package struct Head: Sendable {
    package var name: String
    package var statements: [ForwardStatement]
    package var result: Int
    /// Its properties, by their names.
    package var properties: Set<String>
  }

  package var name: String
  package var block: Block?
  /// The names of what flows in, where that is several values; one has no name.
  package var inputs: [String] = []
  /// The lines of the declaration and of the first use.
  package var documentation: [String] = []
  package var parameters: [Parameter] = []
  package var properties: [Property] = []
  package var flags: [Flag] = []
  package var forward = ForwardPass()
  /// What a network has behind its forward pass in training only.
  package var heads: [Head] = []
  /// The output's channels, in the parameters.
  package var outputChannels: Term?
  /// The values of the parameters where the type is used, by the use's scope.
  package var uses: [Int: Bindings] = [:]
}

/// What a module does to its input: each value made once.
package struct ForwardPass: Sendable {
  /// Values are numbered, those that flow in first.
  package var inputCount = 1
  package var statements: [ForwardStatement] = []
  package var results: [Int] = [0]
}

package indirect enum ForwardStatement: Sendable {
  case apply(Application)
  /// The body's result where the condition holds, else a value from before.
  case condition(ForwardCondition)
}

package struct ForwardCondition: Sendable {
  package var output: Int
  /// The uses in which the condition holds, by their numbers.
  package var present: Set<Int>
  /// What a truth value for it would be called.
  package var name: String
  /// The flag to ask; nil if the properties in the body answer.
  package var flag: String?
  /// Whether the flag must be false.
  package var isNegated = false
  package var body: [ForwardStatement]
  package var result: Int
  package var otherwise: Int
}

package struct Application: Sendable {
  package enum Callee: Hashable, Sendable {
    case property(String)
    /// A layer without tensors whose fields are known.
    case function(LayerConstruction)
  }

  package var output: Int
  package var callee: Callee
  package var inputs: [Int]
  /// Where it is written.
  package var place: SourceLine
  /// What the value may be called if it needs a name.
  package var label: String
}

import Layers
import SpecLanguage
import SwiftSource

/// A type of the generated file before it is Swift: parameters, properties and the forward pass.
struct TypeBlueprint: Sendable {
  struct Parameter: Hashable, Sendable {
    var name: String
    var type: ValueType
    var defaultValue: FieldValue?
    /// Whether the parameter is the input's channels, labelled `in`.
    var isChannels = false
  }

  struct Property: Hashable, Sendable {
    var name: String
    /// The beginning of its tensors' names, and with a number the names of an array's elements.
    var path: CountedName
    /// The variable that the path counts with.
    var pathIndex: String?
    var construction: Construction
    /// When the property is there; nil for always.
    var condition: Term?
    var comment: String
  }

  /// A stored truth value that the forward pass asks for.
  struct Flag: Hashable, Sendable {
    var name: String
    var value: Term
  }

  var name: String
  var block: Block?
  /// The lines of the declaration and of the first use.
  var documentation: [String] = []
  var parameters: [Parameter] = []
  var properties: [Property] = []
  var flags: [Flag] = []
  var forward = ForwardPass()
  /// The output's channels, in the parameters.
  var outputChannels: Term?
  /// The values of the parameters where the type is used, by the use's scope.
  var uses: [Int: Bindings] = [:]

  /// The label that a parameter has at calls, where it is not its name.
  func label(of parameter: Parameter) -> String? {
    parameter.isChannels && !parameters.contains { $0.name == "in" } ? "in" : nil
  }
}

/// What a module does to its input: each value made once.
struct ForwardPass: Sendable {
  /// Values are numbered; 0 is the input.
  var statements: [ForwardStatement] = []
  var results: [Int] = [0]
}

indirect enum ForwardStatement: Sendable {
  case apply(Application)
  /// The body's result where the condition holds, else a value from before.
  case condition(ForwardCondition)
}

struct ForwardCondition: Sendable {
  var output: Int
  /// The uses in which the condition holds, by their numbers.
  var present: Set<Int>
  /// What a truth value for it would be called.
  var name: String
  /// The flag to ask; nil if the properties in the body answer.
  var flag: String?
  /// Whether the flag must be false.
  var isNegated = false
  var body: [ForwardStatement]
  var result: Int
  var otherwise: Int
}

struct Application: Sendable {
  enum Callee: Hashable, Sendable {
    case property(String)
    /// A layer without tensors whose fields are known.
    case function(LayerConstruction)
  }

  var output: Int
  var callee: Callee
  var inputs: [Int]
  /// Where it is written.
  var place: SourceLine
  /// What the value may be called if it needs a name.
  var label: String
}

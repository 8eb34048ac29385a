/// How a kind of layer is written in PyTorch: the module that it is, the function that does the same to a tensor, and what
/// of either PyTorch does not have and is written into the file.
///
/// Names with `2d` are those for feature maps; `1d` and `3d` take its place for signals and volumes.
package struct TorchSpelling: Hashable, Sendable {
  /// What stands in a forward pass for layers without tensors.
  package enum Application: Hashable, Sendable {
    /// `F.relu(x)`; several inputs are several arguments.
    case function(String)
    /// `torch.cat([a, b])`.
    case listFunction(String)
    /// `torch.maximum(a, b)`, of more inputs one call in the other.
    case pairwise(String)
    /// `a + b`.
    case sum
    /// `a * b`, a vector brought to the dimensions of maps.
    case product
    /// `(a + b) / 2`.
    case mean
    /// `0.5 * x`, by a field; in a sequence the function.
    case factor(field: String, function: String)
    /// `x[:, 2:5]`, by fields; in a sequence the function.
    case channels(start: String, count: String, function: String)
    /// The input itself.
    case input
  }

  /// What a call is given beside the input; fields with their default are left out.
  package enum Argument: Hashable, Sendable {
    /// The input's channels or features, where tensors depend on them.
    case channels
    /// The same under a label.
    case labelledChannels(String)
    /// The channels times a field.
    case channelsTimes(String)
    /// The input's shape, where a tensor has that.
    case shape
    /// The number of inputs.
    case inputCount
    /// A field under a label or none.
    case field(String, String? = nil)
    /// A field that is written where it has its default too, since that is another one in PyTorch or there is none.
    case required(String, String? = nil)
    /// A word as a truth value: whether it is `word`.
    case flag(String, word: String, String)
    /// What is written as it stands: `dim=1`.
    case constant(String)
    /// The padding of the window; where PyTorch has no such, the padded forms are written with one argument, `pad`.
    case padding
    /// Whether the module trains.
    case training
  }

  /// What is written in place of module and function where the window has a padding that PyTorch lacks: sides of their
  /// own, or TensorFlow's.
  package struct PaddedForm: Hashable, Sendable {
    package var module: String?
    package var function: String?
    package var helpers: [TorchHelper]
    /// Whether `padding="same"`, which PyTorch has at stride 1, is taken where it will do.
    package var hasSame = false
  }

  /// A class of `torch.nn` with that prefix, or one that a helper writes; nil for what is a function alone.
  package var module: String?
  /// The module for vectors, where it is another one.
  package var vectorModule: String?
  package var application: Application?
  package var arguments: [Argument]
  /// What only the function is given.
  package var functionArguments: [Argument] = []
  package var padded: PaddedForm?
  /// How such a layer is applied with a weight that is computed: `F.linear(x, weight, self.bias)`.
  package var weighted: String?
  /// What the file needs for it.
  package var helpers: [TorchHelper] = []

  /// A layer without tensors, a module and a function.
  package static func layer(
    _ module: String?, _ function: String, _ arguments: [Argument] = [], function more: [Argument] = [],
    padded: PaddedForm? = nil, helpers: [TorchHelper] = []
  ) -> TorchSpelling {
    TorchSpelling(
      module: module, application: .function(function), arguments: arguments, functionArguments: more, padded: padded,
      helpers: helpers)
  }

  /// A layer with tensors, a module.
  package static func module(
    _ module: String, vectors: String? = nil, _ arguments: [Argument], padded: PaddedForm? = nil,
    weighted: String? = nil, helpers: [TorchHelper] = []
  ) -> TorchSpelling {
    TorchSpelling(
      module: module, vectorModule: vectors, application: nil, arguments: arguments, padded: padded,
      weighted: weighted, helpers: helpers)
  }

  /// A join of several inputs.
  package static func join(_ application: Application, _ arguments: [Argument] = []) -> TorchSpelling {
    TorchSpelling(module: nil, application: application, arguments: arguments)
  }

  /// The module for an input with so many spatial axes: `nn.Conv1d` of a signal.
  package func module(axes count: Int) -> String? {
    count == 0 ? vectorModule ?? module : module.map { Self.name($0, axes: count) }
  }

  /// The class of `torch.nn` for an input with so many spatial axes, `Conv1d`; nil where it has none.
  package func standardModule(axes count: Int) -> String? {
    module(axes: count).flatMap { $0.hasPrefix("nn.") ? String($0.dropFirst(3)) : nil }
  }

  /// A name that is written for maps, for an input with so many axes.
  package static func name(_ name: String, axes count: Int) -> String {
    count == 0 || count == 2 ? name : TorchHelper.replacing("2d", in: name, with: "\(count)d")
  }

  /// The names of the fields that are written.
  package var fieldNames: [String] {
    (arguments + functionArguments).compactMap { argument in
      switch argument {
      case .field(let name, _), .required(let name, _), .flag(let name, _, _), .channelsTimes(let name): name
      default: nil
      }
    }
  }
}

/// What is known of a layer when its spelling is asked for.
package struct TorchUse {
  /// The spatial axes of the input.
  package var axes: Int
  /// Whether the layer has tensors.
  package var hasTensors: Bool
  /// The values of fields that are the same in all uses, defaults among them.
  package var fields: [String: FieldValue]

  package init(axes: Int, hasTensors: Bool, fields: [String: FieldValue]) {
    self.axes = axes
    self.hasTensors = hasTensors
    self.fields = fields
  }

  /// A field's word.
  func word(_ name: String) -> String? { if case .word(let word)? = fields[name] { word } else { nil } }
}

extension LayerKind {
  /// How a layer of the kind is written in PyTorch, where that depends on its fields: the same for all unless declared
  /// otherwise.
  package static func torch(_ use: TorchUse) -> TorchSpelling { torch }
}

extension TorchSpelling.Argument {
  /// The fields of a convolution's window.
  static let convolution: [TorchSpelling.Argument] = [
    .field("kernel", "kernel_size"), .field("stride", "stride"), .padding, .field("dilation", "dilation"),
  ]
}

import Layers

/// What a kind of layer is called in generated code.
struct LayerNames: Sendable {
  /// The type of the library.
  var type: String
  /// The function that does the same to a tensor; nil for layers with tensors and for joins.
  var function: String?
  /// The label of the input's channels or features; nil for layers whose tensors do not depend on them.
  var channels: String?

  private init(_ type: String, _ function: String? = nil, channels: String? = nil) {
    self.type = type
    self.function = function
    self.channels = channels
  }

  /// The names of a kind that a spec calls `keyword`.
  static func of(_ keyword: String) -> LayerNames? { table[keyword] }

  static let table: [String: LayerNames] = [
    "conv": LayerNames("Conv2D", channels: "in"),
    "depthwise_conv": LayerNames("DepthwiseConv2D", channels: "channels"),
    "separable_conv": LayerNames("SeparableConv2D", channels: "in"),
    "transposed_conv": LayerNames("TransposedConv2D", channels: "in"),
    "linear": LayerNames("Linear", channels: "in"),
    "max_pool": LayerNames("MaxPool2D", "maxPool"),
    "avg_pool": LayerNames("AveragePool2D", "averagePool"),
    "global_avg_pool": LayerNames("GlobalAveragePool2D", "globalAveragePool"),
    "global_max_pool": LayerNames("GlobalMaxPool2D", "globalMaxPool"),
    "adaptive_avg_pool": LayerNames("AdaptiveAveragePool2D", "adaptiveAveragePool"),
    "adaptive_max_pool": LayerNames("AdaptiveMaxPool2D", "adaptiveMaxPool"),
    "depth_pool": LayerNames("DepthPool", "depthPool"),
    "batch_norm": LayerNames("BatchNorm2D", channels: "channels"),
    "layer_norm": LayerNames("LayerNorm", channels: "channels"),
    "group_norm": LayerNames("GroupNorm", channels: "channels"),
    "instance_norm": LayerNames("InstanceNorm2D", channels: "channels"),
    "lrn": LayerNames("LocalResponseNorm", "localResponseNorm"),
    "dropout": LayerNames("Dropout", "dropout"),
    "drop_path": LayerNames("DropPath", "dropPath"),
    "relu": LayerNames("ReLU", "relu"),
    "relu6": LayerNames("ReLU6", "relu6"),
    "leaky_relu": LayerNames("LeakyReLU", "leakyReLU"),
    "prelu": LayerNames("PReLU", channels: "channels"),
    "elu": LayerNames("ELU", "elu"),
    "selu": LayerNames("SELU", "selu"),
    "gelu": LayerNames("GELU", "gelu"),
    "silu": LayerNames("SiLU", "silu"),
    "hard_swish": LayerNames("HardSwish", "hardSwish"),
    "mish": LayerNames("Mish", "mish"),
    "sigmoid": LayerNames("Sigmoid", "sigmoid"),
    "hard_sigmoid": LayerNames("HardSigmoid", "hardSigmoid"),
    "tanh": LayerNames("Tanh", "tanh"),
    "scaled_tanh": LayerNames("ScaledTanh", "scaledTanh"),
    "softplus": LayerNames("Softplus", "softplus"),
    "softmax": LayerNames("Softmax", "softmax"),
    "log_softmax": LayerNames("LogSoftmax", "logSoftmax"),
    "flatten": LayerNames("Flatten", "flatten"),
    "reshape": LayerNames("Reshape", "reshape"),
    "upsample": LayerNames("Upsample", "upsample"),
    "pad": LayerNames("Pad", "pad"),
    "crop": LayerNames("Crop", "crop"),
    "channel_slice": LayerNames("ChannelSlice", "channelSlice"),
    "channel_shuffle": LayerNames("ChannelShuffle", "channelShuffle"),
    "space_to_depth": LayerNames("SpaceToDepth", "spaceToDepth"),
    "depth_to_space": LayerNames("DepthToSpace", "depthToSpace"),
    "scale": LayerNames("Scale", "scale"),
    "identity": LayerNames("Identity", "identity"),
    "concat": LayerNames("concat"),
    "add": LayerNames("add"),
    "multiply": LayerNames("multiply"),
    "mean": LayerNames("mean"),
    "max": LayerNames("maximum"),
    "subsample": LayerNames("Subsample", channels: "channels"),
    "rbf": LayerNames("RadialBasis", channels: "in"),
  ]

  /// The label of a layer's channels; a scale has them if it learns.
  static func channelsLabel(_ layer: LayerConstruction) -> String? {
    let isLearned = layer.fields.contains { $0.name == "trainable" }
    return isLearned ? "channels" : of(layer.keyword)?.channels
  }

  /// The kinds that take several tensors.
  static let joins: Set<String> = ["concat", "add", "multiply", "mean", "max"]

  /// The kinds after which a statement ends, as one reads networks: a convolution, a norm and an activation are a line.
  static func endsStatement(_ keyword: String) -> Bool {
    guard let declaration = LayerRegistry.declaration(keyword) else { return true }
    return declaration.kind.documentation.group == .activation
  }

  /// Words that the generated code uses and properties must not hide.
  static let functions: Set<String> = Set(table.values.flatMap { [$0.function, $0.type].compactMap { $0 } })
    .union(["divisible", "min", "max", "input", "visitor", "visitParameters", "callAsFunction", "x"])

  /// Names that types of the generated file cannot have.
  static let types: Set<String> = Set(table.values.map(\.type)).union([
    "Int", "Double", "Float", "Bool", "String", "Array", "Optional", "Tensor", "Module", "Model", "Size", "Padding",
    "Sequential", "ParameterVisitor", "ChannelScale", "Output", "Outputs", "Plan", "Type", "Protocol", "Self", "Any",
    "NameMap", "Rounding", "PaddingMode", "UpsamplingMode", "Parameterized", "TensorGroup",
  ])
}

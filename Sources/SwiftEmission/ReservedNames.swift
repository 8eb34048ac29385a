import Layers

/// Names that mean something in generated code: whatever a spec calls its levels, blocks, parameters, inputs and outputs,
/// these stay what they are.
enum ReservedNames {
  private static let layers = Set(LayerRegistry.all.flatMap { $0.kind.swift.names })

  /// Words that the generated code uses and properties must not hide.
  static let functions: Set<String> = layers.union(arithmetic).union([
    "input", "visitor", "visitParameters", "callAsFunction", "x", "plan", "load",
  ])

  /// Functions that initializers call.
  static let arithmetic: Set<String> = ["divisible", "min", "max"]

  /// Names that types of the generated file cannot have.
  static let types: Set<String> = layers.union([
    "Int", "Double", "Float", "Bool", "String", "Array", "Optional", "Tensor", "Module", "Model", "Size", "Padding",
    "Sequential", "ParameterVisitor", "Input", "Inputs", "Output", "Outputs", "Plan", "Type", "Protocol", "Self", "Any",
    "NameMap", "Rounding", "PaddingMode", "UpsamplingMode", "Parameterized", "TensorGroup", "NormalizedWeight", "Fixed",
    "Preprocessing",
  ])

  /// Names that the network's own type cannot have: beside those, what a package around it and its program use, the
  /// modules among them.
  static let networks: Set<String> = types.union([
    "CommandLine", "Foundation", "ImageInput", "NeuralNetworks", "Package", "Swift", "Tensors", "URL", "WeightFile",
    "Weights", "WeightWriter", "main",
  ])
}

import Layers

/// Names that mean something in generated code.
enum ReservedNames {
  private static let layers = Set(LayerRegistry.all.flatMap { $0.kind.swift.names })

  /// Words that the generated code uses and properties must not hide.
  static let functions: Set<String> = layers.union([
    "divisible", "min", "max", "input", "visitor", "visitParameters", "callAsFunction", "x",
  ])

  /// Names that types of the generated file cannot have.
  static let types: Set<String> = layers.union([
    "Int", "Double", "Float", "Bool", "String", "Array", "Optional", "Tensor", "Module", "Model", "Size", "Padding",
    "Sequential", "ParameterVisitor", "Output", "Outputs", "Plan", "Type", "Protocol", "Self", "Any",
    "NameMap", "Rounding", "PaddingMode", "UpsamplingMode", "Parameterized", "TensorGroup",
  ])
}

import ONNX
import Tensors

extension Operations.Activate: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let input = graph.value(operands.input)
    switch function {
    case .relu: return graph.elementwise("Relu", input)
    case .relu6:
      let (least, most) = (graph.number(0), graph.number(6))
      return graph.node("Clip", [input.name, least, most], shape: input.shape)
    case .leakyReLU(let slope): return graph.elementwise("LeakyRelu", input, [.float("alpha", slope)])
    case .elu(let alpha): return graph.elementwise("Elu", input, [.float("alpha", alpha)])
    case .selu:
      return graph.elementwise(
        "Selu", input, [.float("alpha", 1.673_263_242_354_377_2), .float("gamma", 1.050_700_987_355_480_5)])
    case .gelu: return Self.gelu(input, to: &graph)
    case .approximateGELU: return Self.approximateGELU(input, to: &graph)
    case .silu:
      let gate = graph.elementwise("Sigmoid", input)
      return graph.node("Mul", [input.name, gate.name], shape: input.shape)
    case .hardSwish:
      try graph.require(14, for: "HardSwish")
      return graph.elementwise("HardSwish", input)
    case .mish:
      if graph.opset >= 18 { return graph.elementwise("Mish", input) }
      let gate = graph.elementwise("Tanh", graph.elementwise("Softplus", input))
      return graph.node("Mul", [input.name, gate.name], shape: input.shape)
    case .sigmoid: return graph.elementwise("Sigmoid", input)
    case .hardSigmoid: return graph.elementwise("HardSigmoid", input, [.float("alpha", 1.0 / 6), .float("beta", 0.5)])
    case .tanh(let gain, let slope):
      let scaled = slope == 1 ? input : graph.with(slope, "Mul", input)
      let result = graph.elementwise("Tanh", scaled)
      return gain == 1 ? result : graph.with(gain, "Mul", result)
    case .softplus(let beta, let threshold): return Self.softplus(input, beta, threshold, to: &graph)
    }
  }

  /// An operator since version 20, before that its formula.
  private static func gelu(_ input: WrittenValue, to graph: inout GraphWriter) -> WrittenValue {
    if graph.opset >= 20 { return graph.elementwise("Gelu", input) }
    let scaled = graph.with(0.5.squareRoot(), "Mul", input)
    let sum = graph.with(1, "Add", graph.elementwise("Erf", scaled))
    let product = graph.node("Mul", [input.name, sum.name], shape: input.shape)
    return graph.with(0.5, "Mul", product)
  }

  private static func approximateGELU(_ input: WrittenValue, to graph: inout GraphWriter) -> WrittenValue {
    if graph.opset >= 20 { return graph.elementwise("Gelu", input, [.string("approximate", "tanh")]) }
    let square = graph.node("Mul", [input.name, input.name], shape: input.shape)
    let slope = graph.with(1, "Add", graph.with(0.044715, "Mul", square))
    let inner = graph.node("Mul", [input.name, slope.name], shape: input.shape)
    let curve = graph.elementwise("Tanh", graph.with((2 / Double.pi).squareRoot(), "Mul", inner))
    let sum = graph.with(1, "Add", curve)
    let product = graph.node("Mul", [input.name, sum.name], shape: input.shape)
    return graph.with(0.5, "Mul", product)
  }

  private static func softplus(
    _ input: WrittenValue, _ beta: Double, _ threshold: Double, to graph: inout GraphWriter
  ) -> WrittenValue {
    let scaled = beta == 1 ? input : graph.with(beta, "Mul", input)
    var result = graph.elementwise("Softplus", scaled)
    if beta != 1 { result = graph.with(beta, "Div", result) }
    // Beyond this the function is its argument in single precision.
    if threshold >= 18 { return result }
    let isLinear = graph.with(threshold, "Greater", scaled)
    return graph.node("Where", [isLinear.name, input.name, result.name], shape: input.shape)
  }
}

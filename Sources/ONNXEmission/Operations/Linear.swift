import ONNX
import Tensors

extension Operations.Linear: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let input = graph.vectors(operands.input)
    let weight = graph.value(operands.requiredWeight)
    return graph.node(
      "Gemm", [input.name, weight.name] + graph.bias(operands), [.int("transB", 1)],
      shape: [input.shape[0], weight.shape[0]])
  }
}

extension GraphWriter {
  /// A value as vectors.
  mutating func vectors(_ value: Computation.Value) -> WrittenValue {
    let found = self.value(value)
    return self.value(found, as: [found.shape[0], found.shape.dropFirst().reduce(1, *)])
  }
}

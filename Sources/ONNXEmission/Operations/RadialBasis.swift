import ONNX
import Tensors

extension Operations.RadialBasis: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let input = graph.vectors(operands.input)
    let centers = graph.value(operands.requiredWeight)
    let row = graph.value(input, as: [input.shape[0], 1, input.shape[1]])
    let shape = [input.shape[0]] + centers.shape
    let difference = graph.node("Sub", [row.name, centers.name], shape: shape)
    let square = graph.node("Mul", [difference.name, difference.name], shape: shape)
    return graph.reduce("ReduceSum", square, axis: 2)
  }
}

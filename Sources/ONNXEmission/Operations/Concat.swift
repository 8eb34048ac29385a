import ONNX
import Tensors

extension Operations.Concat: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    var (inputs, axis) = (graph.aligned(operands.inputs), axis)
    if axis > 1, inputs.contains(where: { $0.shape.count != 4 }) {
      if axis == 3, inputs.allSatisfy({ $0.shape.count == 3 }) {
        axis = 2
      } else {
        inputs = operands.inputs.map { graph.maps($0) }
      }
    }
    var shape = inputs[0].shape
    shape[axis] = inputs.reduce(0) { $0 + $1.shape[axis] }
    return graph.node("Concat", inputs.map(\.name), [.int("axis", axis)], shape: shape)
  }
}

import ONNX
import Tensors

extension Operations.DepthPool: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let input = graph.value(operands.input)
    let outputs = (input.shape[1] - kernel) / stride + 1
    let places = (0..<outputs).flatMap { output in (0..<kernel).map { output * stride + $0 } }
    let windows = graph.gather(input, places, dims: [outputs, kernel], axis: 1)
    return graph.reduce(isMaximum ? "ReduceMax" : "ReduceMean", windows, axis: 2)
  }
}

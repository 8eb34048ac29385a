import ONNX
import Tensors

extension Operations.Multiply: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    var result = graph.value(operands.input)
    for gate in operands.inputs.dropFirst() {
      var spread = graph.value(gate)
      let rank = result.shape.count
      if spread.shape != result.shape, spread.shape.count != rank {
        let shape = graph.shape(of: gate)
        if shape.dropFirst(2).allSatisfy({ $0 == 1 }) {
          // A number for each channel.
          spread = graph.value(spread, as: Array(shape[..<2]) + Array(repeating: 1, count: rank - 2))
        } else {
          result = graph.value(result, as: graph.shape(of: operands.input).withRows)
          spread = graph.maps(gate)
        }
      }
      result = graph.node("Mul", [result.name, spread.name], shape: result.shape)
    }
    return result
  }
}

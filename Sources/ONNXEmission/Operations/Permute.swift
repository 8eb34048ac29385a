import ONNX
import Tensors

extension Operations.Permute: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let maps = graph.maps(operands.input)
    let order = [0] + axes
    return graph.node("Transpose", [maps.name], [.ints("perm", order)], shape: order.map { maps.shape[$0] })
  }
}

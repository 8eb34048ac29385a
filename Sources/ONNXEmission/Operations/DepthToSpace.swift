import ONNX
import Tensors

extension Operations.DepthToSpace: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let maps = graph.maps(operands.input)
    let shape = [
      maps.shape[0], maps.shape[1] / (block * block), maps.shape[2] * block, maps.shape[3] * block,
    ]
    // The pixels of a block are neighbouring channels, as PyTorch has them.
    return graph.node(
      "DepthToSpace", [maps.name], [.int("blocksize", block), .string("mode", "CRD")], shape: shape)
  }
}

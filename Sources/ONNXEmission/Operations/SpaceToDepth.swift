import ONNX
import Tensors

extension Operations.SpaceToDepth: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let maps = graph.maps(operands.input)
    let (channels, taps) = (maps.shape[1], block * block)
    let shape = [maps.shape[0], channels * taps, maps.shape[2] / block, maps.shape[3] / block]
    let packed = graph.node("SpaceToDepth", [maps.name], [.int("blocksize", block)], shape: shape)
    // ONNX has the channels of a pixel beside each other, PyTorch the pixels of a channel.
    return graph.gather(packed, (0..<channels * taps).map { $0 % taps * channels + $0 / taps }, axis: 1)
  }
}

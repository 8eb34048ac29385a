import ONNX
import Tensors

extension Operations.ChannelShuffle: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    // The form that engines know: groups as a dimension, exchanged with the channels of each. OpenVINO 2026.4 takes wrong
    // channels where they are named one by one and then sliced.
    let input = graph.value(operands.input)
    let (images, channels) = (input.shape[0], input.shape[1])
    let pixels = graph.hasOpenSizes ? [-1] : Array(input.shape.dropFirst(2))
    let sizes = graph.integers([0, groups, channels / groups] + pixels)
    let grouped = graph.node("Reshape", [input.name, sizes], shape: [images, groups, channels / groups] + pixels)
    let order = [0, 2, 1] + pixels.indices.map { $0 + 3 }
    let turned = graph.node(
      "Transpose", [grouped.name], [.ints("perm", order)], shape: [images, channels / groups, groups] + pixels)
    return graph.reshaped(turned, like: input)
  }
}

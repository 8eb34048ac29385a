import ONNX
import Tensors

extension Operations.ChannelNorm: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    try graph.require(17, for: "LayerNormalization")
    let input = graph.value(operands.input)
    let (rank, channels) = (input.shape.count, input.shape[1])
    let weight = operands.weight.map { graph.value($0).name } ?? graph.numbers(1, count: channels)
    let bias = operands.bias.map { [graph.value($0).name] } ?? []
    let attributes = [AttributeProto.int("axis", -1), .float("epsilon", epsilon)]
    if rank == 2 {
      return graph.node("LayerNormalization", [input.name, weight] + bias, attributes, shape: input.shape)
    }
    // The operator takes the mean over the last axes, so the channels go there and back.
    let last = [0] + Array(2..<rank) + [1]
    let moved = last.map { input.shape[$0] }
    let turned = graph.node("Transpose", [input.name], [.ints("perm", last)], shape: moved)
    let normalized = graph.node("LayerNormalization", [turned.name, weight] + bias, attributes, shape: moved)
    let back = [0, rank - 1] + Array(1..<rank - 1)
    return graph.node("Transpose", [normalized.name], [.ints("perm", back)], shape: input.shape)
  }
}

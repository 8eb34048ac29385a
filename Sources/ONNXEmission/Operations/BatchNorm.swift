import ONNX
import Tensors

extension Operations.BatchNorm: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let input = graph.value(operands.input)
    let channels = input.shape[1]
    let weights = [
      operands.weight.map { graph.value($0).name } ?? graph.numbers(1, count: channels),
      operands.bias.map { graph.value($0).name } ?? graph.numbers(0, count: channels),
      operands.mean.map { graph.value($0).name } ?? graph.numbers(0, count: channels),
      operands.variance.map { graph.value($0).name } ?? graph.numbers(1, count: channels),
    ]
    // ONNX counts the share of the old statistics, the layer that of the newest batch.
    let momentum = momentum.map { [AttributeProto.float("momentum", 1 - $0)] } ?? []
    return graph.node(
      "BatchNormalization", [input.name] + weights, [.float("epsilon", epsilon)] + momentum, shape: input.shape)
  }
}

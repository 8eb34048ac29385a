import ONNX
import Tensors

extension Operations.GroupNorm: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let input = graph.value(operands.input)
    let channels = input.shape[1]
    let isPerChannel = [operands.weight, operands.bias].compactMap(\.self).allSatisfy {
      graph.shape(of: $0) == [channels]
    }
    if groups == channels, input.shape.count > 2, isPerChannel {
      let weight = operands.weight.map { graph.value($0).name } ?? graph.numbers(1, count: channels)
      let bias = operands.bias.map { graph.value($0).name } ?? graph.numbers(0, count: channels)
      return graph.node(
        "InstanceNormalization", [input.name, weight, bias], [.float("epsilon", epsilon)], shape: input.shape)
    }
    // Each group as one channel. The operator for groups has weights for channels since version 21 only, and engines
    // for less than that.
    let sizes = graph.integers([0, groups, -1])
    let elements = input.shape.dropFirst().reduce(1, *) / groups
    let grouped = graph.node("Reshape", [input.name, sizes], shape: [input.shape[0], groups, elements])
    let (ones, zeros) = (graph.numbers(1, count: groups), graph.numbers(0, count: groups))
    let normalized = graph.node(
      "InstanceNormalization", [grouped.name, ones, zeros], [.float("epsilon", epsilon)], shape: grouped.shape)
    let result = graph.reshaped(normalized, like: input)
    return graph.affine(result, weight: operands.weight, bias: operands.bias)
  }
}

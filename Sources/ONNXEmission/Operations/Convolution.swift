import ONNX
import Tensors

extension Operations.Convolution: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let (input, weight, axes) = graph.convolved(operands, window)
    let written = WrittenWindow(axes, over: Array(input.shape[2...]))
    return graph.node(
      "Conv", [input.name, weight.name] + graph.bias(operands),
      written.attributes() + (groups == 1 ? [] : [.int("group", groups)]),
      shape: [input.shape[0], weight.shape[0]] + written.outputs)
  }
}

extension GraphWriter {
  /// What a convolution takes: where the kernels are rows, the input is a signal.
  mutating func convolved(
    _ operands: Operands<Computation.Value>, _ window: SlidingWindow
  ) -> (input: WrittenValue, weight: WrittenValue, axes: [SlidingWindow.Axis]) {
    let weight = value(operands.requiredWeight)
    let maps = shape(of: operands.input).withRows
    if weight.shape.count == 3, window.vertical.isTrivial, maps[2] == 1 {
      let signal = value(value(operands.input), as: [maps[0], maps[1], maps[3]])
      return (signal, weight, [window.horizontal])
    }
    let kernels = self.maps(operands.requiredWeight)
    return (self.maps(operands.input), kernels, [window.vertical, window.horizontal])
  }

  /// The name of the bias, if there is one.
  mutating func bias(_ operands: Operands<Computation.Value>) -> [String] {
    operands.bias.map { [value($0).name] } ?? []
  }
}

import ONNX
import Tensors

extension Operations.TransposedConvolution: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let (input, weight, axes) = graph.convolved(operands, window)
    let outputs = axes.count == 1 ? [outputs.width] : [outputs.height, outputs.width]
    return graph.node(
      "ConvTranspose", [input.name, weight.name] + graph.bias(operands),
      transposedAttributes(axes, over: Array(input.shape[2...]), outputs: outputs, groups: groups),
      shape: [input.shape[0], weight.shape[1] * groups] + outputs)
  }
}

/// The attributes of a transposed convolution for outputs of a size: what its padding cuts off, and what is added behind.
func transposedAttributes(
  _ axes: [SlidingWindow.Axis], over sizes: [Int], outputs: [Int], groups: Int
) -> [AttributeProto] {
  var result = [AttributeProto.ints("kernel_shape", axes.map(\.kernel))]
  if axes.contains(where: { $0.stride != 1 }) { result.append(.ints("strides", axes.map(\.stride))) }
  if axes.contains(where: { $0.dilation != 1 }) { result.append(.ints("dilations", axes.map(\.dilation))) }
  var (after, added) = (axes.map(\.after), axes.map { _ in 0 })
  for (index, axis) in axes.enumerated() {
    let whole = (sizes[index] - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1
    added[index] = outputs[index] - (whole - axis.before - axis.after)
    if added[index] < 0 { (after[index], added[index]) = (after[index] - added[index], 0) }
  }
  let before = axes.map(\.before)
  if (before + after).contains(where: { $0 > 0 }) { result.append(.ints("pads", before + after)) }
  if added.contains(where: { $0 > 0 }) { result.append(.ints("output_padding", added)) }
  if groups != 1 { result.append(.int("group", groups)) }
  return result
}

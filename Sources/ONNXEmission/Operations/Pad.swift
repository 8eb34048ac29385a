import ONNX
import Tensors

extension Operations.Pad: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    var input = graph.value(operands.input)
    var (before, after) = ([0, left], [0, right])
    if input.shape.count != 3 || top > 0 || bottom > 0 {
      input = graph.maps(operands.input)
      (before, after) = ([0, top, left], [0, bottom, right])
    }
    switch mode {
    case .constant(let value): return graph.pad(input, before: before, after: after, value: value)
    case .reflect: return graph.pad(input, before: before, after: after, mode: "reflect")
    case .replicate: return graph.pad(input, before: before, after: after, mode: "edge")
    case .circular: return Self.wrapped(input, before: before, after: after, to: &graph)
    }
  }

  /// The other ends of each axis put before and behind it; the operator knows that since version 19, and engines later.
  private static func wrapped(
    _ input: WrittenValue, before: [Int], after: [Int], to graph: inout GraphWriter
  ) -> WrittenValue {
    var result = input
    for (index, (before, after)) in zip(before, after).enumerated() where before + after > 0 {
      let (axis, size) = (index + 1, result.shape[index + 1])
      var parts = [result]
      if before > 0 { parts.insert(graph.slice(result, [(axis, size - before..<size)]), at: 0) }
      if after > 0 { parts.append(graph.slice(result, [(axis, 0..<after)])) }
      var shape = result.shape
      shape[axis] += before + after
      result = graph.node("Concat", parts.map(\.name), [.int("axis", axis)], shape: shape)
    }
    return result
  }
}

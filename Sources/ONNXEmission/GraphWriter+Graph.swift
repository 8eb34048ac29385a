import ONNX
import Tensors

extension GraphWriter {
  /// Writes every operation that the outputs need.
  ///
  /// - Throws: `ExportError` if one has no form in ONNX, or needs another version of the operators.
  mutating func writeOperations() throws(ExportError) {
    let (written, given) = (computation.written, computation.givenValues)
    for (index, node) in computation.nodes.enumerated() where written.contains(index) && !given.contains(index) {
      guard case .operation(let operation, let operands) = node.origin else { continue }
      label = node.label
      guard let operation = operation as? any ONNXOperation else {
        throw ExportError("\(operation.name) has no form in ONNX", at: node.label?.location)
      }
      set(Value(index: index), to: try operation.write(operands, to: &self))
    }
    label = nil
  }

  /// The graph, its outputs in the shapes and under the names given. The value that a layer ends with gets the layer's path
  /// for a name, and so does its node if it has one only.
  mutating func graph(outputs: [(value: Computation.Value, name: String, shape: [Int])]) -> (GraphProto, [WrittenNode])
  {
    var renamed: [String: String] = [:]
    var (last, counts) = ([String: Int](), [String: Int]())
    for output in outputs {
      let found = value(value(output.value), as: output.shape)
      let isMade = nodes.contains { $0.node.output == [found.name] }
      if isMade, renamed[found.name] == nil {
        renamed[found.name] = output.name
      } else {
        let copy = node("Identity", [found.name], shape: output.shape)
        renamed[copy.name] = output.name
      }
    }
    for (index, written) in nodes.enumerated() {
      guard let path = written.label?.path, !path.isEmpty else { continue }
      last[path] = index
      counts[path, default: 0] += 1
    }
    for (path, index) in last.sorted(by: { $0.value < $1.value }) {
      let value = nodes[index].node.output[0]
      if renamed[value] == nil, takeName(path) { renamed[value] = path }
    }
    var (result, named) = (nodes, Set<String>())
    for index in result.indices {
      result[index].node.input = result[index].node.input.map { renamed[$0] ?? $0 }
      result[index].node.output = result[index].node.output.map { renamed[$0] ?? $0 }
      if let path = result[index].label?.path, counts[path] == 1, named.insert(path).inserted {
        result[index].node.name = path
      }
    }
    var graph = GraphProto()
    graph.node = result.map(\.node)
    graph.initializer = initializers
    return (graph, result)
  }
}

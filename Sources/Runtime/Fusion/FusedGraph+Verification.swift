import Tensors

extension FusedGraph {
  /// What is wrong with the graph: nothing, unless a pass or a trace made a mistake. `isLowered` asks for the form that
  /// kernels exist for.
  func verify(isLowered: Bool = false) -> [String] {
    var made = Set(inputs)
    var faults: [String] = []
    func report(_ node: FusedNode, _ fault: String) {
      faults.append("\(node.operation.name) of \(node.labels.first?.path ?? "no layer"): \(fault)")
    }
    for node in nodes {
      for value in node.reads where !made.contains(value) && !given.contains(value) {
        report(node, "reads value \(value.index) before it is made")
      }
      let packed = node.operation.readsWeights ? [] : node.operands.weights
      for value in packed + node.scalings.flatMap(\.weights.weights)
      where !given.contains(value) && !(isTraining && made.contains(value)) {
        report(node, "takes value \(value.index), which is not there before the network runs, for a weight")
      }
      if given.contains(node.output) || !made.insert(node.output).inserted {
        report(node, "makes value \(node.output.index), which is there already")
      }
      for fault in problems(of: node, isLowered: isLowered) { report(node, fault) }
    }
    for value in results where !made.contains(value) && !given.contains(value) {
      faults.append("nobody makes the output, value \(value.index)")
    }
    return faults
  }

  private func problems(of node: FusedNode, isLowered: Bool) -> [String] {
    var faults: [String] = []
    let result = shape(of: node.output)
    let expected = node.operation.outputShape(of: operandShapes(of: node))
    if !Self.areSame(result, expected) { faults.append("makes \(expected), not \(result)") }
    if let residual = node.residual {
      if !node.operation.fusesResidual { faults.append("adds no residual") }
      if shape(of: residual) != result { faults.append("adds a residual of \(shape(of: residual)) to \(result)") }
    }
    if node.activation != nil, !node.operation.fusesActivation { faults.append("applies no activation") }
    if !node.scalings.isEmpty, !node.operation.foldsScaling { faults.append("folds no scaling") }
    switch node.operation.inference {
    case .same: break
    case .input, .operation: faults.append("is not for inference")
    }
    if isLowered, node.operation.pairwise(node.inputs.count) != nil, node.inputs.count != 2 {
      faults.append("joins \(node.inputs.count) inputs at once")
    }
    return faults
  }

  /// Whether two shapes are equal, vectors and maps of one pixel being the same.
  private static func areSame(_ left: [Int], _ right: [Int]) -> Bool {
    left == right
      || left.prefix(2) == right.prefix(2) && left.dropFirst(2).allSatisfy { $0 == 1 }
        && right.dropFirst(2).allSatisfy { $0 == 1 }
  }
}

extension FusedGraph: CustomStringConvertible {
  /// The nodes, a line each: `%7 = Convolution(%3) · weight %1 + BatchNorm → relu`.
  var description: String { nodes.map(\.description).joined(separator: "\n") }
}

extension FusedNode: CustomStringConvertible {
  var description: String {
    var text = "%\(output.index) = \(operation.name)(\(Self.list(inputs)))"
    if !operands.weights.isEmpty { text += " by \(Self.list(operands.weights))" }
    for scaling in scalings { text += ", \(scaling.operation.name)" }
    if let residual { text += ", + %\(residual.index)" }
    if let activation { text += ", \(activation)" }
    return labels.isEmpty ? text : "\(text)  \(labels.map(\.path).joined(separator: " + "))"
  }

  private static func list(_ values: [Computation.Value]) -> String {
    values.map { "%\($0.index)" }.joined(separator: ", ")
  }
}

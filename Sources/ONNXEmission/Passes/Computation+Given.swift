import Tensors

extension Computation {
  /// The computation as a file has it: at inference, but with what batch norms say of training, and with convolutions over
  /// volumes in one.
  func forExport() -> Computation {
    var result = forInference()
    for (index, node) in nodes.enumerated() {
      guard case .operation(let norm as Operations.BatchNorm, _) = node.origin,
        case .operation(_, let operands) = result.nodes[index].origin
      else { continue }
      result.nodes[index].origin = .operation(norm, operands)
    }
    return result.joiningVolumes()
  }

  /// The values that the outputs need, by their places: those that a file has nodes or tensors for. What weights are computed
  /// from is not among them.
  var written: Set<Int> {
    let given = givenValues
    var found: Set<Int> = []
    var open = outputs
    while let value = open.popLast() {
      guard found.insert(value.index).inserted, case .operation(let operation, let operands) = self[value].origin,
        !given.contains(value.index) || operation is Operations.Reshape
      else { continue }
      open += operands.all
    }
    return found
  }

  /// The values that are there before the network runs, for nothing that flows in is in them.
  var givenValues: Set<Int> {
    var given: Set<Int> = []
    for (index, node) in nodes.enumerated() {
      switch node.origin {
      case .input: break
      case .constant, .parameter: given.insert(index)
      case .operation(_, let operands): if operands.all.allSatisfy({ given.contains($0.index) }) { given.insert(index) }
      }
    }
    return given
  }

  /// The numbers of a value that is given.
  func given(_ value: Value) -> Tensor { nodes.given(value) }
}

extension [Computation.Node] {
  /// The numbers of a value that no input is in.
  func given(_ value: Computation.Value) -> Tensor {
    switch self[value.index].origin {
    case .constant(let tensor): tensor
    case .parameter(let parameter): parameter.value
    case .operation(let operation, let operands): operation.plain(operands.map(given))
    case .input: preconditionFailure("an input has no numbers before the network runs")
    }
  }
}

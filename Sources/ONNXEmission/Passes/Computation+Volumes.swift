import Tensors

extension Computation {
  /// The computation with each convolution over volumes as one operation in place of those on maps that it consists of; what
  /// those made is left behind, and nothing reads it.
  func joiningVolumes() -> Computation {
    var result = self
    for index in nodes.indices {
      guard let (operation, operands) = volumeConvolution(endingAt: Value(index: index)) else { continue }
      result.nodes[index].origin = .operation(operation, operands)
    }
    return result
  }

  /// The unfolding, convolution and sum along the depth that a value is made by, as one; nil if it is made otherwise.
  private func volumeConvolution(
    endingAt value: Value
  ) -> (Operations.VolumeConvolution, Operands<Value>)? {
    guard case .operation(let sum as Operations.DepthSum, let summed) = self[value].origin,
      case .operation(let product, let multiplied) = self[summed.input].origin,
      case .operation(let unfold as Operations.DepthUnfold, let unfolded) = self[multiplied.input].origin,
      let weight = multiplied.weight, case .operation(_ as Operations.Reshape, let kernel) = self[weight].origin
    else { return nil }
    let (before, after) = (self[unfolded.input].shape, self[value].shape)
    let input = [unfold.depth, before[2] / unfold.depth, before[3]]
    let outputs = [sum.depth, after[2] / sum.depth, after[3]]
    var operands = Operands([unfolded.input], weight: kernel.input)
    switch product {
    case let convolution as Operations.Convolution:
      operands.bias = multiplied.bias
      let axes = [unfold.window, convolution.window.vertical, convolution.window.horizontal]
      return (
        Operations.VolumeConvolution(
          input: input, outputs: outputs, axes: axes, groups: convolution.groups, isTransposed: false), operands
      )
    case let convolution as Operations.TransposedConvolution:
      operands.bias = summed.bias
      let axes = [sum.window, convolution.window.vertical, convolution.window.horizontal]
      return (
        Operations.VolumeConvolution(
          input: input, outputs: outputs, axes: axes, groups: convolution.groups, isTransposed: true), operands
      )
    default: return nil
    }
  }
}

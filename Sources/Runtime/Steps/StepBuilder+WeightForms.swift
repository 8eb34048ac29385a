import Kernels
import Tensors

// Which kernel makes a weight of parameters in training, or the gradient by what it is made of: all in row-major order.
extension StepBuilder {
  /// The kernel of such a node; nil for others.
  func weightFormStep(of node: FusedNode) -> ChosenKernel? {
    guard let kernel = weightFormKernel(of: node) else { return nil }
    return ChosenKernel(kernel, reads: node.inputs.map(weight), writes: [node.output])
  }

  /// Whether a node makes a weight, or the gradient by what one is made of, by a kernel that reads parameters as they lie.
  func isWeightForm(_ node: FusedNode) -> Bool { weightFormKernel(of: node) != nil }

  private func weightFormKernel(of node: FusedNode) -> (any Kernel)? {
    guard vectors.contains(node.output), node.operands.weights.isEmpty, node.residual == nil, node.activation == nil,
      node.inputs.allSatisfy({ vectors.contains($0) || graph.given.contains($0) })
    else { return nil }
    let shapes = node.inputs.map(graph.shape)
    func rows(_ shape: [Int]) -> (count: Int, length: Int) {
      (max(1, shape[0]), shape.saturatingProduct / max(1, shape[0]))
    }
    switch node.operation {
    case is Operations.Reshape: return CopyKernel(count: shapes[0].saturatingProduct)
    case is Operations.WeightNorm:
      return WeightNormKernel(.weight, rows: rows(shapes[0]).count, length: rows(shapes[0]).length)
    case let operation as Operations.WeightNormGradient:
      return WeightNormKernel(
        operation.isByGain ? .lengthGradient : .directionGradient, rows: rows(shapes[1]).count,
        length: rows(shapes[1]).length)
    case let operation as Operations.StandardizedWeight:
      return StandardizedWeightKernel(
        .weight, of: operation, rows: rows(shapes[0]).count, length: rows(shapes[0]).length, hasGain: shapes.count > 1)
    case let operation as Operations.StandardizedWeightGradient:
      return StandardizedWeightKernel(
        operation.isByGain ? .gainGradient : .weightGradient, of: operation.standardization,
        rows: rows(shapes[1]).count, length: rows(shapes[1]).length, hasGain: shapes.count > 2)
    case let operation as Operations.SpectralNorm:
      return SpectralNormKernel(dimension: operation.dimension, shape: shapes[0], isGradient: false)
    case let operation as Operations.SingularVector: return SingularVectorKernel(operation, shape: shapes[0])
    case let operation as Operations.SpectralNormGradient:
      return SpectralNormKernel(dimension: operation.dimension, shape: shapes[1], isGradient: true)
    case let operation as Operations.TableWeight: return TableWeightKernel(operation, isGradient: false)
    case let operation as Operations.TableWeightGradient: return TableWeightKernel(operation.table, isGradient: true)
    case let operation as Operations.FusionWeight:
      return FusionWeightKernel(operation, count: shapes[0].saturatingProduct, isGradient: false)
    case let operation as Operations.FusionWeightGradient:
      return FusionWeightKernel(operation.weight, count: shapes[1].saturatingProduct, isGradient: true)
    default: return nil
    }
  }
}

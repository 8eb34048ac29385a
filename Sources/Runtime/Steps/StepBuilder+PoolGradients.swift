import Kernels
import Tensors

// Which kernel computes the gradient of a pool, or of one of LeNet-5's layers.
extension StepBuilder {
  /// The kernel of a pool's gradient; nil for other operations.
  func poolStep(of node: FusedNode) -> ChosenKernel? {
    func step(_ kernel: any Kernel, reading inputs: Int...) -> ChosenKernel {
      ChosenKernel(kernel, reads: inputs.map { .value(node.inputs[$0]) }, writes: [node.output])
    }
    let output = maps(of: node.output)
    switch node.operation {
    case let operation as Operations.MaxPoolGradient:
      let kernel = MaxPoolGradient(
        input: maps(of: node.inputs[1]), result: maps(of: node.inputs[2]), gradient: maps(of: node.inputs[0]),
        output: output, window: operation.window, loops: loops)
      return step(kernel, reading: 1, 2, 0)
    case is Operations.AdaptiveMaxPoolGradient:
      let kernel = AdaptiveMaxPoolGradient(
        input: maps(of: node.inputs[1]), result: maps(of: node.inputs[2]), gradient: maps(of: node.inputs[0]),
        output: output, loops: loops)
      return step(kernel, reading: 1, 2, 0)
    case let operation as Operations.AveragePoolGradient:
      let kernel = AveragePoolGradient(
        gradient: maps(of: node.inputs[0]), output: output, window: operation.window,
        divides: operation.divisor != .one, countsPadding: operation.divisor == .paddedPixels, loops: loops)
      return step(kernel, reading: 0)
    case is Operations.AdaptiveAveragePoolGradient:
      let kernel = AdaptiveAveragePoolGradient(gradient: maps(of: node.inputs[0]), output: output, loops: loops)
      return step(kernel, reading: 0)
    case let operation as Operations.DepthPoolGradient:
      let kernel = DepthPoolGradient(
        operation.pool, input: maps(of: node.inputs[1]), gradient: maps(of: node.inputs[0]), output: output)
      return step(kernel, reading: 1, 0)
    case let operation as Operations.SubsampleWeightGradient:
      let kernel = SubsampleWeightGradient(
        input: maps(of: node.inputs[1]), gradient: maps(of: node.inputs[0]), window: operation.window, loops: loops)
      return step(kernel, reading: 1, 0)
    default: return nil
    }
  }

  /// The kernel of the gradient of distances to centers; nil for other operations.
  func historicalStep(of node: FusedNode) -> ChosenKernel? {
    let isByInput = node.operation is Operations.RadialBasisInputGradient
    guard isByInput || node.operation is Operations.RadialBasisWeightGradient, let centers = node.operands.weight else {
      return nil
    }
    let kernel = RadialBasisGradient(
      gradient: maps(of: node.inputs[0]), input: maps(of: node.inputs[1]),
      output: isByInput ? maps(of: node.output) : nil)
    return ChosenKernel(
      kernel, reads: [.value(node.inputs[0]), .value(node.inputs[1]), weight(centers)], writes: [node.output])
  }
}

import Kernels
import Tensors

// Which kernel computes an operation.
extension StepBuilder {
  func kernel(for node: FusedNode, isPlanar: Bool) -> any Kernel {
    let (input, output) = (maps(of: node.inputs[0]), maps(of: node.output))
    let epilogue = epilogue(of: node)
    switch node.operation {
    case .convolution(let window, let groups):
      let convolution = Convolution(
        input: input, output: output, window: window, groups: groups, weights: convolutionWeights(of: node),
        epilogue: epilogue)
      return isPlanar ? PlanarConvolution(convolution, loops: loops) : convolution.kernel(loops: loops)
    case .linear:
      return LinearKernel(
        input: input, output: output, weights: convolutionWeights(of: node), epilogue: epilogue, loops: loops)
    case .batchNorm, .scale, .channelScale:
      let scaling = ChannelScaling(node.operation, node.weights, channels: output.channels)
      let all = node.scaling.flatMap { scaling?.followed(by: $0) } ?? scaling
      return AffineKernel(
        input: input, output: output, scale: all?.scale.map(Float.init), shift: all?.shift.map(Float.init),
        epilogue: epilogue, loops: loops)
    case .add:
      return JoinKernel(
        .add, input: input, second: maps(of: node.inputs[1]), output: output, epilogue: epilogue, loops: loops)
    case .maximum:
      return JoinKernel(
        .maximum, input: input, second: maps(of: node.inputs[1]), output: output, epilogue: epilogue, loops: loops)
    case .multiply: return product(of: node, epilogue)
    default: return kernel(without: epilogue, for: node)
    }
  }
}

import ONNX
import Tensors

extension Operations {
  /// A convolution over volumes `[N, C, D·H, W]`, D slices one below the other, as one operation: what
  /// `Computation.joiningVolumes` makes of the operations on maps that a layer consists of. Weight
  /// `[out, C / groups, kD, kH, kW]`, transposed `[C, out / groups, kD, kH, kW]`; bias `[out]`.
  package struct VolumeConvolution: Operation {
    /// Depth, height and width of the input.
    package var input: [Int]
    /// Depth, height and width of the output.
    package var outputs: [Int]
    /// Along depth, height and width.
    package var axes: [SlidingWindow.Axis]
    package var groups: Int
    package var isTransposed: Bool

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      let weight = kernels(of: operands.requiredWeight)
      return [operands.input[0], isTransposed ? weight[1] * groups : weight[0], outputs[0] * outputs[1], outputs[2]]
    }

    /// The weight's shape, which may be given as operations see it, kernels as maps of their slices.
    fileprivate func kernels(of weight: [Int]) -> [Int] {
      let kernel = axes.map(\.kernel)
      return [weight[0], weight.dropFirst().reduce(1, *) / kernel.reduce(1, *)] + kernel
    }

    package func plain(_ operands: Operands<Tensor>) -> Tensor { result(operands) }
    package func plain(_ operands: Operands<DoubleTensor>) -> DoubleTensor { result(operands) }

    private func result<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let weight = operands.requiredWeight
      let shape = kernels(of: weight.shape)
      let kernel = weight.reshaped(to: [shape[0], shape[1] * shape[2]] + shape[3...])
      let plane = SlidingWindow(vertical: axes[1], horizontal: axes[2])
      if !isTransposed {
        let slices = Plain.unfoldDepth(operands.input, depth: input[0], window: axes[0])
        let maps = Plain.conv2D(slices, weight: kernel, bias: operands.bias, window: plane, groups: groups)
        return Plain.sumDepth(
          maps, bias: nil, depth: outputs[0], window: SlidingWindow.Axis(kernel: 1, outputs: outputs[0]))
      }
      let slices = Plain.unfoldDepth(
        operands.input, depth: input[0], window: SlidingWindow.Axis(kernel: 1, outputs: input[0]))
      let maps = Plain.transposedConv2D(
        slices, weight: kernel, bias: nil, window: plane, groups: groups, outputs: (outputs[1], outputs[2]))
      return Plain.sumDepth(maps, bias: operands.bias, depth: outputs[0], window: axes[0])
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? { nil }

    package var foldsScaling: Bool { !isTransposed }
  }
}

extension Operations.VolumeConvolution: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let shape = graph.shape(of: operands.input)
    let volume = graph.value(graph.value(operands.input), as: [shape[0], shape[1]] + input)
    let weight = graph.value(
      graph.value(operands.requiredWeight), as: kernels(of: graph.shape(of: operands.requiredWeight)))
    let window = WrittenWindow(axes, over: input)
    let channels = isTransposed ? weight.shape[1] * groups : weight.shape[0]
    return graph.node(
      isTransposed ? "ConvTranspose" : "Conv", [volume.name, weight.name] + graph.bias(operands),
      isTransposed
        ? transposedAttributes(axes, over: input, outputs: outputs, groups: groups)
        : window.attributes() + (groups == 1 ? [] : [.int("group", groups)]),
      shape: [shape[0], channels] + outputs)
  }
}

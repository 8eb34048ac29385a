import Shapes
import Tensors

// Volumes `[N, C, D, H, W]` by operations on maps.

extension Tensor {
  /// Whether the tensor is volumes, with three spatial axes.
  var isVolume: Bool { rank == 5 }

  /// What is made of volumes by one operation along the depth, on maps `[N, C, D, H·W]`, and then another along height and
  /// width, on maps `[N, C·D', H, W]`, for layers that treat the axes one by one; nil for nothing. The result has the
  /// shape `[N, C, D', H', W']` given.
  func volume(to output: [Int], along depth: (any Operation)?, planes: (any Operation)?) -> Tensor {
    var result = self
    if let depth {
      let columns = result.reshaped(to: Array(shape[0..<3]) + [shape[3] * shape[4]])
      result = depth.callAsFunction(Operands([columns]))
    }
    if let planes {
      let maps = result.reshaped(to: [shape[0], shape[1] * output[2]] + shape[3...])
      result = planes.callAsFunction(Operands([maps]))
    }
    return result.reshaped(to: output)
  }
}

extension Window {
  /// The result of an operation that slides over each channel by itself, such as a pool, for an output of a shape.
  ///
  /// A pool over volumes is one along the depth and another along height and width: largest values and means, with the
  /// numbers that they are divided by, are products of those.
  func applied(to input: Tensor, output: [Int], _ operation: (SlidingWindow) -> any Operation) -> Tensor {
    guard input.isVolume else { return operation(over(input, output: output)).callAsFunction(Operands([input])) }
    let axes = resolved(over: input, output: output)
    let rest = SlidingWindow.Axis(kernel: 1, outputs: input.shape[3] * input.shape[4])
    return input.volume(
      to: output, along: axes[0].isIdentity ? nil : operation(SlidingWindow(vertical: axes[0], horizontal: rest)),
      planes: operation(SlidingWindow(vertical: axes[1], horizontal: axes[2])))
  }

  /// A convolution with this window; weight and bias as PyTorch has them.
  func convolution(_ input: Tensor, output: [Int], groups: Int, _ parameters: ParameterSet) -> Tensor {
    guard input.isVolume else {
      return Operations.Convolution(over(input, output: output), groups: groups)([input], parameters)
    }
    let (weight, axes) = (parameters.required("weight"), resolved(over: input, output: output))
    // Each output slice is a convolution of the slices that its window meets.
    let slices = Operations.DepthUnfold(depth: input.shape[2], window: axes[0])(input.slicesBelowEachOther)
    let kernel = [weight.shape[0], weight.shape[1] * weight.shape[2]] + weight.shape[3...]
    let maps = Operations.Convolution(SlidingWindow(vertical: axes[1], horizontal: axes[2]), groups: groups)(
      slices, weight: weight.reshaped(to: kernel), bias: parameters["bias"])
    let single = SlidingWindow.Axis(kernel: 1, outputs: output[2])
    return Operations.DepthSum(depth: output[2], window: single)(maps).reshaped(to: output)
  }

  /// A transposed convolution with this window; weight and bias as PyTorch has them.
  func transposedConvolution(_ input: Tensor, output: [Int], groups: Int, _ parameters: ParameterSet) -> Tensor {
    guard input.isVolume else {
      return Operations.TransposedConvolution(
        over(input, output: output), groups: groups, outputs: PixelSize(output: output))([input], parameters)
    }
    let (weight, axes) = (parameters.required("weight"), resolved(over: input, output: output))
    // Each slice makes one for each tap along the depth, which are added up where they lie.
    let single = SlidingWindow.Axis(kernel: 1, outputs: input.shape[2])
    let slices = Operations.DepthUnfold(depth: input.shape[2], window: single)(input.slicesBelowEachOther)
    let kernel = [weight.shape[0], weight.shape[1] * weight.shape[2]] + weight.shape[3...]
    let maps = Operations.TransposedConvolution(
      SlidingWindow(vertical: axes[1], horizontal: axes[2]), groups: groups,
      outputs: PixelSize(height: output[3], width: output[4]))(slices, weight: weight.reshaped(to: kernel))
    var taps = axes[0]
    taps.outputs = input.shape[2]
    return Operations.DepthSum(depth: output[2], window: taps)(maps, bias: parameters["bias"]).reshaped(to: output)
  }

  /// The elements of an image that a convolution of volumes makes on its way to the output: of each output slice the
  /// slices that its window meets, and what they become.
  func intermediateElements(of input: Shape, output: Shape) -> Extent {
    guard input.axisCount == 3 else { return 0 }
    return input.channels * kernel[0] * output.spatial[0] * input.spatial[1] * input.spatial[2] + output.elements
  }
}

extension SlidingWindow.Axis {
  /// Whether each output is its input.
  fileprivate var isIdentity: Bool { kernel == 1 && stride == 1 && before == 0 && after == 0 }
}

extension Tensor {
  /// Volumes `[N, C, D, H, W]` as maps `[N, C, D·H, W]`.
  fileprivate var slicesBelowEachOther: Tensor {
    reshaped(to: [shape[0], shape[1], shape[2] * shape[3], shape[4]])
  }
}

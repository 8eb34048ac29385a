import Shapes
import Tensors

extension Tensor {
  /// The shape of one image, as shape rules take it.
  var imageShape: Shape { Shape(shape.dropFirst().map(Extent.known)) }
}

extension LayerKind {
  /// The output's shape for inputs that were checked when the graph was built.
  func checkedOutputShape(of inputs: [Tensor]) -> [Int] {
    do {
      let shape = try outputShape(of: inputs.map(\.imageShape))
      return [inputs[0].shape[0]] + (shape.values ?? [])
    } catch {
      preconditionFailure("\(Self.keyword) ran on inputs that do not suit it: \(error.message)")
    }
  }
}

extension Window {
  /// The window over an input with everything resolved, for an output of a shape `[N, C, …]` with as many axes. A signal is
  /// one row of pixels.
  func over(_ input: Tensor, output: [Int]) -> SlidingWindow {
    let resolved = resolved(over: input, output: output)
    let row = SlidingWindow.Axis(kernel: 1, outputs: 1)
    return SlidingWindow(
      vertical: resolved.count > 1 ? resolved[0] : row, horizontal: resolved.last ?? row)
  }
}

extension Window {
  /// The directions of the window over an input, for an output with as many axes.
  func resolved(over input: Tensor, output: [Int]) -> [SlidingWindow.Axis] {
    let sizes = input.shape.dropFirst(2)
    return zip(axes(sizes.count), zip(sizes, output.dropFirst(2))).map { $0.resolved(over: $1.0, outputs: $1.1) }
  }
}

extension Window.Axis {
  fileprivate func resolved(over size: Int, outputs: Int) -> SlidingWindow.Axis {
    let rim = padding(of: .known(size)) ?? AxisPadding(before: 0, after: 0)
    return SlidingWindow.Axis(
      kernel: kernel, stride: stride, dilation: dilation, before: rim.before, after: rim.after, outputs: outputs)
  }
}

extension PixelSize {
  /// The size of an output `[N, C, …]`; a signal is one row of pixels.
  init(output: [Int]) {
    self.init(height: output.count > 3 ? output[2] : 1, width: output[output.count - 1])
  }
}

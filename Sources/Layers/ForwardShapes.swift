import Shapes
import Tensors

extension Tensor {
  /// The shape of one image, as shape rules take it.
  var imageShape: Shape { Shape(shape.dropFirst().map(Extent.known)) }

  /// The size of an axis of feature maps, 2 for height and 3 for width; 1 where a vector has none.
  fileprivate func size(_ axis: Int) -> Int { rank > axis ? shape[axis] : 1 }
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
  /// The window over an input's maps, with everything resolved, for an output of a shape `[N, C, H', W']`.
  func over(_ input: Tensor, output: [Int]) -> SlidingWindow {
    SlidingWindow(
      vertical: vertical.resolved(over: input.size(2), outputs: output.count > 2 ? output[2] : 1),
      horizontal: horizontal.resolved(over: input.size(3), outputs: output.count > 3 ? output[3] : 1))
  }
}

extension Window.Axis {
  fileprivate func resolved(over size: Int, outputs: Int) -> SlidingWindow.Axis {
    let rim = padding(of: .known(size)) ?? AxisPadding(before: 0, after: 0)
    return SlidingWindow.Axis(
      kernel: kernel, stride: stride, dilation: dilation, before: rim.before, after: rim.after, outputs: outputs)
  }
}

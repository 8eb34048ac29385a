import ONNX
import Tensors

/// A window as the attributes of ONNX's operators say it: of the input's spatial axes, which a signal has one of.
///
/// The number of outputs always follows from rounding down: where a window hangs over the input's end, as `round: ceil` lets
/// it, the padding there is as much larger. Readers do not agree on what `ceil_mode` means beside padding.
struct WrittenWindow {
  var axes: [SlidingWindow.Axis]
  /// The padding at each end, as an operator is told it.
  private(set) var after: [Int]
  /// Whether a window hangs over the padded input.
  private(set) var hangsOver = false

  /// The window over sizes `[H, W]`, or `[L]`.
  init(_ axes: [SlidingWindow.Axis], over sizes: [Int]) {
    self.axes = axes
    after = axes.map(\.after)
    for (index, axis) in axes.enumerated() {
      let missing = axis.extent - (sizes[index] + axis.before + axis.after)
      if missing > 0 {
        after[index] += missing
        hangsOver = true
      }
    }
  }

  var before: [Int] { axes.map(\.before) }
  var outputs: [Int] { axes.map(\.outputs) }

  var isPadded: Bool { (before + after).contains { $0 > 0 } }

  /// Whether a window may lie in the padding alone, as far as operators check it.
  var isWide: Bool { zip(axes, zip(before, after)).contains { $0.kernel <= max($1.0, $1.1) } }

  /// The attributes; defaults are left out, but for the kernel.
  func attributes(hasPadding: Bool = true) -> [AttributeProto] {
    var result = [AttributeProto.ints("kernel_shape", axes.map(\.kernel))]
    if axes.contains(where: { $0.stride != 1 }) { result.append(.ints("strides", axes.map(\.stride))) }
    if axes.contains(where: { $0.dilation != 1 }) { result.append(.ints("dilations", axes.map(\.dilation))) }
    if hasPadding, isPadded { result.append(.ints("pads", before + after)) }
    return result
  }
}

extension SlidingWindow.Axis {
  /// The pixels from the first tap of the first output to the last tap of the last.
  fileprivate var extent: Int { (outputs - 1) * stride + (kernel - 1) * dilation + 1 }

  /// Whether the axis stays as it is, so that a signal need not be maps.
  var isTrivial: Bool { kernel == 1 && stride == 1 && before == 0 && after == 0 && outputs == 1 }
}

extension GraphWriter {
  /// An input that a window slides over, with the window's axes: a signal where it is one, else maps.
  mutating func input(
    _ value: Computation.Value, for window: SlidingWindow
  ) -> (input: WrittenValue, window: WrittenWindow) {
    let found = self.value(value)
    if found.shape.count == 3, window.vertical.isTrivial {
      return (found, WrittenWindow([window.horizontal], over: Array(found.shape[2...])))
    }
    let maps = self.maps(value)
    return (maps, WrittenWindow([window.vertical, window.horizontal], over: Array(maps.shape[2...])))
  }

  /// The result of an operator with a window over each channel.
  mutating func pooled(
    _ type: String, _ input: WrittenValue, _ window: WrittenWindow, _ attributes: [AttributeProto] = []
  ) -> WrittenValue {
    node(type, [input.name], window.attributes() + attributes, shape: Array(input.shape[..<2]) + window.outputs)
  }
}

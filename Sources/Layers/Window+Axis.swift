import Shapes

extension Window {
  /// One direction of the window.
  struct Axis: Hashable {
    var axis: Shape.Axis
    var kernel: Int
    var stride: Int
    var dilation: Int
    var padding: Padding
    /// The padding in numbers, where it is written so.
    var sides: AxisPadding?
    var rounding: Rounding

    var name: String { axis.name }

    /// The pixels that the kernel spans, gaps included: `dilation·(kernel − 1) + 1`.
    var extent: Int { Self.extent(kernel: kernel, dilation: dilation) }

    static func extent(kernel: Int, dilation: Int) -> Int { saturatingSum(saturatingProduct(dilation, kernel - 1), 1) }

    /// The padding before and after an input of `size` pixels; nil for `same` on an open size.
    func padding(of size: Extent) -> AxisPadding? {
      switch padding {
      case .valid: return AxisPadding(before: 0, after: 0)
      case .half: return AxisPadding(before: extent / 2, after: extent / 2)
      case .explicit: return sides ?? AxisPadding(before: 0, after: 0)
      case .same:
        guard let pixels = size.value else { return nil }
        let outputs = saturatingSum(pixels, stride - 1) / stride
        let covered = saturatingSum(saturatingProduct(outputs - 1, stride), extent)
        let total = max(0, saturatingSum(covered, -pixels))
        return AxisPadding(before: total / 2, after: total - total / 2)
      }
    }

    /// The outputs for an input of `size` pixels.
    ///
    /// Rounding up, the last window must still start inside the input or the padding before it. That bound decides
    /// exactly when a window's part beyond the padding may be as long as the stride, whatever the size, so the rule
    /// holds for open sizes too.
    func output(of size: Extent) throws(ShapeError) -> Extent {
      guard let padding = padding(of: size) else { return size.dividedRoundingUp(by: stride) }
      let padded = size + padding.total
      let room = padded - extent
      let outputs =
        switch rounding {
        case .floor: room.dividedRoundingDown(by: stride) + 1
        case .ceil where extent >= saturatingSum(stride, padding.after): room.dividedRoundingUp(by: stride) + 1
        case .ceil: (size + padding.before).dividedRoundingUp(by: stride)
        }
      if let count = outputs.value, count < 1 {
        let gaps = dilation > 1 ? " (\(kernel) with dilation \(dilation))" : ""
        let rim = padding.total > 0 ? " with \(padding.total) of padding" : ""
        throw ShapeError(
          .kernelExceedsInput, "the kernel spans \(extent) pixels\(gaps), but the input's \(name) is \(size)\(rim)",
          field: "kernel")
      }
      return outputs
    }

    func explanation(of size: Extent, output: Extent) -> String {
      let symbol = axis.symbol
      if padding == .same {
        return
          "\(symbol)' = ⌈\(symbol) / stride⌉ = ⌈\(size.factorDescription) / \(stride)⌉ = \(output)   (padding: same)"
      }
      let rim = padding(of: size) ?? AxisPadding(before: 0, after: 0)
      if rounding == .ceil, extent < saturatingSum(stride, rim.after) {
        return
          "\(symbol)' = ⌈(\(symbol) + padding before) / stride⌉ = ⌈(\(size) + \(rim.before)) / \(stride)⌉ = \(output)"
          + "   (round: ceil; the last window starts inside the input)"
      }
      let (open, close) = rounding == .ceil ? ("⌈", "⌉") : ("⌊", "⌋")
      let formula = "\(symbol)' = \(open)(\(symbol) + padding − dilation·(kernel − 1) − 1) / stride\(close) + 1"
      let numbers =
        "\(open)(\(size) + \(rim.before) + \(rim.after) − \(dilation)·(\(kernel) − 1) − 1) / \(stride)\(close) + 1"
      return "\(formula) = \(numbers) = \(output)"
    }
  }
}

import Shapes

/// The sliding window of a convolution or a pool: what the output's height and width follow from.
///
/// Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, arXiv:1603.07285.
package struct Window: Hashable, Sendable {
  package enum Rounding: String, Hashable, Sendable {
    case floor
    case ceil
  }

  package var kernel: Size2D
  package var stride: Size2D
  package var padding: Padding
  package var dilation: Size2D
  package var rounding: Rounding

  package init(
    kernel: Size2D, stride: Size2D = .one, padding: Padding = .valid, dilation: Size2D = .one,
    rounding: Rounding = .floor
  ) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.rounding = rounding
  }

  /// One direction of the window.
  struct Axis: Hashable {
    var name: String
    var kernel: Int
    var stride: Int
    var dilation: Int
    var padding: Padding
    var rounding: Rounding

    /// The pixels that the kernel spans, gaps included: `dilation·(kernel − 1) + 1`.
    var extent: Int { saturatingSum(saturatingProduct(dilation, kernel - 1), 1) }

    /// The padding before and after an input of `size` pixels; nil for `same` on an open size.
    func padding(of size: Extent) -> AxisPadding? {
      switch padding {
      case .valid: return AxisPadding(before: 0, after: 0)
      case .half: return AxisPadding(before: extent / 2, after: extent / 2)
      case .explicit(let top, let bottom, let left, let right):
        return name == "height" ? AxisPadding(before: top, after: bottom) : AxisPadding(before: left, after: right)
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
      let symbol = name == "height" ? "H" : "W"
      if padding == .same {
        return "\(symbol)' = ⌈\(symbol) / stride⌉ = ⌈\(size) / \(stride)⌉ = \(output)   (padding: same)"
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

  var vertical: Axis {
    Axis(
      name: "height", kernel: kernel.height, stride: stride.height, dilation: dilation.height, padding: padding,
      rounding: rounding)
  }

  var horizontal: Axis {
    Axis(
      name: "width", kernel: kernel.width, stride: stride.width, dilation: dilation.width, padding: padding,
      rounding: rounding)
  }

  /// The output's height and width for an input's.
  ///
  /// - Throws: `ShapeError` if the window does not fit the padded input.
  package func output(height: Extent, width: Extent) throws(ShapeError) -> (height: Extent, width: Extent) {
    (try vertical.output(of: height), try horizontal.output(of: width))
  }

  /// The rows and columns of padding, top, bottom, left, right; nil where `same` meets an open size.
  package func paddings(height: Extent, width: Extent) -> (vertical: AxisPadding, horizontal: AxisPadding)? {
    guard let rows = vertical.padding(of: height), let columns = horizontal.padding(of: width) else { return nil }
    return (rows, columns)
  }

  /// The stride and the padding in numbers; without the latter where that follows from an open size.
  func meanings(for input: Shape) -> [String: FieldValue] {
    var result: [String: FieldValue] = ["stride": .size(stride)]
    if input.isMaps, let rim = paddings(height: input.height, width: input.width) {
      result["padding"] = .padding(
        .explicit(
          top: rim.vertical.before, bottom: rim.vertical.after, left: rim.horizontal.before,
          right: rim.horizontal.after))
    }
    return result
  }

  package var reach: Reach {
    .window(extent: Size2D(vertical.extent, horizontal.extent), stride: stride)
  }

  /// The formulas of height and width with their numbers.
  package func explanation(input: Shape, output: Shape) -> [String] {
    [
      vertical.explanation(of: input.height, output: output.height),
      horizontal.explanation(of: input.width, output: output.width),
    ]
  }

  /// `7×7 /2`: the kernel, then what is not the plain case.
  package var summary: String {
    var parts = ["\(kernel)"]
    if stride != .one { parts.append("/\(stride.isSquare ? "\(stride.height)" : "\(stride)")") }
    if dilation != .one { parts.append("dilation \(dilation.isSquare ? "\(dilation.height)" : "\(dilation)")") }
    return parts.joined(separator: " ")
  }
}

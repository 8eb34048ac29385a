import Shapes

extension Window {
  /// The pixels along an axis of an input that no window reads.
  package struct Unread: Hashable, Sendable {
    /// Those after the last window.
    package var atEnd: Int
    /// Those between windows, where the stride is larger than the kernel.
    package var between: Int
  }

  /// The pixels along each axis that no window reads; nil where a size is open. What only dilation leaves out is not
  /// counted, for the next window reads it.
  package func unread(in input: Shape, output: Shape) -> [Unread]? {
    let unread = zip(axes(input.axisCount), zip(input.spatial, output.spatial)).compactMap {
      $0.unread(of: $1.0, outputs: $1.1)
    }
    return unread.count == input.axisCount ? unread : nil
  }
}

extension Window.Axis {
  fileprivate func unread(of size: Extent, outputs: Extent) -> Window.Unread? {
    guard let pixels = size.value, let count = outputs.value, count > 0, let padding = padding(of: size) else {
      return nil
    }
    // Not before the first pixel, although all windows may lie in the padding before it.
    let end = max(0, saturatingSum(saturatingProduct(count - 1, stride), extent) - padding.before)
    return Window.Unread(
      atEnd: max(0, pixels - end), between: min(pixels, end) - read(of: pixels, count, padding))
  }

  /// The pixels under any window that are no padding.
  private func read(of pixels: Int, _ count: Int, _ padding: AxisPadding) -> Int {
    if stride <= extent {
      return max(0, min(pixels, saturatingSum(saturatingProduct(count - 1, stride), extent) - padding.before))
    }
    // Windows lie apart: those that meet the input count, without what of the first and the last is outside.
    let first = padding.before < extent ? 0 : (padding.before - extent) / stride + 1
    let last = min(count - 1, saturatingSum(pixels - 1, padding.before) / stride)
    guard first <= last else { return 0 }
    let before = max(0, padding.before - saturatingProduct(first, stride))
    let after = max(0, saturatingSum(saturatingProduct(last, stride) - padding.before, extent) - pixels)
    return saturatingProduct(last - first + 1, extent) - before - after
  }
}

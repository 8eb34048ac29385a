import Shapes

extension Window {
  /// The rows or the columns of an input that no window reads.
  package struct Unread: Hashable, Sendable {
    /// Those after the last window.
    package var atEnd: Int
    /// Those between windows, where the stride is larger than the kernel.
    package var between: Int
  }

  /// The rows and columns that no window reads; nil where a size is open. What only dilation leaves out is not counted,
  /// for the next window reads it.
  package func unread(in input: Shape, output: Shape) -> (rows: Unread, columns: Unread)? {
    guard let rows = vertical.unread(of: input.height, outputs: output.height),
      let columns = horizontal.unread(of: input.width, outputs: output.width)
    else { return nil }
    return (rows, columns)
  }
}

extension Window.Axis {
  fileprivate func unread(of size: Extent, outputs: Extent) -> Window.Unread? {
    guard let pixels = size.value, let count = outputs.value, count > 0, let padding = padding(of: size) else {
      return nil
    }
    let end = saturatingSum(saturatingProduct(count - 1, stride), extent) - padding.before
    return Window.Unread(
      atEnd: max(0, pixels - end), between: saturatingProduct(count - 1, max(0, stride - extent)))
  }
}

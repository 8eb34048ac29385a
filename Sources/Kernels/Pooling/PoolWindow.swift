import CKernels
import Tensors

/// A sliding window over blocked maps, ready for the loops of pools.
struct PoolWindow: Sendable {
  let input: BlockedMaps
  let output: BlockedMaps
  let columns: cnnc_axis
  private let rows: SlidingWindow.Axis

  init(_ window: SlidingWindow, input: BlockedMaps, output: BlockedMaps) {
    precondition(
      input.images == output.images && input.channels == output.channels && output.height == window.vertical.outputs
        && output.width == window.horizontal.outputs, "a pool keeps images and channels")
    (self.input, self.output, rows) = (input, output, window.vertical)
    columns = cnnc_axis(window.horizontal, size: input.width)
  }

  /// Where the rows under an output row begin, as an offset within the input, how many there are, and how many floats
  /// there are from one to the next.
  func rows(image: Int, block: Int, row: Int) -> (offset: Int, count: Int, step: Int) {
    let positions = rows.positions(of: row, in: input.height)
    let count = rows.inputTaps(of: row, in: input.height)
    let first = count > 0 ? positions.first(where: { _ in true }) ?? 0 : 0
    return (
      input.offset(image: image, block: block) + first * input.rowStride, count, rows.dilation * input.rowStride
    )
  }
}

extension cnnc_axis {
  init(_ axis: SlidingWindow.Axis, size: Int) {
    self.init(
      size: size, kernel: axis.kernel, stride: axis.stride, dilation: axis.dilation, before: axis.before,
      outputs: axis.outputs)
  }
}

/// A kernel's or a pool's window with everything resolved: where each output's taps lie in an input of known size.
package struct SlidingWindow: Hashable, Sendable {
  /// One direction of the window, in pixels.
  package struct Axis: Hashable, Sendable {
    package var kernel: Int
    package var stride: Int
    package var dilation: Int
    /// Padding before and after the input.
    package var before: Int
    package var after: Int
    /// The number of outputs; rounding is decided there.
    package var outputs: Int

    package init(kernel: Int, stride: Int = 1, dilation: Int = 1, before: Int = 0, after: Int = 0, outputs: Int) {
      self.kernel = kernel
      self.stride = stride
      self.dilation = dilation
      self.before = before
      self.after = after
      self.outputs = outputs
    }

    /// The input position of an output's first tap; negative in the padding.
    package func start(of output: Int) -> Int { output * stride - before }

    /// The input positions of an output's taps, those in the padding left out.
    package func positions(of output: Int, in size: Int) -> StrideTo<Int> {
      let start = start(of: output)
      let skipped = start < 0 ? (dilation - 1 - start) / dilation : 0
      let end = min(size, start.saturatingAdded((kernel - 1).saturatingMultiplied(by: dilation)).saturatingAdded(1))
      return Swift.stride(from: start + skipped * dilation, to: end, by: dilation)
    }

    /// The taps of an output that lie in the input.
    package func inputTaps(of output: Int, in size: Int) -> Int {
      positions(of: output, in: size).reduce(0) { count, _ in count + 1 }
    }

    /// The taps of an output that lie in the padded input; `round: ceil` lets the last window hang over it.
    package func paddedTaps(of output: Int, in size: Int) -> Int {
      let start = start(of: output)
      return min(start + kernel, size + after) - start
    }
  }

  package var vertical: Axis
  package var horizontal: Axis

  package init(vertical: Axis, horizontal: Axis) {
    self.vertical = vertical
    self.horizontal = horizontal
  }

  /// The taps of the whole window.
  package var area: Int { vertical.kernel * horizontal.kernel }

  /// The outputs of one channel.
  package var outputs: Int { vertical.outputs * horizontal.outputs }
}

import Tensors

/// One direction of a convolution's input gradient: for each remainder of a position by the stride a window of stride 1
/// over the gradient of the output, whose taps are every stride-th of the convolution's, the last first.
struct GradientWindow: Hashable {
  /// The window of one remainder.
  struct Part: Hashable {
    /// The first position of the remainder, which is that of its first output.
    var first: Int
    /// The window over the gradient of the output.
    var axis: SlidingWindow.Axis
    /// The convolution's tap behind each of the window's; nil for one that is zero.
    var taps: [Int?]
  }

  /// The parts that have positions and taps; elsewhere the gradient is zero.
  let parts: [Part]

  /// The parts for a convolution's axis over an input of some size.
  init(_ axis: SlidingWindow.Axis, size: Int) {
    parts = (0..<axis.stride).compactMap { remainder in
      let first = ((remainder - axis.before) % axis.stride + axis.stride) % axis.stride
      guard first < size else { return nil }
      // The output that reads position `first` through a tap, for the taps that fall on one.
      let places = (0..<axis.kernel).reversed().compactMap { tap -> (tap: Int, place: Int)? in
        let distance = first + axis.before - tap * axis.dilation
        return distance % axis.stride == 0 ? (tap, distance / axis.stride) : nil
      }
      guard let start = places.first?.place else { return nil }
      let outputs = (size - 1 - first) / axis.stride + 1
      if start <= 0 {
        let dilation = places.count > 1 ? places[1].place - start : 1
        return Part(
          first: first,
          axis: Self.axis(places.count, dilation: dilation, before: -start, outputs: outputs, over: axis.outputs),
          taps: places.map(\.tap))
      }
      // The padding is wider than the window. What it does not reach is bridged by taps of zero.
      let end = places.last?.place ?? start
      let taps = (0...end).map { place in places.first { $0.place == place }?.tap }
      return Part(
        first: first, axis: Self.axis(taps.count, dilation: 1, before: 0, outputs: outputs, over: axis.outputs),
        taps: taps)
    }
  }

  private static func axis(
    _ kernel: Int, dilation: Int, before: Int, outputs: Int, over size: Int
  ) -> SlidingWindow.Axis {
    let reach = outputs - 1 + (kernel - 1) * dilation + 1 - before
    return SlidingWindow.Axis(
      kernel: kernel, dilation: dilation, before: before, after: max(0, reach - size), outputs: outputs)
  }
}

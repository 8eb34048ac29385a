/// Volumes `[N, C, D·H, W]`, D slices one below the other, and their slices as images of their own.
extension Plain {
  /// See `Operations.DepthUnfold`.
  package static func unfoldDepth<T: PlainTensor>(_ input: T, depth: Int, window: SlidingWindow.Axis) -> T {
    let (images, channels, taps) = (input.shape[0], input.channels, window.kernel)
    let slice = input.height / depth * input.width
    let shape = [images * window.outputs, channels * taps, input.height / depth, input.width]
    return input.making(shape) { input, output in
      forEachSlice(images, channels, depth, window) { volume, maps in
        for pixel in 0..<slice { output[maps * slice + pixel] = input[volume * slice + pixel] }
      }
    }
  }

  /// See `Operations.DepthSum`.
  package static func sumDepth<T: PlainTensor>(_ input: T, bias: T?, depth: Int, window: SlidingWindow.Axis) -> T {
    let (images, channels) = (input.shape[0] / window.outputs, input.channels / window.kernel)
    let slice = input.height * input.width
    let biases = bias?.elements
    let shape = [images, channels, depth * input.height, input.width]
    return input.making(shape) { input, output in
      if let biases {
        for plane in 0..<images * channels {
          for pixel in 0..<depth * slice { output[plane * depth * slice + pixel] = biases[plane % channels] }
        }
      }
      forEachSlice(images, channels, depth, window) { volume, maps in
        for pixel in 0..<slice { output[volume * slice + pixel] += input[maps * slice + pixel] }
      }
    }
  }

  /// Calls a closure for each slice that a tap lies on: its place among the slices of volumes, and among those of maps.
  private static func forEachSlice(
    _ images: Int, _ channels: Int, _ depth: Int, _ window: SlidingWindow.Axis,
    _ body: (_ volume: Int, _ maps: Int) -> Void
  ) {
    for image in 0..<images {
      for output in 0..<window.outputs {
        for channel in 0..<channels {
          for tap in 0..<window.kernel {
            guard let position = window.slice(of: output, tap: tap, in: depth) else { continue }
            body(
              (image * channels + channel) * depth + position,
              ((image * window.outputs + output) * channels + channel) * window.kernel + tap)
          }
        }
      }
    }
  }
}

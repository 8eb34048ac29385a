extension Plain {
  /// Transposed 2-D convolution, `[N, C, H, W]` → `[N, out, H', W']`.
  ///
  /// Each input pixel adds its multiple of the kernel to the output, `stride` pixels apart:
  /// `y[o, i·stride − before + k·dilation] += weight[c, o, k]·x[c, i]`; what falls outside is cut off. Weight
  /// `[C, out / groups, kernel, kernel]`, bias `[out]`. `outputs` is the size `[H', W']`, which the window's own count
  /// of outputs does not say.
  package static func transposedConv2D<T: PlainTensor>(
    _ input: T, weight: T, bias: T?, window: SlidingWindow, groups: Int, outputs: (Int, Int)
  ) -> T {
    let (channels, perGroup) = (input.channels, weight.shape[1])
    let (height, width) = (input.height, input.width)
    let (rows, columns) = (window.vertical, window.horizontal)
    let shape = [input.shape[0], perGroup * groups, outputs.0, outputs.1]
    let biases = bias?.elements ?? Array(repeating: 0, count: shape[1])
    return input.making(shape) { input, output in
      weight.withUnsafeBufferPointer { weights in
        for plane in 0..<shape[0] * shape[1] {
          let target = UnsafeMutableBufferPointer(
            rebasing: output[plane * outputs.0 * outputs.1..<(plane + 1) * outputs.0 * outputs.1])
          let (image, out) = plane.quotientAndRemainder(dividingBy: shape[1])
          target.update(repeating: biases[out])
          let first = out / perGroup * (channels / groups)
          for channel in first..<first + channels / groups {
            let kernel = (channel * perGroup + out % perGroup) * window.area
            for tap in 0..<window.area {
              let weight = weights[kernel + tap]
              let down = tap / columns.kernel * rows.dilation - rows.before
              let right = tap % columns.kernel * columns.dilation - columns.before
              for y in 0..<height where 0..<outputs.0 ~= y * rows.stride + down {
                let source = ((image * channels + channel) * height + y) * width
                let line = (y * rows.stride + down) * outputs.1
                for x in 0..<width where 0..<outputs.1 ~= x * columns.stride + right {
                  target[line + x * columns.stride + right] += weight * input[source + x]
                }
              }
            }
          }
        }
      }
    }
  }
}

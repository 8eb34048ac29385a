extension Plain {
  /// The largest value of each window, `[N, C, H, W]` → `[N, C, H', W']`. Padding is never the largest; NaN always is.
  package static func maxPool<T: PlainTensor>(_ input: T, window: SlidingWindow) -> T {
    pool(input, window: window, from: -.infinity) {
      $1 > $0 || $1.isNaN ? $1 : $0
    } finish: { largest, _, _ in
      largest
    }
  }

  /// The mean of each window, `[N, C, H, W]` → `[N, C, H', W']`.
  ///
  /// The divisor is the number of the window's pixels in the padded input, or only in the input itself.
  package static func averagePool<T: PlainTensor>(_ input: T, window: SlidingWindow, countsPadding: Bool) -> T {
    let (height, width) = (input.height, input.width)
    return pool(input, window: window, from: 0, +) { sum, row, column in
      let (rows, columns) = (window.vertical, window.horizontal)
      let pixels =
        countsPadding
        ? rows.paddedTaps(of: row, in: height) * columns.paddedTaps(of: column, in: width)
        : rows.inputTaps(of: row, in: height) * columns.inputTaps(of: column, in: width)
      return sum / T.Scalar(pixels)
    }
  }

  /// LeNet-5's subsampling, `[N, C, H, W]` → `[N, C, H', W']`: `y = weight·Σ x + bias`; weight `[C]`, bias `[C]`.
  package static func subsample<T: PlainTensor>(_ input: T, weight: T, bias: T, window: SlidingWindow) -> T {
    let sums = pool(input, window: window, from: 0, +) { sum, _, _ in sum }
    return affine(sums, scale: weight.elements, shift: bias.elements)
  }

  private static func pool<T: PlainTensor>(
    _ input: T, window: SlidingWindow, from first: T.Scalar, _ combine: (T.Scalar, T.Scalar) -> T.Scalar,
    finish: (T.Scalar, _ row: Int, _ column: Int) -> T.Scalar
  ) -> T {
    let (rows, columns) = (window.vertical, window.horizontal)
    let (height, width) = (input.height, input.width)
    let shape = [input.shape[0], input.channels, rows.outputs, columns.outputs]
    return input.making(shape) { input, output in
      var next = 0
      for plane in 0..<shape[0] * shape[1] {
        for row in 0..<rows.outputs {
          for column in 0..<columns.outputs {
            var value = first
            for y in rows.positions(of: row, in: height) {
              let line = (plane * height + y) * width
              for x in columns.positions(of: column, in: width) { value = combine(value, input[line + x]) }
            }
            output[next] = finish(value, row, column)
            next += 1
          }
        }
      }
    }
  }
}

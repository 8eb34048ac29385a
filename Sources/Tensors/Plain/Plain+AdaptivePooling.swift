extension Plain {
  /// Means over windows that follow from the output's size, `[N, C, H, W]` → `[N, C, H', W']`.
  ///
  /// Row `i` covers the rows `⌊i·H / H'⌋` to `⌈(i + 1)·H / H'⌉`, columns likewise. The mean of everything with size
  /// 1×1.
  package static func adaptiveAveragePool<T: PlainTensor>(_ input: T, height: Int, width: Int) -> T {
    adaptivePool(input, height: height, width: width, from: 0, { $0 + Double($1) }) { T.Scalar($0 / Double($1)) }
  }

  /// The largest values of the windows of `adaptiveAveragePool`; NaN is larger than every number.
  package static func adaptiveMaxPool<T: PlainTensor>(_ input: T, height: Int, width: Int) -> T {
    adaptivePool(input, height: height, width: width, from: -T.Scalar.infinity, { $1 > $0 || $1.isNaN ? $1 : $0 }) {
      largest, _ in largest
    }
  }

  private static func adaptivePool<Value, T: PlainTensor>(
    _ input: T, height: Int, width: Int, from first: Value, _ combine: (Value, T.Scalar) -> Value,
    finish: (Value, _ pixels: Int) -> T.Scalar
  ) -> T {
    let rows = adaptiveRanges(height, over: input.height)
    let columns = adaptiveRanges(width, over: input.width)
    let (plane, line) = (input.height * input.width, input.width)
    let shape = [input.shape[0], input.channels, height, width]
    return input.making(shape) { input, output in
      var next = 0
      for start in stride(from: 0, to: input.count, by: plane) {
        for row in rows {
          for column in columns {
            var value = first
            for y in row {
              for x in column { value = combine(value, input[start + y * line + x]) }
            }
            output[next] = finish(value, row.count * column.count)
            next += 1
          }
        }
      }
    }
  }

  /// The windows of an adaptive pool in one direction, for a number of outputs.
  package static func adaptiveRanges(_ outputs: Int, over size: Int) -> [Range<Int>] {
    (0..<outputs).map { $0 * size / outputs..<(($0 + 1) * size + outputs - 1) / outputs }
  }

  /// The largest value of `kernel` neighbouring channels (maxout), or their mean, `[N, C, H, W]` → `[N, C', H, W]` with
  /// `C' = ⌊(C − kernel) / stride⌋ + 1`.
  package static func depthPool<T: PlainTensor>(_ input: T, kernel: Int, stride: Int, isMaximum: Bool) -> T {
    let (planes, outputs) = (input.planes, (input.channels - kernel) / stride + 1)
    let shape = [planes.images, outputs] + input.shape.dropFirst(2)
    return input.making(Array(shape)) { input, output in
      for n in 0..<planes.images {
        for out in 0..<outputs {
          for pixel in 0..<planes.pixels {
            let first = (n * planes.channels + out * stride) * planes.pixels + pixel
            var value = input[first]
            for offset in 1..<max(1, kernel) {
              let x = input[first + offset * planes.pixels]
              value = isMaximum ? (x > value || x.isNaN ? x : value) : value + x
            }
            output[(n * outputs + out) * planes.pixels + pixel] = isMaximum ? value : value / T.Scalar(kernel)
          }
        }
      }
    }
  }
}

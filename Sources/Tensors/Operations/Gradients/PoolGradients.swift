extension Operations {
  /// The gradient by a max pool's input, of the gradient by its result, its input and the result; the shape is the input's.
  /// All of it goes to the first of a window's largest pixels, row by row.
  package struct MaxPoolGradient: GradientOperation {
    package var window: SlidingWindow

    package init(_ window: SlidingWindow) { self.window = window }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.inputs[1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (height, width) = (operands.inputs[1].height, operands.inputs[1].width)
      return Plain.largestGradient(
        operands, rows: (0..<window.vertical.outputs).map { Array(window.vertical.positions(of: $0, in: height)) },
        columns: (0..<window.horizontal.outputs).map { Array(window.horizontal.positions(of: $0, in: width)) })
    }
  }

  /// The gradient by the input of an adaptive max pool, likewise, of its input and the result.
  package struct AdaptiveMaxPoolGradient: GradientOperation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.inputs[1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (gradient, input) = (operands.input, operands.inputs[1])
      return Plain.largestGradient(
        operands, rows: Plain.adaptiveRanges(gradient.height, over: input.height),
        columns: Plain.adaptiveRanges(gradient.width, over: input.width))
    }
  }

  /// The gradient by the input of an average or sum pool, `[N, C, H', W']` → `[N, C, size]`: each window's pixels get the same
  /// share.
  package struct AveragePoolGradient: GradientOperation {
    /// What sums are divided by.
    package enum Divisor: Hashable, Sendable {
      /// The window's pixels in the padded input.
      case paddedPixels
      /// The window's pixels in the input.
      case pixels
      /// Nothing: the pool is a sum.
      case one
    }

    package var window: SlidingWindow
    package var divisor: Divisor
    package var size: PixelSize

    package init(_ window: SlidingWindow, divisor: Divisor, size: PixelSize) {
      self.window = window
      self.divisor = divisor
      self.size = size
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { size.outputShape(of: operands.input) }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (rows, columns) = (window.vertical, window.horizontal)
      return Plain.spread(
        operands.input, to: size, rows: (0..<rows.outputs).map { Array(rows.positions(of: $0, in: size.height)) },
        columns: (0..<columns.outputs).map { Array(columns.positions(of: $0, in: size.width)) }
      ) { row, column in
        switch divisor {
        case .paddedPixels: rows.paddedTaps(of: row, in: size.height) * columns.paddedTaps(of: column, in: size.width)
        case .pixels: rows.inputTaps(of: row, in: size.height) * columns.inputTaps(of: column, in: size.width)
        case .one: 1
        }
      }
    }
  }

  /// The gradient by the input of an adaptive average pool, `[N, C, H', W']` → `[N, C, size]`.
  package struct AdaptiveAveragePoolGradient: GradientOperation {
    package var size: PixelSize

    package init(_ size: PixelSize) { self.size = size }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { size.outputShape(of: operands.input) }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let rows = Plain.adaptiveRanges(operands.input.height, over: size.height)
      let columns = Plain.adaptiveRanges(operands.input.width, over: size.width)
      return Plain.spread(operands.input, to: size, rows: rows, columns: columns) { rows[$0].count * columns[$1].count }
    }
  }

  /// The gradient by the input of a pool over channels, of the gradient by its result and its input; the shape is the
  /// input's. Of a maximum's all goes to the first of the largest.
  package struct DepthPoolGradient: GradientOperation {
    package var pool: DepthPool

    package init(_ pool: DepthPool) { self.pool = pool }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.inputs[1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (planes, outputs) = (operands.inputs[1].planes, operands.input.channels)
      return operands.inputs[1].withUnsafeBufferPointer { input in
        operands.input.making(operands.inputs[1].shape) { gradient, result in
          for n in 0..<planes.images {
            for out in 0..<outputs {
              for pixel in 0..<planes.pixels {
                let value = gradient[(n * outputs + out) * planes.pixels + pixel]
                let first = (n * planes.channels + out * pool.stride) * planes.pixels + pixel
                let places = (0..<pool.kernel).lazy.map { first + $0 * planes.pixels }
                if pool.isMaximum {
                  result[Plain.largest(places, of: input)] += value
                } else {
                  for place in places { result[place] += value / T.Scalar(pool.kernel) }
                }
              }
            }
          }
        }
      }
    }
  }

  /// The gradient by the weight of LeNet-5's subsampling, `[C]`, of the gradient by its result and its input: sums of the
  /// gradient times a window's sum.
  package struct SubsampleWeightGradient: GradientOperation {
    package var window: SlidingWindow

    package init(_ window: SlidingWindow) { self.window = window }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[1]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let input = operands.inputs[1]
      let sums = Plain.subsample(
        input, weight: T(repeating: 1, shape: [input.channels]), bias: T(zeros: [input.channels]), window: window)
      return ChannelSum().plain(Operands([Plain.combine(operands.input, sums, *)]))
    }
    package var mixesImages: Bool { true }
  }
}

extension Plain {
  /// The place of the first of the largest elements at some places; NaN is larger than every number.
  fileprivate static func largest<Scalar: PlainScalar>(
    _ places: some Sequence<Int>, of input: UnsafeBufferPointer<Scalar>
  ) -> Int {
    var best = -1
    for place in places where best < 0 || input[place] > input[best] || (input[place].isNaN && !input[best].isNaN) {
      best = place
    }
    return best
  }

  /// A gradient by windows' largest elements as one by what they were taken from. The windows are all pairs of given rows
  /// and columns.
  fileprivate static func largestGradient<T: PlainTensor>(
    _ operands: Operands<T>, rows: [some Collection<Int>], columns: [some Collection<Int>]
  ) -> T {
    let (plane, width) = (operands.inputs[1].planes.pixels, operands.inputs[1].width)
    return operands.inputs[1].withUnsafeBufferPointer { input in
      operands.input.making(operands.inputs[1].shape) { gradient, result in
        var next = 0
        for start in stride(from: 0, to: input.count, by: max(1, plane)) {
          for row in rows {
            for column in columns {
              let places = row.lazy.flatMap { y in column.lazy.map { x in start + y * width + x } }
              let place = largest(places, of: input)
              if place >= 0 { result[place] += gradient[next] }
              next += 1
            }
          }
        }
      }
    }
  }

  /// Gradients by windows' sums, each divided by a number, spread over the windows' pixels.
  fileprivate static func spread<T: PlainTensor>(
    _ gradient: T, to size: PixelSize, rows: [some Collection<Int>], columns: [some Collection<Int>],
    divisor: (_ row: Int, _ column: Int) -> Int
  ) -> T {
    let shape = size.outputShape(of: gradient.shape)
    return gradient.making(shape) { gradient, result in
      var next = 0
      for plane in 0..<shape[0] * shape[1] {
        for (row, ys) in rows.enumerated() {
          for (column, xs) in columns.enumerated() {
            let share = gradient[next] / T.Scalar(max(1, divisor(row, column)))
            for y in ys { for x in xs { result[(plane * size.height + y) * size.width + x] += share } }
            next += 1
          }
        }
      }
    }
  }
}

extension Operations {
  /// The gradient by a convolution's weight, `[out, C / groups, kernel, kernel]`, of the gradient by its result and its
  /// input: `dw[o, c, k] = Σ g[o, i] · x[c, i·stride − before + k·dilation]`, over images and output pixels.
  ///
  /// A transposed convolution's is the same with its input in the place of the gradient, and the gradient in that of the
  /// input.
  package struct ConvolutionWeightGradient: GradientOperation {
    package var window: SlidingWindow
    package var groups: Int

    package init(_ window: SlidingWindow, groups: Int) {
      self.window = window
      self.groups = groups
    }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      [operands.input[1], operands.inputs[1][1] / groups, window.vertical.kernel, window.horizontal.kernel]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.convolutionWeightGradient(
        operands.input, operands.inputs[1], window: window, shape: outputShape(of: operands.map(\.shape)))
    }

    package func macs(of operands: Operands<[Int]>) -> Int {
      operands.input.saturatingProduct.saturatingMultiplied(
        by: outputShape(of: operands).dropFirst().saturatingProduct)
    }
    package var mixesImages: Bool { true }
  }
}

extension Plain {
  /// The gradient by a convolution's weight of a shape, in double precision.
  static func convolutionWeightGradient<T: PlainTensor>(
    _ gradient: T, _ input: T, window: SlidingWindow, shape: [Int]
  ) -> T {
    let (planes, outputs, channels) = (input.planes, shape[0], shape[1])
    let groups = planes.channels / max(1, channels)
    let (height, width) = (input.height, input.width)
    return input.withUnsafeBufferPointer { input in
      gradient.making(shape) { gradient, result in
        var sums = Array(repeating: 0.0, count: window.area)
        var kernel = 0
        for output in 0..<outputs {
          let first = output / (outputs / groups) * channels
          for channel in first..<first + channels {
            for tap in sums.indices { sums[tap] = 0 }
            for n in 0..<planes.images {
              let source = (n * planes.channels + channel) * planes.pixels
              let target = (n * outputs + output) * window.outputs
              window.forEachTap(height: height, width: width) { tap, pixel, place in
                sums[tap] += Double(gradient[target + pixel]) * Double(input[source + place])
              }
            }
            for tap in sums.indices { result[kernel + tap] = T.Scalar(sums[tap]) }
            kernel += window.area
          }
        }
      }
    }
  }
}

extension SlidingWindow {
  /// Calls a closure for each tap of each output that lies in maps of a size: with the tap, the output's pixel and the
  /// pixel of the maps.
  func forEachTap(height: Int, width: Int, _ body: (_ tap: Int, _ output: Int, _ pixel: Int) -> Void) {
    for row in 0..<vertical.outputs {
      for column in 0..<horizontal.outputs {
        let output = row * horizontal.outputs + column
        for down in 0..<vertical.kernel {
          let y = vertical.start(of: row) + down * vertical.dilation
          guard 0..<height ~= y else { continue }
          for right in 0..<horizontal.kernel {
            let x = horizontal.start(of: column) + right * horizontal.dilation
            guard 0..<width ~= x else { continue }
            body(down * horizontal.kernel + right, output, y * width + x)
          }
        }
      }
    }
  }
}

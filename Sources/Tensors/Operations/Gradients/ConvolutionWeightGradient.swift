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
    package var runsByDefinition: Bool { false }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      [operands.input[1], operands.inputs[1][1] / groups, window.vertical.kernel, window.horizontal.kernel]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (outputs, channels) = (operands.input.channels / groups, operands.inputs[1].channels / groups)
      let connections = (0..<operands.input.channels).map { output in
        let first = output / outputs * channels
        return Array(first..<first + channels)
      }
      return Plain.convolutionWeightGradient(
        operands.input, operands.inputs[1], window: window, connections: connections,
        shape: outputShape(of: operands.map(\.shape)))
    }

    package func macs(of operands: Operands<[Int]>) -> Int {
      operands.input.saturatingProduct.saturatingMultiplied(
        by: outputShape(of: operands).dropFirst().saturatingProduct)
    }
    package var mixesImages: Bool { true }
  }

  /// The gradient by the weight of LeNet-5's convolution, a kernel for each entry of its table, of the gradient by its
  /// result and its input.
  package struct ConnectedConvolutionWeightGradient: GradientOperation {
    package var window: SlidingWindow
    package var connections: [[Int]]

    package init(_ window: SlidingWindow, connections: [[Int]]) {
      self.window = window
      self.connections = connections
    }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      [connections.reduce(0) { $0 + $1.count }, window.vertical.kernel, window.horizontal.kernel]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.convolutionWeightGradient(
        operands.input, operands.inputs[1], window: window, connections: connections,
        shape: outputShape(of: operands.map(\.shape)))
    }
    package var mixesImages: Bool { true }
  }

  /// The gradient by the input of LeNet-5's convolution, `[N, out, H', W']` → `[N, C, size]`, of the gradient by its result;
  /// weight as there. Of other convolutions it is a transposed convolution with the same weight.
  package struct ConnectedConvolutionInputGradient: GradientOperation {
    package var window: SlidingWindow
    package var connections: [[Int]]
    /// The shape of an image of the input, `[C, H, W]`.
    package var image: [Int]

    package init(_ window: SlidingWindow, connections: [[Int]], image: [Int]) {
      self.window = window
      self.connections = connections
      self.image = image
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[0]] + image }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let shape = outputShape(of: operands.input.shape.isEmpty ? Operands([[]]) : Operands([operands.input.shape]))
      let (gradient, outputs) = (operands.input, connections.count)
      return operands.requiredWeight.withUnsafeBufferPointer { weights in
        gradient.making(shape) { gradient, result in
          var kernel = 0
          for (output, channels) in connections.enumerated() {
            for channel in channels {
              for n in 0..<shape[0] {
                let (source, target) = ((n * outputs + output) * window.outputs, (n * image[0] + channel))
                window.forEachTap(height: image[1], width: image[2]) { tap, pixel, place in
                  result[target * image[1] * image[2] + place] += weights[kernel + tap] * gradient[source + pixel]
                }
              }
              kernel += window.area
            }
          }
        }
      }
    }
  }
}

extension Plain {
  /// The gradient by the weight of a convolution whose outputs see the channels that a table lists: a kernel for each entry
  /// of the table, in double precision.
  static func convolutionWeightGradient<T: PlainTensor>(
    _ gradient: T, _ input: T, window: SlidingWindow, connections: [[Int]], shape: [Int]
  ) -> T {
    let (planes, outputs) = (input.planes, connections.count)
    let (height, width) = (input.height, input.width)
    return input.withUnsafeBufferPointer { input in
      gradient.making(shape) { gradient, result in
        var sums = Array(repeating: 0.0, count: window.area)
        var kernel = 0
        for (output, channels) in connections.enumerated() {
          for channel in channels {
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

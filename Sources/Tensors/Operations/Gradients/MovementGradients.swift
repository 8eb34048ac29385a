extension Operations {
  /// The gradient by the input of a padding, `[N, C, top + H + bottom, left + W + right]` → `[N, C, H, W]`: a pixel gets what
  /// all its copies have. Of zeros around it is a crop.
  package struct PadGradient: GradientOperation {
    package var pad: Pad

    package init(_ pad: Pad) { self.pad = pad }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      let shape = operands.input
      return [shape[0], shape[1], shape[2] - pad.top - pad.bottom, shape[3] - pad.left - pad.right]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let shape = outputShape(of: operands.map(\.shape))
      let (height, width) = (shape[2], shape[3])
      return operands.input.making(shape) { gradient, result in
        var next = 0
        for plane in 0..<shape[0] * shape[1] {
          for row in -pad.top..<height + pad.bottom {
            for column in -pad.left..<width + pad.right {
              if let y = pad.mode.source(of: row, in: height), let x = pad.mode.source(of: column, in: width) {
                result[(plane * height + y) * width + x] += gradient[next]
              }
              next += 1
            }
          }
        }
      }
    }
  }

  /// The gradient by the input of a resize, `[N, C, H', W']` → `[N, C, size]`: a pixel gets the share of each that was made of
  /// it.
  package struct UpsampleGradient: GradientOperation {
    package var resize: Upsample
    /// The size of the resize's input.
    package var size: PixelSize

    package init(_ resize: Upsample, size: PixelSize) {
      self.resize = resize
      self.size = size
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { size.outputShape(of: operands.input) }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (height, width) = (resize.size.height, resize.size.width)
      let rows: AxisResampling<T.Scalar> = resampling(from: size.height, to: height)
      let columns: AxisResampling<T.Scalar> = resampling(from: size.width, to: width)
      let shape = outputShape(of: operands.map(\.shape))
      return operands.input.making(shape) { gradient, result in
        for plane in 0..<shape[0] * shape[1] {
          for row in 0..<height {
            for column in 0..<width {
              let value = gradient[(plane * height + row) * width + column]
              for down in row * rows.taps..<(row + 1) * rows.taps {
                let line = (plane * size.height + rows.pixels[down]) * size.width
                for right in column * columns.taps..<(column + 1) * columns.taps {
                  let share = rows.weights[down] * columns.weights[right]
                  result[line + columns.pixels[right]] += share * value
                }
              }
            }
          }
        }
      }
    }

    private func resampling<Scalar>(from size: Int, to outputs: Int) -> AxisResampling<Scalar> {
      AxisResampling(
        from: size, to: outputs, factor: resize.factor, mode: resize.mode, alignCorners: resize.alignCorners)
    }
  }
}

/// How values between pixels are made.
package enum Interpolation: Hashable, Sendable {
  case nearest
  case bilinear
  /// Cubic convolution with a = −0.75.
  case bicubic
}

extension Plain {
  /// Resizing by interpolation, `[N, C, H, W]` → `[N, C, H', W']`, as PyTorch does it.
  ///
  /// `factor` is what the size was computed by, if it was; positions then follow from it rather than from the sizes.
  /// With `alignCorners` the centres of the corner pixels coincide, else their edges do.
  package static func upsample<T: PlainTensor>(
    _ input: T, height: Int, width: Int, factor: Double?, mode: Interpolation, alignCorners: Bool
  ) -> T {
    let (oldHeight, oldWidth) = (input.height, input.width)
    let rows = AxisResampling<T.Scalar>(
      from: oldHeight, to: height, factor: factor, mode: mode, alignCorners: alignCorners)
    let columns = AxisResampling<T.Scalar>(
      from: oldWidth, to: width, factor: factor, mode: mode, alignCorners: alignCorners)
    let shape = [input.shape[0], input.channels, height, width]
    return input.making(shape) { input, output in
      for plane in 0..<shape[0] * shape[1] {
        for row in 0..<height {
          for column in 0..<width {
            output[(plane * height + row) * width + column] = rows.sum(at: row) { y in
              columns.sum(at: column) { x in input[(plane * oldHeight + y) * oldWidth + x] }
            }
          }
        }
      }
    }
  }
}

/// The pixels that each output of a resized axis is made of, with their weights in the precision of what is resized.
package struct AxisResampling<Scalar: PlainScalar>: Sendable {
  /// The taps of an output; 1, 2 or 4.
  package let taps: Int
  /// `[outputs, taps]`.
  package private(set) var pixels: [Int] = []
  package private(set) var weights: [Scalar] = []

  /// The taps for a resize; see `Plain.upsample`.
  package init(from size: Int, to outputs: Int, factor: Double?, mode: Interpolation, alignCorners: Bool) {
    switch mode {
    case .nearest:
      taps = 1
      // In single precision for any tensor, for its rounding decides which pixels are taken.
      let ratio = factor.map { Float(1 / $0) } ?? Float(size) / Float(outputs)
      for output in 0..<outputs {
        // The shortcuts are PyTorch's: positions of whole factors must not suffer from the rounding of the product.
        let pixel = outputs == size ? output : outputs == 2 * size ? output / 2 : Int(Float(output) * ratio)
        pixels.append(min(pixel, size - 1))
        weights.append(1)
      }
    case .bilinear:
      taps = 2
      let scale = Self.scale(from: size, to: outputs, factor: factor, alignCorners: alignCorners)
      for output in 0..<outputs {
        let position = outputs == size ? Scalar(output) : max(0, Self.position(output, scale, alignCorners))
        let first = min(Int(position), size - 1)
        let part = min(max(position - Scalar(first), 0), 1)
        pixels += [first, min(first + 1, size - 1)]
        weights += [1 - part, part]
      }
    case .bicubic:
      taps = 4
      let scale = Self.scale(from: size, to: outputs, factor: factor, alignCorners: alignCorners)
      for output in 0..<outputs {
        let position = Self.position(output, scale, alignCorners)
        let first = min(Int(position.rounded(.down)), size - 1)
        pixels += (-1...2).map { min(max(first + $0, 0), size - 1) }
        weights += Self.cubicWeights(min(max(position - Scalar(first), 0), 1))
      }
    }
  }

  /// Where an output lies in the input, in pixels from the centre of the first.
  private static func position(_ output: Int, _ scale: Scalar, _ alignCorners: Bool) -> Scalar {
    alignCorners ? Scalar(output) * scale : scale * (Scalar(output) + 0.5) - 0.5
  }

  /// The pixels of the input from one output to the next.
  private static func scale(from size: Int, to outputs: Int, factor: Double?, alignCorners: Bool) -> Scalar {
    if alignCorners { return outputs > 1 ? Scalar(size - 1) / Scalar(outputs - 1) : 0 }
    return factor.map { Scalar(1 / $0) } ?? Scalar(size) / Scalar(outputs)
  }

  /// The weights of the four pixels around a point `part` of the way from the second to the third. Keys 1981.
  private static func cubicWeights(_ part: Scalar) -> [Scalar] {
    let a: Scalar = -0.75
    func near(_ x: Scalar) -> Scalar { ((a + 2) * x - (a + 3)) * x * x + 1 }
    func far(_ x: Scalar) -> Scalar { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
    return [far(part + 1), near(part), near(1 - part), far(2 - part)]
  }

  /// The weighted sum of the values at an output's pixels.
  func sum(at output: Int, _ value: (Int) -> Scalar) -> Scalar {
    if taps == 1 { return value(pixels[output]) }
    var sum: Scalar = 0
    for tap in output * taps..<(output + 1) * taps { sum += weights[tap] * value(pixels[tap]) }
    return sum
  }
}

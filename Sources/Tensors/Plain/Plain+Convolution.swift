extension Plain {
  /// 2-D convolution (cross-correlation), `[N, C, H, W]` → `[N, out, H', W']`.
  ///
  /// `y[o] = Σ weight[o, c] ⋆ x[c] + bias[o]`, over the C / groups channels of o's group; zeros around the input.
  /// Weight `[out, C / groups, kernel, kernel]`, bias `[out]`. With C groups it is depthwise.
  package static func conv2D<T: PlainTensor>(
    _ input: T, weight: T, bias: T?, window: SlidingWindow, groups: Int = 1
  ) -> T {
    let (outputs, channels) = (weight.shape[0] / groups, weight.shape[1])
    let bundles = (0..<groups).map { group in
      ConvolutionBundle(
        channels: Array(group * channels..<(group + 1) * channels), outputs: group * outputs..<(group + 1) * outputs,
        weights: group * outputs * channels * window.area)
    }
    return convolve(input, weight: weight, bias: bias, window: window, bundles: bundles)
  }

  private static func convolve<T: PlainTensor>(
    _ input: T, weight: T, bias: T?, window: SlidingWindow, bundles: [ConvolutionBundle]
  ) -> T {
    let outputs = bundles.last?.outputs.upperBound ?? 0
    let biases = bias ?? T(zeros: [outputs])
    let shape = [input.shape[0], outputs, window.vertical.outputs, window.horizontal.outputs]
    var tile = ConvolutionTile<T.Scalar>(window: window, height: input.height, width: input.width)
    let image = (input: input.planes.image, output: outputs * window.outputs)
    return input.making(shape) { input, output in
      weight.withUnsafeBufferPointer { weights in
        biases.withUnsafeBufferPointer { biases in
          for start in stride(from: 0, to: window.outputs, by: ConvolutionTile<T.Scalar>.pixels) {
            tile.place(at: start)
            for n in 0..<shape[0] {
              let source = UnsafeBufferPointer(rebasing: input[n * image.input..<(n + 1) * image.input])
              let target = UnsafeMutableBufferPointer(rebasing: output[n * image.output..<(n + 1) * image.output])
              for bundle in bundles {
                tile.gather(bundle.channels, of: source)
                tile.multiply(bundle, weights: weights, biases: biases, into: target)
              }
            }
          }
        }
      }
    }
  }
}

/// Outputs of a convolution that see the same channels: a group.
struct ConvolutionBundle {
  var channels: [Int]
  var outputs: Range<Int>
  /// Where the weights of the first output begin; those of the others follow.
  var weights: Int
}

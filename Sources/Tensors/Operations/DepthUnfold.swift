extension Operations {
  /// The slices of volumes that a window over their depth meets, as channels of maps: `[N, C, D·H, W]`, a volume of D slices
  /// one below the other, → `[N·D', C·taps, H, W]`.
  ///
  /// Channel `c·taps + t` of image `n·D' + d` is the slice `d·stride − before + t·dilation` of channel `c`, zeros beside the
  /// volume. A convolution over volumes is one over these images: its weight `[out, C / groups, taps, kH, kW]` reads as
  /// `[out, C / groups · taps, kH, kW]`, and each of its outputs is one of D' slices.
  package struct DepthUnfold: Operation {
    /// The slices of a volume.
    package var depth: Int
    package var window: SlidingWindow.Axis

    package init(depth: Int, window: SlidingWindow.Axis) {
      self.depth = depth
      self.window = window
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      let input = operands.input
      return [input[0] * window.outputs, input[1] * window.kernel, input[2] / depth, input[3]]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.unfoldDepth(operands.input, depth: depth, window: window)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(DepthSum(depth: depth, window: window)(pullback.gradient))
    }

    package var mixesImages: Bool { true }
  }

  /// The slices that maps hold as channels added up where they lie in volumes: `[N·D', C·taps, H, W]` → `[N, C, D·H, W]`, what
  /// `DepthUnfold` takes apart; bias `[C]`.
  ///
  /// With a window of one tap it puts the slices of a convolution's output below each other, with a window of several it is
  /// the end of a transposed convolution over volumes.
  package struct DepthSum: Operation {
    /// The slices of a volume.
    package var depth: Int
    package var window: SlidingWindow.Axis

    package init(depth: Int, window: SlidingWindow.Axis) {
      self.depth = depth
      self.window = window
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      let input = operands.input
      return [input[0] / window.outputs, input[1] / window.kernel, depth * input[2], input[3]]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.sumDepth(operands.input, bias: operands.bias, depth: depth, window: window)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(
        pullback.wantsInput ? DepthUnfold(depth: depth, window: window)(pullback.gradient) : nil,
        bias: pullback.wantsBias ? Operations.ChannelSum()(pullback.gradient) : nil)
    }

    package var mixesImages: Bool { true }
  }
}

extension SlidingWindow.Axis {
  /// The slice that a tap of an output lies on; nil beside the volume.
  package func slice(of output: Int, tap: Int, in depth: Int) -> Int? {
    let position = start(of: output) + tap * dilation
    return 0..<depth ~= position ? position : nil
  }
}

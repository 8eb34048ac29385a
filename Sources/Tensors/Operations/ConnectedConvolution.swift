extension Operations {
  /// LeNet-5's convolution, whose outputs see the channels of a table, `[N, C, H, W]` → `[N, out, H', W']`.
  ///
  /// Weight `[Σ connections, kernel, kernel]`, a kernel for each entry of the table in its order; bias `[out]`.
  package struct ConnectedConvolution: Operation {
    package var window: SlidingWindow
    /// For each output the channels of the input that it sees.
    package var connections: [[Int]]

    package init(_ window: SlidingWindow, connections: [[Int]]) {
      self.window = window
      self.connections = connections
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      [operands.input[0], connections.count, window.vertical.outputs, window.horizontal.outputs]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.conv2D(
        operands.input, weight: operands.requiredWeight, bias: operands.bias, window: window, connections: connections)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let (gradient, input) = (pullback.gradient, pullback.input)
      return OperandGradients(
        pullback.wantsInput
          ? Operations.ConnectedConvolutionInputGradient(
            window, connections: connections, image: Array(input.shape.dropFirst()))(
              gradient, weight: pullback.operands.weight) : nil,
        weight: pullback.wantsWeight
          ? Operations.ConnectedConvolutionWeightGradient(window, connections: connections)(gradient, input) : nil,
        bias: pullback.wantsBias ? Operations.ChannelSum()(gradient) : nil)
    }

    package func macs(of operands: Operands<[Int]>) -> Int {
      [operands.input[0], window.vertical.outputs, window.horizontal.outputs].saturatingProduct.saturatingMultiplied(
        by: operands.requiredWeight.saturatingProduct)
    }
  }
}

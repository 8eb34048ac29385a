extension Operations {
  /// Consecutive channels or features, `[N, C, …]` → `[N, channels, …]`.
  package struct ChannelSlice: Operation {
    package var channels: Range<Int>

    package init(_ channels: Range<Int>) { self.channels = channels }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      var shape = operands.input
      shape[1] = channels.count
      return shape
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.channelSlice(operands.input, channels: channels)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let after = pullback.input.channels - channels.upperBound
      return OperandGradients(Operations.PadChannels(before: channels.lowerBound, after: after)(pullback.gradient))
    }

    package func viewedChannels(of input: [Int], result: [Int]) -> Range<Int>? { channels }
  }
}

extension Operations {
  /// Zero channels before and after, `[N, C, H, W]` → `[N, before + C + after, H, W]`.
  package struct PadChannels: Operation {
    package var before: Int
    package var after: Int

    package init(before: Int, after: Int) {
      self.before = before
      self.after = after
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      var shape = operands.input
      shape[1] += before + after
      return shape
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.padChannels(operands.input, before: before, after: after)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(Operations.ChannelSlice(before..<before + pullback.input.channels)(pullback.gradient))
    }
  }
}

extension Operations {
  /// Groups of channels interleaved; the shape stays. Channel `g·(C / groups) + i` becomes channel `i·groups + g`.
  package struct ChannelShuffle: Operation {
    package var groups: Int

    package init(groups: Int) { self.groups = groups }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.channelShuffle(operands.input, groups: groups)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(ChannelShuffle(groups: pullback.input.channels / groups)(pullback.gradient))
    }
  }
}

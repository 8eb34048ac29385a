extension Operations {
  /// Blocks of pixels as channels, `[N, C, H, W]` → `[N, C·block², H / block, W / block]`. See `Plain.spaceToDepth`.
  package struct SpaceToDepth: Operation {
    package var block: Int

    package init(block: Int) { self.block = block }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      let shape = operands.input
      return [shape[0], shape[1] * block * block, shape[2] / block, shape[3] / block]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.spaceToDepth(operands.input, block: block)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(Operations.DepthToSpace(block: block)(pullback.gradient))
    }
  }
}

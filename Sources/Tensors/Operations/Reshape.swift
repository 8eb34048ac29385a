extension Operations {
  /// The same elements of each image in the same order under another shape.
  package struct Reshape: Operation {
    /// The shape of an image, without the batch.
    package var shape: [Int]

    package init(_ shape: [Int]) { self.shape = shape }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[0]] + shape }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      operands.input.reshaped(to: [operands.input.shape[0]] + shape)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(Reshape(Array(pullback.input.shape.dropFirst()))(pullback.gradient))
    }

    package var keepsOrder: Bool { true }

    /// Where the channels stay, the pixels lie as they did; one pixel's channels lie as a vector does.
    package func viewedChannels(of input: [Int], result: [Int]) -> Range<Int>? {
      input.count > 1 && result.count > 1 && input[1] == result[1] ? 0..<input[1] : nil
    }
  }
}

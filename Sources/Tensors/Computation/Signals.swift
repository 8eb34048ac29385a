extension Tensor {
  /// A signal `[N, C, L]` as maps of one row, `[N, C, 1, L]`; so is a weight `[out, in, k]`. Anything else as it is.
  fileprivate var asMaps: Tensor { reshaped(to: shape.withRows) }

  /// Maps of one row as a signal; anything else as it is.
  var asSignal: Tensor {
    rank == 4 && shape[2] == 1 ? reshaped(to: [shape[0], shape[1], shape[3]]) : self
  }
}

extension Operands<Tensor> {
  /// Signals among the inputs as maps of one row, and the weight in the shape that it has for those.
  var asMaps: Operands<Tensor> {
    var result = self
    result.inputs = inputs.map(\.asMaps)
    result.weight = weight?.asMaps
    return result
  }
}

extension [Int] {
  /// The shape that operations see: a signal is one row of pixels.
  package var withRows: [Int] { count == 3 ? [self[0], self[1], 1, self[2]] : self }
}

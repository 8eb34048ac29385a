extension Tensor {
  /// A signal `[N, C, L]` as maps of one row, `[N, C, 1, L]`; so is a weight `[out, in, k]`. Volumes `[N, C, D, H, W]` as maps
  /// `[N, C, D·H, W]`. Anything else as it is.
  fileprivate var asMaps: Tensor { reshaped(to: shape.withRows) }

  /// Maps that an operation made as what its input was, a signal or volumes: those of one pixel, or of the input's slices.
  func restored(as input: [Int]) -> Tensor {
    guard rank == 4 else { return self }
    if input.count == 3 { return shape[2] == 1 ? reshaped(to: [shape[0], shape[1], shape[3]]) : self }
    if shape[2] == 1, shape[3] == 1 { return reshaped(to: [shape[0], shape[1], 1, 1, 1]) }
    guard shape[2].isMultiple(of: input[3]) else { return self }
    return reshaped(to: [shape[0], shape[1], shape[2] / input[3], input[3], shape[3]])
  }
}

extension Operands<Tensor> {
  /// Signals and volumes among the inputs as maps, and the weight in the shape that it has for those.
  var asMaps: Operands<Tensor> {
    var result = self
    result.inputs = inputs.map(\.asMaps)
    result.weight = weight?.asMaps
    return result
  }
}

extension [Int] {
  /// The shape that operations see: a signal is one row of pixels, a volume its slices one below the other.
  package var withRows: [Int] {
    switch count {
    case 3: [self[0], self[1], 1, self[2]]
    case 5: [self[0], self[1], self[2] * self[3], self[4]]
    default: self
    }
  }
}

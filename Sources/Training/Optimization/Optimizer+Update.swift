extension Optimizer {
  /// Moves a tensor's elements one step, and what is kept for them.
  ///
  /// - Parameters:
  ///   - values: The tensor's elements, which move.
  ///   - gradient: The loss's derivative by each of them.
  ///   - slots: What `slots` lists, each with as many elements.
  ///   - step: How many steps the tensor took before.
  package func update<Scalar: BinaryFloatingPoint>(
    _ values: UnsafeMutableBufferPointer<Scalar>, gradient: UnsafeBufferPointer<Scalar>,
    slots: [UnsafeMutableBufferPointer<Scalar>], step: Int
  ) {
    precondition(gradient.count == values.count, "a gradient has the shape of its tensor")
    precondition(slots.count == self.slots.count && slots.allSatisfy { $0.count == values.count }, "slots are missing")
    switch rule {
    case .sgd(let momentum, let dampening, let nesterov):
      if let velocity = slots.first {
        descend(
          values, gradient, velocity, momentum: Scalar(momentum), taken: step == 0 ? 1 : Scalar(1 - dampening),
          kept: step == 0 ? 0 : Scalar(momentum), nesterov: nesterov)
      } else {
        descend(values, gradient)
      }
    case .adam(let beta1, let beta2, let epsilon, let decoupledDecay):
      adapt(
        values, gradient, slots[0], slots[1], beta1: beta1, beta2: beta2, epsilon: Scalar(epsilon),
        decoupledDecay: decoupledDecay, step: step)
    case .rmsprop(let alpha, let epsilon, let momentum, let epsilonInside):
      normalize(
        values, gradient, slots[0], slots.count > 1 ? slots[1] : nil, alpha: alpha, epsilon: Scalar(epsilon),
        momentum: Scalar(momentum), epsilonInside: epsilonInside)
    }
  }

  private func descend<Scalar: BinaryFloatingPoint>(
    _ values: UnsafeMutableBufferPointer<Scalar>, _ gradient: UnsafeBufferPointer<Scalar>
  ) {
    let (rate, decay) = (Scalar(rate), Scalar(decay))
    for index in values.indices { values[index] -= rate * (gradient[index] + decay * values[index]) }
  }

  private func descend<Scalar: BinaryFloatingPoint>(
    _ values: UnsafeMutableBufferPointer<Scalar>, _ gradient: UnsafeBufferPointer<Scalar>,
    _ velocity: UnsafeMutableBufferPointer<Scalar>, momentum: Scalar, taken: Scalar, kept: Scalar, nesterov: Bool
  ) {
    let (rate, decay) = (Scalar(rate), Scalar(decay))
    for index in values.indices {
      let slope = gradient[index] + decay * values[index]
      let speed = kept * velocity[index] + taken * slope
      velocity[index] = speed
      values[index] -= rate * (nesterov ? slope + momentum * speed : speed)
    }
  }

  private func adapt<Scalar: BinaryFloatingPoint>(
    _ values: UnsafeMutableBufferPointer<Scalar>, _ gradient: UnsafeBufferPointer<Scalar>,
    _ average: UnsafeMutableBufferPointer<Scalar>, _ square: UnsafeMutableBufferPointer<Scalar>, beta1: Double,
    beta2: Double, epsilon: Scalar, decoupledDecay: Bool, step: Int
  ) {
    // The corrections and what comes of them are computed in double precision: 1 − β₂ᵗ is small at first.
    let size = Scalar(rate / (1 - power(beta1, step + 1)))
    let root = Scalar((1 - power(beta2, step + 1)).squareRoot())
    let shrinking = decoupledDecay ? Scalar(1 - rate * decay) : 1
    let added = decoupledDecay ? 0 : Scalar(decay)
    let (new1, kept2, new2) = (Scalar(1 - beta1), Scalar(beta2), Scalar(1 - beta2))
    for index in values.indices {
      let value = values[index] * shrinking
      let slope = gradient[index] + added * value
      let mean = average[index] + new1 * (slope - average[index])
      let meanSquare = kept2 * square[index] + new2 * slope * slope
      average[index] = mean
      square[index] = meanSquare
      values[index] = value - size * (mean / (meanSquare.squareRoot() / root + epsilon))
    }
  }

  private func normalize<Scalar: BinaryFloatingPoint>(
    _ values: UnsafeMutableBufferPointer<Scalar>, _ gradient: UnsafeBufferPointer<Scalar>,
    _ square: UnsafeMutableBufferPointer<Scalar>, _ velocity: UnsafeMutableBufferPointer<Scalar>?, alpha: Double,
    epsilon: Scalar, momentum: Scalar, epsilonInside: Bool
  ) {
    let (rate, decay) = (Scalar(rate), Scalar(decay))
    let (kept, new) = (Scalar(alpha), Scalar(1 - alpha))
    for index in values.indices {
      let slope = gradient[index] + decay * values[index]
      let meanSquare = kept * square[index] + new * slope * slope
      square[index] = meanSquare
      var move =
        slope / (epsilonInside ? (meanSquare + epsilon).squareRoot() : meanSquare.squareRoot() + epsilon)
      if let velocity {
        move += momentum * velocity[index]
        velocity[index] = move
      }
      values[index] -= rate * move
    }
  }
}

/// A power by repeated squaring, which rounds alike everywhere.
func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}

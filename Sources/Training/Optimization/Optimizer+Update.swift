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
    precondition(slots.count == slotCount && slots.allSatisfy { $0.count == values.count }, "slots are missing")
    guard let start = values.baseAddress, let slope = gradient.baseAddress else { return }
    OptimizerMove<Scalar>(self, step: step)(
      start, gradient: slope, slots.first?.baseAddress, slots.count > 1 ? slots[1].baseAddress : nil,
      count: values.count)
  }
}

/// What an optimizer does to elements in one step, with its numbers in their precision.
package struct OptimizerMove<Scalar: BinaryFloatingPoint> {
  private enum Rule {
    case descend
    case descendWithMomentum(momentum: Scalar, kept: Scalar, taken: Scalar, nesterov: Bool)
    case adapt(
      size: Scalar, root: Scalar, shrinking: Scalar, new1: Scalar, kept2: Scalar, new2: Scalar, epsilon: Scalar)
    case normalize(kept: Scalar, new: Scalar, epsilon: Scalar, momentum: Scalar, epsilonInside: Bool)
  }

  private let rule: Rule
  private let rate: Scalar
  private let decay: Scalar
  private let factor: Scalar

  /// - Parameters:
  ///   - optimizer: The rule, with the rate and the momentum of the step.
  ///   - step: How many steps the elements took before.
  ///   - factor: What the gradient is multiplied by first: less than 1 where it is clipped.
  package init(_ optimizer: Optimizer, step: Int, factor: Scalar = 1) {
    (rate, self.factor) = (Scalar(optimizer.rate), factor)
    var decay = optimizer.decay
    switch optimizer.rule {
    case .sgd(let momentum, let dampening, let nesterov):
      rule =
        optimizer.slotCount == 0
        ? .descend
        : .descendWithMomentum(
          momentum: Scalar(momentum), kept: step == 0 ? 0 : Scalar(momentum),
          taken: step == 0 ? 1 : Scalar(1 - dampening), nesterov: nesterov)
    case .adam(let beta1, let beta2, let epsilon, let decoupledDecay):
      // The corrections and what comes of them are computed in double precision: 1 − β₂ᵗ is small at first.
      rule = .adapt(
        size: Scalar(optimizer.rate / (1 - power(beta1, step + 1))),
        root: Scalar((1 - power(beta2, step + 1)).squareRoot()),
        shrinking: decoupledDecay ? Scalar(1 - optimizer.rate * optimizer.decay) : 1, new1: Scalar(1 - beta1),
        kept2: Scalar(beta2), new2: Scalar(1 - beta2), epsilon: Scalar(epsilon))
      if decoupledDecay { decay = 0 }
    case .rmsprop(let alpha, let epsilon, let momentum, let epsilonInside):
      rule = .normalize(
        kept: Scalar(alpha), new: Scalar(1 - alpha), epsilon: Scalar(epsilon), momentum: Scalar(momentum),
        epsilonInside: epsilonInside)
    }
    self.decay = Scalar(decay)
  }

  /// Moves `count` elements, and what the optimizer keeps for them.
  package func callAsFunction(
    _ values: UnsafeMutablePointer<Scalar>, gradient: UnsafePointer<Scalar>, _ first: UnsafeMutablePointer<Scalar>?,
    _ second: UnsafeMutablePointer<Scalar>?, count: Int
  ) {
    switch rule {
    case .descend:
      for index in 0..<count { values[index] -= rate * (gradient[index] * factor + decay * values[index]) }
    case .descendWithMomentum(let momentum, let kept, let taken, let nesterov):
      guard let first else { return }
      descend(
        values, gradient, first, momentum: momentum, kept: kept, taken: taken, nesterov: nesterov, count: count)
    case .adapt(let size, let root, let shrinking, let new1, let kept2, let new2, let epsilon):
      guard let first, let second else { return }
      for index in 0..<count {
        let value = values[index] * shrinking
        let slope = gradient[index] * factor + decay * value
        let mean = first[index] + new1 * (slope - first[index])
        let meanSquare = kept2 * second[index] + new2 * slope * slope
        first[index] = mean
        second[index] = meanSquare
        values[index] = value - size * (mean / (meanSquare.squareRoot() / root + epsilon))
      }
    case .normalize(let kept, let new, let epsilon, let momentum, let epsilonInside):
      guard let first else { return }
      for index in 0..<count {
        let slope = gradient[index] * factor + decay * values[index]
        let meanSquare = kept * first[index] + new * slope * slope
        first[index] = meanSquare
        var move = slope / (epsilonInside ? (meanSquare + epsilon).squareRoot() : meanSquare.squareRoot() + epsilon)
        if let second {
          move += momentum * second[index]
          second[index] = move
        }
        values[index] -= rate * move
      }
    }
  }

  private func descend(
    _ values: UnsafeMutablePointer<Scalar>, _ gradient: UnsafePointer<Scalar>,
    _ velocity: UnsafeMutablePointer<Scalar>, momentum: Scalar, kept: Scalar, taken: Scalar, nesterov: Bool, count: Int
  ) {
    let (rate, decay, factor) = (rate, decay, factor)
    if nesterov {
      for index in 0..<count {
        let slope = gradient[index] * factor + decay * values[index]
        let speed = kept * velocity[index] + taken * slope
        velocity[index] = speed
        values[index] -= rate * (slope + momentum * speed)
      }
    } else {
      for index in 0..<count {
        let speed = kept * velocity[index] + taken * (gradient[index] * factor + decay * values[index])
        velocity[index] = speed
        values[index] -= rate * speed
      }
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

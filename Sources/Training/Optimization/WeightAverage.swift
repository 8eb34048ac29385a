/// An exponential moving average of weights, kept beside them (Polyak and Juditsky 1992; as in Tan and Le 2019).
public struct WeightAverage: Hashable, Sendable {
  /// The part of the average that stays at each step, below 1.
  public var decay: Double

  /// An average of which the given part stays at each step.
  public init(decay: Double) { self.decay = decay }

  /// Moves an average towards the values after a step: e = decay·e + (1 − decay)·p.
  package func update<Scalar: BinaryFloatingPoint>(
    _ average: UnsafeMutableBufferPointer<Scalar>, towards values: UnsafeBufferPointer<Scalar>
  ) {
    precondition(average.count == values.count, "an average has the shape of its tensor")
    guard let start = average.baseAddress, let source = values.baseAddress else { return }
    update(start, towards: source, count: values.count)
  }

  /// Moves so many elements of an average.
  func update<Scalar: BinaryFloatingPoint>(
    _ average: UnsafeMutablePointer<Scalar>, towards values: UnsafePointer<Scalar>, count: Int
  ) {
    let (kept, new) = (Scalar(decay), Scalar(1 - decay))
    for index in 0..<count { average[index] = kept * average[index] + new * values[index] }
  }
}

extension Schedule {
  /// A rate that falls where a measure stops improving: PyTorch's `ReduceLROnPlateau` with its relative threshold.
  public struct Plateau: Hashable, Sendable {
    /// What the rate is multiplied by.
    public var factor: Double
    /// How many epochs in a row may be no better before the rate falls.
    public var patience: Int
    /// The part by which a measure must be better to count.
    public var threshold: Double
    /// Whether a smaller measure is better, as of a loss.
    public var smallerIsBetter: Bool
    /// How many epochs are not judged after the rate fell.
    public var cooldown: Int
    /// The smallest rate.
    public var minimum: Double

    /// A rule; without arguments with the numbers of PyTorch.
    public init(
      factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4, smallerIsBetter: Bool = true,
      cooldown: Int = 0, minimum: Double = 0
    ) {
      self.factor = factor
      self.patience = patience
      self.threshold = threshold
      self.smallerIsBetter = smallerIsBetter
      self.cooldown = cooldown
      self.minimum = minimum
    }

    /// The rate after epochs with the given measures.
    func rate(_ base: Double, measures: [Double]) -> Double {
      var rate = base
      var best = smallerIsBetter ? Double.infinity : -.infinity
      var (bad, cooling) = (0, 0)
      for measure in measures {
        if isBetter(measure, than: best) {
          best = measure
          bad = 0
        } else {
          bad += 1
        }
        if cooling > 0 {
          cooling -= 1
          bad = 0
        }
        if bad > patience {
          rate = max(rate * factor, minimum)
          cooling = cooldown
          bad = 0
        }
      }
      return rate
    }

    private func isBetter(_ measure: Double, than best: Double) -> Bool {
      smallerIsBetter ? measure < best * (1 - threshold) : measure > best * (1 + threshold)
    }
  }
}

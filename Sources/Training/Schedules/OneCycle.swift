extension Schedule {
  /// Half a cosine up, then one down, and momentum the other way: PyTorch's `OneCycleLR` with its defaults.
  public struct OneCycle: Hashable, Sendable {
    /// The part of the steps on which the rate rises.
    public var rising: Double
    /// The highest rate over the first.
    public var startDivisor: Double
    /// The first rate over the last.
    public var endDivisor: Double
    /// Whether momentum moves too.
    public var movesMomentum: Bool
    /// The momentum at the highest rate.
    public var lowestMomentum: Double
    /// The momentum at the first and the last rate.
    public var highestMomentum: Double

    /// A cycle; without arguments with the numbers of PyTorch.
    public init(
      rising: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4, movesMomentum: Bool = true,
      lowestMomentum: Double = 0.85, highestMomentum: Double = 0.95
    ) {
      self.rising = rising
      self.startDivisor = startDivisor
      self.endDivisor = endDivisor
      self.movesMomentum = movesMomentum
      self.lowestMomentum = lowestMomentum
      self.highestMomentum = highestMomentum
    }

    func rate(_ highest: Double, at step: Int, of steps: Int) -> Double {
      let start = highest / startDivisor
      return value(start, highest, start / endDivisor, at: step, of: steps)
    }

    func momentum(at step: Int, of steps: Int) -> Double {
      value(highestMomentum, lowestMomentum, highestMomentum, at: step, of: steps)
    }

    /// The value on the way from the first to the second, or from the second to the third.
    private func value(_ first: Double, _ second: Double, _ third: Double, at step: Int, of steps: Int) -> Double {
      let turn = rising * Double(steps) - 1
      let last = Double(steps - 1)
      let time = min(Double(step), last)
      if time <= turn { return between(first, second, turn > 0 ? time / turn : 1) }
      return between(second, third, last > turn ? (time - turn) / (last - turn) : 1)
    }

    private func between(_ from: Double, _ to: Double, _ share: Double) -> Double {
      to + (from - to) / 2 * (1 + cosine(.pi * share))
    }
  }
}

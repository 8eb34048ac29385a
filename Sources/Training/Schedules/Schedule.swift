/// How the learning rate moves while a network trains: a curve, what it is walked by, and a warm-up before it.
///
/// A schedule has no state: the rate at a place follows from the place, and for a plateau from what was measured before.
/// So a resumed run needs nothing but its step.
public struct Schedule: Hashable, Sendable {
  /// The curve after the warm-up.
  public enum Curve: Hashable, Sendable {
    /// The rate stays.
    case constant
    /// The rate is multiplied by `gamma` after every `size` units.
    case step(size: Int, gamma: Double)
    /// The rate is multiplied by `gamma` at each of the units listed.
    case multiStep(milestones: [Int], gamma: Double)
    /// The rate is multiplied by `gamma` at each unit.
    case exponential(gamma: Double)
    /// Half a cosine down to `minimum` at the end (Loshchilov and Hutter 2017, arXiv:1608.03983).
    case cosine(minimum: Double)
    /// Up and down once, with momentum the other way (Smith 2018, arXiv:1803.09820).
    case oneCycle(OneCycle)
    /// (1 − t / T) to a power, times what lies above `end`.
    case polynomial(power: Double, end: Double)
    /// The rate is multiplied where a measure stops improving.
    case plateau(Plateau)
  }

  /// What a curve is walked by.
  public enum Unit: String, Hashable, Sendable, CaseIterable {
    /// By batches.
    case step
    /// By rounds over the set.
    case epoch
  }

  /// The curve after the warm-up.
  public var curve: Curve
  /// What the curve is walked by.
  public var unit: Unit
  /// The rise before the curve, if there is one; it goes by steps.
  public var warmup: Warmup?

  /// A curve with what it is walked by, and perhaps a warm-up.
  public init(_ curve: Curve, per unit: Unit = .epoch, warmup: Warmup? = nil) {
    self.curve = curve
    self.unit = unit
    self.warmup = warmup
  }

  /// The rate of a step.
  ///
  /// - Parameters:
  ///   - base: The rate before the schedule.
  ///   - place: Where the run is.
  ///   - measures: What was measured after each epoch that is over; a plateau looks at it.
  public func rate(_ base: Double, at place: Place, measures: [Double] = []) -> Double {
    let warm = warmup?.steps(stepsPerEpoch: place.stepsPerEpoch) ?? 0
    if let warmup, place.step < warm { return base * warmup.factor(step: place.step, of: warm) }
    let (time, end) = walked(place, after: warm)
    switch curve {
    case .constant: return base
    case .step(let size, let gamma): return base * power(gamma, time / max(1, size))
    case .multiStep(let milestones, let gamma): return base * power(gamma, milestones.count { $0 <= time })
    case .exponential(let gamma): return base * power(gamma, time)
    case .cosine(let minimum):
      return minimum + (base - minimum) * 0.5 * (1 + cosine(.pi * min(1, Double(time) / Double(end))))
    case .oneCycle(let cycle): return cycle.rate(base, at: time, of: end)
    case .polynomial(let exponent, let lowest):
      return lowest + (base - lowest) * raise(max(0, 1 - Double(time) / Double(end)), to: exponent)
    case .plateau(let plateau): return plateau.rate(base, measures: measures)
    }
  }

  /// The momentum of a step, for one before the schedule: `oneCycle` may move it, other curves leave it.
  public func momentum(_ base: Double, at place: Place) -> Double {
    guard case .oneCycle(let cycle) = curve, cycle.movesMomentum else { return base }
    let warm = warmup?.steps(stepsPerEpoch: place.stepsPerEpoch) ?? 0
    let (time, end) = walked(place, after: warm)
    return place.step < warm ? cycle.highestMomentum : cycle.momentum(at: time, of: end)
  }

  /// How many units of the curve are over, and how many it has; the warm-up does not count.
  private func walked(_ place: Place, after warm: Int) -> (time: Int, end: Int) {
    switch unit {
    case .step: (place.step - warm, max(1, place.steps - warm))
    case .epoch:
      (
        place.step / place.stepsPerEpoch - warm / place.stepsPerEpoch,
        max(1, place.epochs - warm / place.stepsPerEpoch)
      )
    }
  }
}

extension Schedule {
  /// Where a run is.
  public struct Place: Hashable, Sendable {
    /// How many steps were taken before.
    public var step: Int
    /// How many steps an epoch has, at least 1.
    public var stepsPerEpoch: Int
    /// How many epochs the run has.
    public var epochs: Int

    /// A place: `step` counts from 0 over all epochs.
    public init(step: Int, stepsPerEpoch: Int, epochs: Int) {
      precondition(step >= 0 && stepsPerEpoch > 0 && epochs >= 0, "a run has no such place")
      self.step = step
      self.stepsPerEpoch = stepsPerEpoch
      self.epochs = epochs
    }

    /// How many steps the run has.
    var steps: Int { stepsPerEpoch * epochs }
  }

  /// A linear rise to the rate before the curve begins (Goyal et al. 2017, arXiv:1706.02677).
  public struct Warmup: Hashable, Sendable {
    /// How long it is, in epochs or steps.
    public enum Length: Hashable, Sendable {
      /// Rounds over the set, or a part of one.
      case epochs(Double)
      /// Batches.
      case steps(Int)
    }

    /// How long the rise is.
    public var length: Length
    /// The part of the rate that the first step has.
    public var start: Double

    /// A rise from a part of the rate, by default a hundredth.
    public init(_ length: Length, start: Double = 0.01) {
      self.length = length
      self.start = start
    }

    func steps(stepsPerEpoch: Int) -> Int {
      switch length {
      case .steps(let steps): max(0, steps)
      case .epochs(let epochs): max(0, Int((epochs * Double(stepsPerEpoch)).rounded()))
      }
    }

    /// The part of the rate at a step of the warm-up.
    func factor(step: Int, of steps: Int) -> Double { start + (1 - start) * Double(step) / Double(steps) }
  }
}

/// What the images of a run took beside its steps.
package struct LoadingCost: Hashable, Sendable {
  /// Seconds of steps, those that were waited for images among them.
  package private(set) var seconds = 0.0
  /// Seconds that steps waited for their images.
  package private(set) var waited = 0.0
  /// Seconds of the processors' time that went into reading images and making batches of them.
  package private(set) var working = 0.0

  package init() {}

  /// Adds an epoch's seconds.
  package mutating func add(seconds: Double, waited: Double, working: Double) {
    self.seconds += seconds
    self.waited += waited
    self.working += working
  }

  /// The share of the steps' time that they waited; nil where there was none.
  package var waitingShare: Double? { seconds > 0 ? waited / seconds : nil }

  /// The share of the time of so many processors that went into making batches, and was not there for steps.
  package func workingShare(processors: Int) -> Double? {
    seconds > 0 ? working / (seconds * Double(max(1, processors))) : nil
  }
}

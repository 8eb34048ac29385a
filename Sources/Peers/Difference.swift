import Tensors

/// How far a value of cnnc's is from a peer's: the largest difference over the largest element.
///
/// Differences relative to each element would mislead: where an element is nearly nothing, what is left of sums that cancel
/// is rounding.
package struct Difference: Hashable, Sendable {
  /// What is compared: an output, the path of a layer, the name of a tensor.
  package var name: String
  package var error: Double
  /// How far the peer's value is from its own in double precision; where nobody knows that, what rounding was seen to come to
  /// in layers that are right, each by itself.
  package var deviation: Double?
  /// The same where rounding before it does not count, where more differs than is allowed: what a layer or a step of training
  /// makes of the peer's own values before it or of tensors beside them, or a gradient in double precision.
  package var step: Step?
  /// What came of numbers that are off by rounding at the peer itself.
  package var rounding: Double?
  /// Why being equal says nothing of the values themselves.
  package var emptiness: Emptiness?
  /// The shapes, where they are not the same; nothing else is compared then.
  package var shapes: [[Int]]?
  /// What is allowed where nothing is known of the peer's own accuracy.
  package var leastLimit: Double

  /// What is allowed of values at inference.
  package static let inferenceLimit = 1e-5
  /// What is allowed in training, where the differences of a step go into the next one.
  package static let trainingLimit = 1e-4
  /// What is allowed of gradients in double precision, which come in single precision.
  package static let exactLimit = 1e-6
  /// Outputs that differ by no more than this from image to image say next to nothing of what makes them of an image.
  package static let leastVariation = 1e-4
  /// Where more than this is allowed, being within it says nothing.
  package static let mostLimit = 0.1

  /// Why being equal says nothing.
  package enum Emptiness: String, Sendable {
    /// All numbers are 0 on both sides, or there are none.
    case zero = "0 everywhere"
    /// A loss is infinite, or no number, on both sides; of a value all numbers that are not 0 are, or it is a tensor behind steps
    /// with such a loss.
    case infinite = "no finite number"
    /// The numbers are as good as the same whatever the network is given.
    case constant = "the same for every input"
    /// Rounding comes to a tenth of the largest element and more.
    case rounding = "rounding is as large"
  }

  /// Why being equal says nothing; nil where it says something.
  package var nothing: Emptiness? { emptiness ?? (judged.limit > Self.mostLimit ? .rounding : nil) }
  /// Whether being equal says nothing.
  package var isVoid: Bool { nothing != nil }

  /// What is allowed: the least, or ten times the peer's own deviation.
  package var limit: Double { max(leastLimit, 10 * (deviation ?? 0)) }

  package var isWithin: Bool { shapes == nil && judged.error <= judged.limit }

  /// What decides: the difference itself, or where that is too large the same without the rounding before it.
  package var judged: (error: Double, limit: Double) {
    guard error > limit, let step else { return (error, limit) }
    return (step.error, step.limit)
  }

  /// A value at a peer beside cnnc's, both of the peer's own values before it: what those and their rounding came to is then
  /// none of its faults.
  package struct Step: Hashable, Sendable {
    package var error: Double
    package var limit: Double
    /// How a step of training was made that was off as it is planned.
    package var manner: Manner?

    /// How a step of training is made anew.
    package enum Manner: String, Sendable {
      /// By definition, without algorithms that round more.
      case direct
      /// By definition from tensors beside the peer's own, where other numbers are next to 0.
      case beside
    }

    package init(error: Double, limit: Double) { (self.error, self.limit) = (error, limit) }

    /// How much of what is allowed it is.
    var share: Double { error / limit }

    /// - Parameter deviation: How far a layer's definition in single precision is from itself in double.
    package init(error: Double, deviation: Double) {
      self.init(error: error, limit: max(Difference.inferenceLimit, 10 * deviation))
    }
  }

  package init(
    _ name: String, error: Double, deviation: Double?, leastLimit: Double = Difference.inferenceLimit
  ) {
    (self.name, self.error, self.deviation, self.leastLimit) = (name, error, deviation, leastLimit)
  }

  /// - Parameter least: What the largest element counts at least, where values belong together, as gradients do.
  package init(
    _ name: String, _ ours: Tensor, _ theirs: Tensor, deviation: Double?, least: Double = 0,
    leastLimit: Double = Difference.inferenceLimit
  ) {
    self.init(name, error: .infinity, deviation: deviation, leastLimit: leastLimit)
    if ours.shape == theirs.shape {
      error = Self.error(ours.elements, theirs.elements, least: least)
      if error == 0, !ours.elements.contains(where: { $0.isFinite && $0 != 0 }) {
        emptiness = ours.elements.allSatisfy { $0 == 0 } ? .zero : .infinite
      }
    } else {
      shapes = [ours.shape, theirs.shape]
    }
  }

  /// How far a value is from the same in double precision: the largest difference over the largest element, which counts
  /// `least` at least; infinite where one has no finite number and the other has another.
  static func error(_ value: [Float], from exact: [Double], least: Double = 0) -> Double {
    var (largest, difference) = (least, 0.0)
    for (a, b) in zip(value.lazy.map(Double.init), exact) where !(a == b && !a.isFinite) && !(a.isNaN && b.isNaN) {
      guard a.isFinite, b.isFinite else { return .infinity }
      largest = max(largest, abs(b))
      difference = max(difference, abs(a - b))
    }
    return largest > 0 ? difference / largest : difference
  }

  /// The largest difference over the largest element; infinite where one has no finite number and the other has another.
  static func error(_ ours: [Float], _ theirs: [Float], least: Double) -> Double {
    var (largest, difference) = (least, 0.0)
    for (a, b) in zip(ours, theirs) where !(a == b && !a.isFinite) && !(a.isNaN && b.isNaN) {
      guard a.isFinite, b.isFinite else { return .infinity }
      largest = max(largest, Double(max(abs(a), abs(b))))
      difference = max(difference, abs(Double(a) - Double(b)))
    }
    return largest > 0 ? difference / largest : difference
  }
}

import Tensors

/// A step of training that is made again, in one way after the other, for values that are off: how close each came.
struct StepAgain {
  /// What the loss is called beside `gradient:TENSOR` and `trained:TENSOR`.
  static let loss = "loss"

  /// The step, from 1.
  let number: Int
  /// What is off still, with what is allowed.
  private(set) var left: [String: Double]
  /// How close the step came to each value, in the way that decides.
  private(set) var closest: [String: Difference.Step] = [:]

  init(_ number: Int, off names: [String]) {
    self.number = number
    left = Dictionary(uniqueKeysWithValues: names.map { ($0, Difference.trainingLimit) })
  }

  /// Whether tensors or gradients are off still; a loss has no rounding but that of the values that it is of.
  var isOffByTensors: Bool { left.keys.contains { $0 != Self.loss } }
  /// Whether gradients are among what is off.
  var asksForGradients: Bool { left.keys.contains { $0.hasPrefix("gradient:") } }

  /// Compares what a step came to with the peer's, of what is off still.
  ///
  /// - Parameter made: Tensors that belong together, in one dictionary each.
  mutating func compare(_ made: [[String: Tensor]], with theirs: [String: Tensor], _ manner: Difference.Step.Manner?) {
    for own in made {
      let least = TrainedReference.least(own)
      for (name, tensor) in own {
        guard let limit = left[name], let other = theirs[name] else { continue }
        var step = Difference.Step(error: .infinity, limit: limit)
        if name == Self.loss {
          step.error = TrainedReference.relative(Double(tensor.elements[0]), Double(other.elements[0]))
        } else if other.shape == tensor.shape {
          step.error = Difference.error(tensor.elements, other.elements, least: least)
        }
        step.manner = manner
        if step.error < closest[name]?.error ?? .infinity { closest[name] = step }
        if step.error <= limit { left[name] = nil }
      }
    }
  }

  /// Allows a value more than so far.
  mutating func allow(_ limit: Double, of name: String) {
    guard let known = left[name], limit > known else { return }
    left[name] = limit
    closest[name]?.limit = limit
    if let closest = closest[name], closest.error <= limit { left[name] = nil }
  }

  /// Lets something else decide of a value, whatever it comes to.
  mutating func decide(_ step: Difference.Step, of name: String) {
    (left[name], closest[name]) = (nil, step)
  }
}

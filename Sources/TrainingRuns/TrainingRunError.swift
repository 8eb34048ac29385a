import Tensors

/// Why a run of training cannot begin, or go on.
package struct TrainingRunError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and what would help, in a sentence without a full stop.
  package var message: String

  /// The step, from 1, whose numbers were none, where that is why.
  package var faultyStep: Int?

  package init(_ message: String, faultyStep: Int? = nil) {
    self.message = message
    self.faultyStep = faultyStep
  }

  package var description: String { message }
}

extension TrainingRunError {
  /// Says that a norm has one value of each channel in a step.
  ///
  /// - Parameters:
  ///   - what: What has one image: `a step takes`.
  ///   - help: What to do.
  package init(normOfOneValue norm: Computation.Label, where what: String, _ help: String) {
    let place = norm.location.map { " (\($0))" } ?? ""
    self.init(
      "\(norm.path)\(place) has one value of each channel where \(what) one image, and one value has no variance: "
        + "\(help), or freeze the norm")
  }
}

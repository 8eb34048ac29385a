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

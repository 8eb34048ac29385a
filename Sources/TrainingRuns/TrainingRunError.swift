/// Why a run of training cannot begin, or go on.
package struct TrainingRunError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and what would help, in a sentence without a full stop.
  package var message: String

  package init(_ message: String) { self.message = message }

  package var description: String { message }
}

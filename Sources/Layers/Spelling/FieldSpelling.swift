/// How a field is written in another language, where it is not an argument of its own name and value.
package enum FieldSpelling: Hashable, Sendable {
  /// An argument with another label.
  case labelled(String)
  /// An argument without a label.
  case unlabelled
  /// A word as a case of an enumeration.
  case choice(String)
  /// The same, where the case of the default takes the value of another field: `.constant(0.5)`.
  case choiceCarrying(String, field: String)
  /// A word as a truth value: whether it is `word`.
  case flag(String, word: String)
  /// A list of two numbers as two arguments, which are left out where they are 0.
  case pair(String, String)
  /// No argument: it decides which type or initializer is used, or another argument takes it along.
  case omitted
}

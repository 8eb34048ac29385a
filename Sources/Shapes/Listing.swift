extension [String] {
  /// The texts as a sentence lists them: `depth, height and width`.
  package var listed: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " and " + self[count - 1]
  }
}

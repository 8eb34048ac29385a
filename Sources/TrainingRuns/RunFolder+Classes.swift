import Datasets

extension RunFolder {
  private static let classFile = "classes.txt"

  /// Writes the names of the classes that a run learns, one a line, in their order; nothing of a set whose classes have
  /// numbers alone. The file is one of labels, as `cnnc run --labels` takes it.
  ///
  /// - Throws: `TrainingRunError` if it cannot be written.
  package func write(classNames set: Dataset) throws(TrainingRunError) {
    guard !set.isNumbered else { return }
    try write(set.classes.map { Self.line($0) + "\n" }.joined(), to: Self.classFile)
  }

  /// The names of the classes that the run learned; nil where it wrote none.
  package var classNames: [String]? {
    guard var text = read(Self.classFile) else { return nil }
    if text.utf8.last == UInt8(ascii: "\n") { text.unicodeScalars.removeLast() }
    return text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { String($0) ?? "" }
  }

  /// A set with its classes in the order in which the run learned them.
  ///
  /// - Throws: `TrainingRunError` for classes that it did not learn.
  package func arranged(_ set: Dataset) throws(TrainingRunError) -> Dataset {
    guard let names = classNames, !set.isNumbered, set.classes != names else { return set }
    if let arranged = set.arranged(by: names, as: Self.line) { return arranged }
    throw TrainingRunError(
      "the data's classes, \(TrainingData.list(set.classes)), are not among those that the run in \(path) learned, "
        + TrainingData.list(names))
  }

  /// A name in a line of its own, whatever it has in it.
  private static func line(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.map { "\n\r".unicodeScalars.contains($0) ? " " : $0 }))
  }
}

import Datasets

/// A data set with its classes in the order of the names that a network's classes have, so that what is learned as a class is
/// called by its name.
package struct ClassOrder: Sendable {
  /// The set, in that order where its classes have those names.
  package let set: Dataset
  /// What a user should know: that the order is another than the data's, or that the names are others.
  package let note: String?

  /// - Parameter names: Of the network's classes; empty where they have none.
  package init(_ set: Dataset, names: [String]) {
    guard !names.isEmpty, !set.isNumbered, names != set.classes else {
      (self.set, note) = (set, nil)
      return
    }
    let (own, wanted) = (TrainingData.list(set.classes), TrainingData.list(names))
    if let arranged = set.arranged(by: names) {
      self.set = arranged
      note = "the data's classes, \(own), are numbered as the spec's `labels` are: \(wanted)"
      return
    }
    self.set = set
    // Names that are numbers in their order say no more than the order does.
    let isCounted = set.classes == set.classes.indices.map(String.init)
    note =
      isCounted
      ? nil
      : "the data's classes, \(own), are not the spec's `labels`, \(wanted): "
        + "what is learned as \(set.classes[0]) will be called \(names[0]), and so on"
  }
}

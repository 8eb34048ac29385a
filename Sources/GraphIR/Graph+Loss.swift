import Layers

extension Graph {
  /// Where a node is written, `lenet5.yaml:7`.
  package func place(of node: Node) -> String {
    let file = node.span.source.index
    return "\(files.indices.contains(file) ? files[file] : self.file):\(node.span.start.line)"
  }

  /// What the numbers are that the network gives of each class.
  package var scores: ScoreMeaning { outputs.first?.value.node.map { nodes[$0].layer.scores } ?? .logits }

  /// Why the network cannot be trained by a loss, which recipes call so; nil where it can.
  ///
  /// Which class the network takes an image for follows from what it ends in, wherever it runs. So the number that a loss
  /// makes small or large of an image's own class has to be one that is small or large of the likeliest.
  package func conflict(withLoss name: String) -> String? {
    guard let last = outputs.first?.value.node.map({ nodes[$0] }) else { return nil }
    let end = "\(last.path) (\(place(of: last)))"
    switch (name, last.layer.scores) {
    case ("radial_basis", .distances): return nil
    case ("radial_basis", _):
      return
        "radial_basis makes the number of an image's own class the smallest, and of those that \(end) gives the largest is "
        + "the likeliest class: end in `rbf`, or take another loss"
    case (_, .distances):
      return
        "\(name) makes the number of an image's own class the largest, and \(end) gives distances, of which the smallest is "
        + "the likeliest class: `loss: radial_basis`, or end in another layer"
    case ("binary_cross_entropy", .probabilities):
      return
        "binary_cross_entropy is of each class by itself, and the shares of \(end) add up to 1; leave it out, or write "
        + "sigmoid"
    case ("binary_cross_entropy", .logProbabilities):
      return
        "binary_cross_entropy is of each class by itself, and \(end) gives the logarithms of shares that add up to 1; leave it "
        + "out, or take `loss: cross_entropy`"
    default: return nil
    }
  }
}

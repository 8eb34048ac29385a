import Random

extension Dataset {
  /// Takes a share of each class apart, for validation: the same images for the same seed, whatever else is drawn.
  ///
  /// A class gives as many images as its part of the share, rounded, of at least two images one at least and never all.
  /// Both parts keep the order of the whole.
  package func split(share: Double, seed: UInt64) -> (rest: Dataset, part: Dataset) {
    precondition(0...1 ~= share, "a share is between 0 and 1")
    var members = Array(repeating: [Int](), count: classes.count)
    for (index, label) in labels.enumerated() { members[label].append(index) }
    let generator = CounterGenerator(seed: seed, name: "split")
    var chosen = Array(repeating: false, count: count)
    for (label, images) in members.enumerated() where !images.isEmpty && share > 0 {
      let wanted = Int((share * Double(images.count)).rounded())
      let taken = images.count == 1 ? 0 : min(images.count - 1, max(1, wanted))
      for place in generator.at(label).permutation(of: images.count).prefix(taken) { chosen[images[place]] = true }
    }
    return (
      selecting((0..<count).filter { !chosen[$0] }), selecting((0..<count).filter { chosen[$0] })
    )
  }

  /// The order of an epoch: all images once, shuffled.
  package func order(epoch: Int, seed: UInt64) -> [Int] {
    CounterGenerator(seed: seed, name: "shuffle").at(epoch).permutation(of: count)
  }
}

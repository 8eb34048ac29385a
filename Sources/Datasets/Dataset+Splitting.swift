import Random

extension Dataset {
  /// Takes a share of each class apart, for validation: the same images for the same seed, whatever else is drawn.
  ///
  /// A class gives as many images as its part of the share, rounded, of at least two images one at least and never all.
  /// Both parts keep the order of the whole. Where images have several labels, each label has about its share of either
  /// part.
  package func split(share: Double, seed: UInt64) -> (rest: Dataset, part: Dataset) {
    precondition(0...1 ~= share, "a share is between 0 and 1")
    let generator = CounterGenerator(seed: seed, name: "split")
    if case .several(let sets) = annotations { return parts(stratified(sets, share: share, generator)) }
    var members = Array(repeating: [Int](), count: classes.count)
    for (index, label) in labels.enumerated() { members[label].append(index) }
    var chosen = Array(repeating: false, count: count)
    for (label, images) in members.enumerated() where !images.isEmpty && share > 0 {
      let wanted = Int((share * Double(images.count)).rounded())
      let taken = images.count == 1 ? 0 : min(images.count - 1, max(1, wanted))
      for place in generator.at(label).permutation(of: images.count).prefix(taken) { chosen[images[place]] = true }
    }
    return parts(chosen)
  }

  private func parts(_ chosen: [Bool]) -> (rest: Dataset, part: Dataset) {
    (selecting((0..<count).filter { !chosen[$0] }), selecting((0..<count).filter { chosen[$0] }))
  }

  /// Iterative stratification (Sechidis et al. 2011): from the rarest label on, each of its images goes to the part that lacks
  /// more of the label, of its share.
  private func stratified(_ sets: [[Int]], share: Double, _ generator: CounterGenerator) -> [Bool] {
    let counts = classCounts
    var members = Array(repeating: [Int](), count: classes.count)
    for (index, set) in sets.enumerated() { for label in set { members[label].append(index) } }
    // What a part still lacks, less what the other does: of each label, and of images.
    var lack = counts.map { (2 * share - 1) * Double($0) }
    var lackOfImages = (2 * share - 1) * Double(sets.count)
    var chosen = Array(repeating: false, count: sets.count)
    var isPlaced = chosen
    func place(_ image: Int, _ label: Int?) {
      let wanted = label.map { lack[$0] } ?? lackOfImages
      let isChosen = wanted == 0 ? lackOfImages > 0 : wanted > 0
      (isPlaced[image], chosen[image]) = (true, isChosen)
      for label in sets[image] { lack[label] += isChosen ? -1 : 1 }
      lackOfImages += isChosen ? -1 : 1
    }
    guard share > 0 else { return chosen }
    for label in classes.indices.sorted(by: { (counts[$0], $0) < (counts[$1], $1) }) {
      let images = members[label].filter { !isPlaced[$0] }
      for index in generator.at(label).permutation(of: images.count) { place(images[index], label) }
    }
    let bare = sets.indices.filter { !isPlaced[$0] }
    for index in generator.at(classes.count).permutation(of: bare.count) { place(bare[index], nil) }
    return chosen
  }

  /// The order of an epoch: all images once, shuffled.
  package func order(epoch: Int, seed: UInt64) -> [Int] {
    CounterGenerator(seed: seed, name: "shuffle").at(epoch).permutation(of: count)
  }
}

/// What the images of a set show, as places in its list of classes.
package enum ImageLabels: Hashable, Sendable {
  /// One class an image.
  case one([Int])
  /// Any number of classes an image, none too; those of an image rise.
  case several([[Int]])

  /// The number of images.
  package var count: Int {
    switch self {
    case .one(let labels): labels.count
    case .several(let sets): sets.count
    }
  }

  /// The classes of an image.
  package subscript(index: Int) -> [Int] {
    switch self {
    case .one(let labels): [labels[index]]
    case .several(let sets): sets[index]
    }
  }

  /// Those of the images at some places.
  func selecting(_ places: [Int]) -> ImageLabels {
    switch self {
    case .one(let labels): .one(places.map { labels[$0] })
    case .several(let sets): .several(places.map { sets[$0] })
    }
  }

  /// The same with each class's number replaced by another.
  func renumbered(by numbers: [Int]) -> ImageLabels {
    switch self {
    case .one(let labels): .one(labels.map { numbers[$0] })
    case .several(let sets): .several(sets.map { $0.map { numbers[$0] }.sorted() })
    }
  }

  /// One class an image as a set of one.
  var asSeveral: ImageLabels {
    switch self {
    case .one(let labels): .several(labels.map { [$0] })
    case .several: self
    }
  }

  /// How often each of so many classes is there.
  func counts(classes: Int) -> [Int] {
    var counts = Array(repeating: 0, count: classes)
    switch self {
    case .one(let labels): for label in labels { counts[label] += 1 }
    case .several(let sets): for label in sets.joined() { counts[label] += 1 }
    }
    return counts
  }
}

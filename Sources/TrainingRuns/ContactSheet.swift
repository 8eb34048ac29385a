import Augmentation
import Datasets
import Images
import Random

/// Images of a data set beside each other: a row for each class, as they are or as a step of training would see them.
package enum ContactSheet {
  private static let gap = 4
  /// What lies between the images: neither black, as augmentations leave it, nor white, as digits are.
  private static let ground: [UInt8] = [96, 96, 112]

  /// - Parameters:
  ///   - columns: Images of a class, those that come first.
  ///   - rows: Classes, those that come first.
  ///   - side: The most pixels of an image's longer side.
  /// - Throws: `DatasetError` for an image that cannot be read.
  package static func image(
    of set: Dataset, columns: Int, rows: Int, side: Int, augmentations: [Augmentation], size: ImageSize?, seed: UInt64
  ) throws(DatasetError) -> Image {
    var members = Array(repeating: [Int](), count: set.classes.count)
    for place in 0..<set.count {
      for label in set.annotations[place] where members[label].count < columns { members[label].append(place) }
    }
    let shown = members.filter { !$0.isEmpty }.prefix(rows)
    var cells: [[Image]] = []
    for places in shown {
      var row: [Image] = []
      for (index, place) in places.enumerated() {
        row.append(
          try cell(
            set, place, side: side, augmentations: augmentations, size: size,
            generator: CounterGenerator(seed: seed, name: "augment").at(index).at(set.identity(of: place))))
      }
      cells.append(row)
    }
    return sheet(cells, side: side)
  }

  private static func cell(
    _ set: Dataset, _ place: Int, side: Int, augmentations: [Augmentation], size: ImageSize?,
    generator: CounterGenerator
  ) throws(DatasetError) -> Image {
    guard case .image(var image) = try set.sample(at: place) else {
      throw DatasetError(.malformed, file: set.name(of: place), "is numbers, which cannot be looked at")
    }
    if !augmentations.isEmpty {
      image = augmentations.apply(
        to: image, size: size ?? ImageSize(height: image.height, width: image.width), interpolation: .bilinear,
        generator: generator)
    }
    let longer = max(image.width, image.height)
    // Small images grow by whole numbers, so that their pixels can be seen.
    if longer * 2 <= side {
      let factor = side / longer
      return image.resized(width: image.width * factor, height: image.height * factor, .nearest).rgb
    }
    guard longer > side else { return image.rgb }
    return image.resized(
      width: max(1, image.width * side / longer), height: max(1, image.height * side / longer), .bilinear
    ).rgb
  }

  private static func sheet(_ rows: [[Image]], side: Int) -> Image {
    let columns = rows.map(\.count).max() ?? 0
    let (width, height) = (gap + max(1, columns) * (side + gap), gap + max(1, rows.count) * (side + gap))
    var samples = [UInt8](repeating: 0, count: width * height * 3)
    for index in samples.indices { samples[index] = ground[index % 3] }
    for (row, images) in rows.enumerated() {
      for (column, image) in images.enumerated() {
        let left = gap + column * (side + gap) + (side - image.width) / 2
        let top = gap + row * (side + gap) + (side - image.height) / 2
        for line in 0..<image.height {
          let source = line * image.width * 3
          let target = ((top + line) * width + left) * 3
          samples.replaceSubrange(
            target..<target + image.width * 3, with: image.samples[source..<source + image.width * 3])
        }
      }
    }
    return Image(width: width, height: height, channels: 3, samples: samples)
  }
}

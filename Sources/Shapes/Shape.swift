/// The shape of a tensor without its batch: `[C, H, W]` for feature maps, `[features]` for vectors.
package struct Shape: Hashable, Sendable {
  package var dimensions: [Extent]

  package init(_ dimensions: [Extent]) { self.dimensions = dimensions }

  /// Feature maps of `channels`×`height`×`width`.
  package static func maps(_ channels: Extent, _ height: Extent, _ width: Extent) -> Shape {
    Shape([channels, height, width])
  }

  /// A vector of `count` features.
  package static func features(_ count: Extent) -> Shape { Shape([count]) }

  package var rank: Int { dimensions.count }

  /// The first dimension: the channels of maps, the features of a vector.
  package var channels: Extent { dimensions.first ?? 1 }

  package var height: Extent { rank == 3 ? dimensions[1] : 1 }
  package var width: Extent { rank == 3 ? dimensions[2] : 1 }

  package var isMaps: Bool { rank == 3 }

  /// The number of elements an image.
  package var elements: Extent { dimensions.reduce(1, *) }

  /// `56×56`, for feature maps.
  package var pixels: String { "\(height.factorDescription)×\(width.factorDescription)" }

  package var isKnown: Bool { dimensions.allSatisfy(\.isKnown) }

  /// The dimensions as numbers, if all are.
  package var values: [Int]? {
    let numbers = dimensions.compactMap(\.value)
    return numbers.count == rank ? numbers : nil
  }
}

extension Shape: CustomStringConvertible {
  /// `64×112×112`; sums in parentheses: `16×(⌊H/2⌋ - 2)×(⌊W/2⌋ - 2)`.
  package var description: String {
    dimensions.map(\.factorDescription).joined(separator: "×")
  }
}

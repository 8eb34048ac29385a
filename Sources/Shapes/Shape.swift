/// The shape of a tensor without its batch: channels and the sizes of one to three spatial axes, or a vector.
///
/// `[C, L]` is a signal, `[C, H, W]` feature maps, `[C, D, H, W]` a volume, `[features]` a vector.
package struct Shape: Hashable, Sendable {
  package var dimensions: [Extent]

  package init(_ dimensions: [Extent]) { self.dimensions = dimensions }

  /// Channels with the sizes of spatial axes.
  package init(channels: Extent, _ spatial: [Extent]) { dimensions = [channels] + spatial }

  /// Feature maps of `channels`×`height`×`width`.
  package static func maps(_ channels: Extent, _ height: Extent, _ width: Extent) -> Shape {
    Shape([channels, height, width])
  }

  /// A vector of `count` features.
  package static func features(_ count: Extent) -> Shape { Shape([count]) }

  package var rank: Int { dimensions.count }

  /// The first dimension: the channels of maps, the features of a vector.
  package var channels: Extent { dimensions.first ?? 1 }

  /// The sizes of the spatial axes, none of a vector's.
  package var spatial: [Extent] { Array(dimensions.dropFirst()) }

  /// The number of spatial axes.
  package var axisCount: Int { max(0, rank - 1) }

  /// The pixels of one channel: the samples of a signal, the voxels of a volume, one of a vector.
  package var positions: Extent { spatial.reduce(1, *) }

  /// What one of the positions is called: the sample of a signal, the pixel of maps, the voxel of a volume.
  package var pixelUnit: String {
    switch axisCount {
    case 1: "sample"
    case 3: "voxel"
    default: "pixel"
    }
  }

  /// Whether there is one pixel, as a global pool leaves it.
  package var isPixel: Bool { dimensions.dropFirst().allSatisfy { $0 == 1 } }

  /// Whether there are channels with spatial axes: a signal, feature maps or a volume, not a vector.
  package var isMaps: Bool { Axis.counts.contains(axisCount) }

  /// The number of elements an image.
  package var elements: Extent { dimensions.reduce(1, *) }

  /// `56×56`, for what has spatial axes.
  package var pixels: String { spatial.map(\.factorDescription).joined(separator: "×") }

  package var isKnown: Bool { dimensions.allSatisfy(\.isKnown) }

  /// The dimensions as numbers, if all are.
  package var values: [Int]? {
    let numbers = dimensions.compactMap(\.value)
    return numbers.count == rank ? numbers : nil
  }
}

extension Shape {
  /// A spatial axis by the names that it has.
  package struct Axis: Hashable, Sendable {
    /// As specs call it: `height`.
    package var name: String
    /// As formulas call it: `H`.
    package var symbol: String

    /// As expressions call it: `h`.
    package var member: String { symbol.lowercased() }

    /// What is counted along the axis: the rows of the height.
    package var unit: String {
      switch name {
      case "depth": "slice"
      case "height": "row"
      case "width": "column"
      default: "sample"
      }
    }

    private static let depth = Axis(name: "depth", symbol: "D")
    private static let height = Axis(name: "height", symbol: "H")
    private static let width = Axis(name: "width", symbol: "W")
    private static let length = Axis(name: "length", symbol: "L")

    /// How many axes an input may have.
    package static var counts: ClosedRange<Int> { 1...3 }

    /// The axes of an input that has so many; none for a number that no input has.
    package static func axes(_ count: Int) -> [Axis] {
      switch count {
      case 1: [length]
      case 2: [height, width]
      case 3: [depth, height, width]
      default: []
      }
    }

    /// Every axis, in the order of the language.
    package static let all = [length, depth, height, width]
  }

  /// The spatial axes, in the order of the dimensions behind the channels.
  package var axes: [Axis] { Axis.axes(axisCount) }
}

extension Shape: CustomStringConvertible {
  /// `64×112×112`; sums in parentheses: `16×(⌊H/2⌋ - 2)×(⌊W/2⌋ - 2)`.
  package var description: String {
    dimensions.map(\.factorDescription).joined(separator: "×")
  }
}

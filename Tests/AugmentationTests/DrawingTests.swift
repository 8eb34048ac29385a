import Images
import Random
import Testing

@testable import Augmentation

/// What augmentations draw: how often, how far, and the same for the same generator.
@Suite("Draws of augmentations")
struct DrawingTests {
  private let size = ImageSize(height: 8, width: 8)

  private func apply(_ augmentation: Augmentation, to image: Image, draw: Int) -> Image {
    [augmentation].apply(
      to: image, size: size, interpolation: .bilinear, generator: CounterGenerator(seed: 3, name: "test").at(draw))
  }

  /// Samples that are all different, row by row from 1.
  private func counted(_ width: Int, _ height: Int) -> Image {
    Image(width: width, height: height, channels: 1, samples: (0..<width * height).map { UInt8($0 + 1) })
  }

  private static let all: [Augmentation] = [
    .flip(probability: 0.5), .flipVertically(probability: 0.5), .paddedCrop(padding: 2), .resizedCrop,
    .rotate(degrees: 20), .color(ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)),
    .lighting(deviation: 0.1), .erase(probability: 0.5), .randAugment(operations: 2, magnitude: 9), .trivialAugment,
  ]

  @Test func drawsDependOnTheGeneratorAlone() {
    let image = Image(width: 11, height: 9, channels: 3, samples: (0..<297).map { UInt8($0 * 7 % 256) })
    for augmentation in Self.all {
      let first = (0..<40).map { apply(augmentation, to: image, draw: $0) }
      let second = (0..<40).reversed().map { apply(augmentation, to: image, draw: $0) }.reversed()
      #expect(first == Array(second), "\(augmentation)")
      #expect(Set(first.map(\.samples)).count > 1, "\(augmentation) never changes anything")
      let sizes = Set(first.map { [$0.height, $0.width] })
      #expect(sizes == [augmentation.resizes ? [8, 8] : [9, 11]], "\(augmentation)")
    }
  }

  /// Every augmentation takes images of any size from one pixel on, grey and coloured.
  @Test func anySizeIsTaken() {
    for (width, height) in [(1, 1), (1, 7), (300, 1), (2, 3), (3, 3), (64, 5)] {
      for channels in [1, 3] {
        let count = width * height * channels
        let image = Image(
          width: width, height: height, channels: channels, samples: (0..<count).map { UInt8($0 % 256) })
        for augmentation in Self.all {
          for draw in 0..<12 {
            let result = apply(augmentation, to: image, draw: draw)
            #expect(result.channels == channels)
            #expect(augmentation.resizes || (result.width == width && result.height == height))
          }
        }
      }
    }
  }

  @Test func flipsHappenAsOftenAsAsked() {
    let image = counted(3, 2)
    for (probability, range) in [(0.0, 0...0), (1.0, 2000...2000), (0.3, 530...670)] {
      let flipped = (0..<2000).count { apply(.flip(probability: probability), to: image, draw: $0) != image }
      #expect(range.contains(flipped), "\(probability)")
    }
  }

  /// Padded crops reach every one of the (2p + 1)² places, with black around.
  @Test func paddedCropsReachEveryPlace() {
    let image = counted(4, 4)
    let corners = (0..<3000).map { apply(.paddedCrop(padding: 2), to: image, draw: $0) }
    #expect(Set(corners.map(\.samples)).count == 25)
    #expect(corners.contains { $0.samples == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 5, 6] })
  }

  /// Shares of the area are uniform, ratios' logarithms too, and parts lie within.
  @Test func cropsHaveTheAreasAndRatiosAskedFor() {
    let image = Image(width: 400, height: 300, channels: 1, samples: Array(repeating: 0, count: 120_000))
    var (areas, ratios) = (0.0, 0.0)
    let count = 4000
    for index in 0..<count {
      var draws = Draws(CounterGenerator(seed: 5, name: "crops").at(index))
      let part = draws.part(of: image, area: 0.08...0.4, ratio: 3.0 / 4...4.0 / 3)
      #expect(part.left >= 0 && part.top >= 0 && part.left + part.width <= 400 && part.top + part.height <= 300)
      areas += Double(part.width * part.height) / 120_000
      ratios += Double(part.width) / Double(part.height) > 1 ? 1 : -1
    }
    #expect(abs(areas / Double(count) - 0.24) < 0.005)
    #expect(abs(ratios / Double(count)) < 0.05)
  }

  /// Where nothing fits, the centre is taken in the ratio nearest to the image's.
  @Test func longImagesAreCutAtTheCentre() {
    let image = Image(width: 100, height: 10, channels: 1, samples: Array(repeating: 0, count: 1000))
    var draws = Draws(CounterGenerator(seed: 5, name: "crops"))
    let part = draws.part(of: image, area: 0.9...1, ratio: 3.0 / 4...4.0 / 3)
    #expect(part == ImagePart(left: 43, top: 0, width: 13, height: 10))
  }

  @Test func erasedPartsAreBlack() {
    let image = Image(width: 20, height: 20, channels: 3, samples: Array(repeating: 200, count: 1200))
    var share = 0.0
    for draw in 0..<500 {
      let erased = apply(.erase(probability: 1), to: image, draw: draw)
      #expect(erased.samples.allSatisfy { $0 == 0 || $0 == 200 })
      share += Double(erased.samples.count { $0 == 0 }) / 1200
    }
    #expect(0.15...0.2 ~= share / 500)
  }
}

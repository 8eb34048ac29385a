import Images
import Random

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The numbers of one change to one image, drawn one after the other.
struct Draws {
  private let generator: CounterGenerator
  private var next = 0

  init(_ generator: CounterGenerator) { self.generator = generator }

  private mutating func index() -> Int {
    defer { next += 1 }
    return next
  }

  mutating func happens(_ probability: Double) -> Bool { generator.uniform(at: index()) < probability }

  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * generator.uniform(at: index())
  }

  mutating func normal() -> Double { generator.normal(at: index()) }

  /// One of 0, …, `last`.
  mutating func integer(through last: Int) -> Int { generator.integer(below: last + 1, at: index()) }

  mutating func element<Element>(of list: [Element]) -> Element { list[integer(through: list.count - 1)] }

  mutating func permutation(of count: Int) -> [Int] { generator.at(index()).permutation(of: count) }

  /// Where in an image torchvision's `RandomResizedCrop` cuts.
  mutating func part(of image: Image, area: ClosedRange<Double>, ratio: ClosedRange<Double>) -> ImagePart {
    for _ in 0..<10 {
      let (width, height) = sides(of: image, area: area, ratio: ratio)
      guard 1...image.width ~= width, 1...image.height ~= height else { continue }
      return ImagePart(
        left: integer(through: image.width - width), top: integer(through: image.height - height), width: width,
        height: height)
    }
    let whole = Double(image.width) / Double(image.height)
    var (width, height) = (image.width, image.height)
    if whole < ratio.lowerBound {
      height = max(1, Int((Double(width) / ratio.lowerBound).rounded(.toNearestOrEven)))
    } else if whole > ratio.upperBound {
      width = max(1, Int((Double(height) * ratio.upperBound).rounded(.toNearestOrEven)))
    }
    return ImagePart(
      left: (image.width - width) / 2, top: (image.height - height) / 2, width: width, height: height)
  }

  /// What of an image torchvision's `RandomErasing` erases; nil if ten tries found nothing that fits.
  mutating func erased(
    in image: Image, area: ClosedRange<Double>, ratio: ClosedRange<Double>
  ) -> ImagePart? {
    for _ in 0..<10 {
      // Its ratio is of the height over the width.
      let (height, width) = sides(of: image, area: area, ratio: ratio)
      guard width < image.width, height < image.height else { continue }
      return ImagePart(
        left: integer(through: image.width - width), top: integer(through: image.height - height), width: width,
        height: height)
    }
    return nil
  }

  /// Two sides by a share of the image's area and the ratio of the first to the second.
  private mutating func sides(
    of image: Image, area: ClosedRange<Double>, ratio: ClosedRange<Double>
  ) -> (Int, Int) {
    let pixels = Double(image.width * image.height) * uniform(area.lowerBound, area.upperBound)
    let ratio = exp(uniform(log(ratio.lowerBound), log(ratio.upperBound)))
    func side(_ area: Double) -> Int { Int(min(area.squareRoot(), 1e9).rounded(.toNearestOrEven)) }
    return (side(pixels * ratio), side(pixels / ratio))
  }
}

/// A rectangle of an image, in pixels.
struct ImagePart: Hashable, Sendable {
  var left: Int
  var top: Int
  var width: Int
  var height: Int
}

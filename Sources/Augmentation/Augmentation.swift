import Images
import Random

/// A random change of a training image that leaves its class as it was.
///
/// Each works on 8-bit samples, before they are scaled, and is defined by the implementation named: torchvision's
/// `transforms.v2` on tensors unless another is. What is drawn depends on the generator alone.
package enum Augmentation: Hashable, Sendable {
  /// Mirrored left to right; `RandomHorizontalFlip`.
  case flip(probability: Double)
  /// Mirrored top to bottom; `RandomVerticalFlip`.
  case flipVertically(probability: Double)
  /// A part of the image's own size of the image with a border of zeros, in pixels; `RandomCrop(size, padding)`, and
  /// He et al. 2016 for CIFAR.
  case paddedCrop(padding: Int)
  /// A part of the image in the size that the network takes: its share of the area, and its width over its height, whose
  /// logarithm is uniform; `RandomResizedCrop`, and Szegedy et al. 2015. Ten tries, then the centre.
  case resizedCrop(area: ClosedRange<Double>, ratio: ClosedRange<Double>)
  /// Turned by up to so many degrees either way, bilinear, zeros where there was nothing; `RandomRotation`.
  case rotate(degrees: Double)
  /// Brightness, contrast, saturation and hue by factors around 1 (hue: turns around 0), in an order that is drawn;
  /// `ColorJitter`.
  case color(ColorJitter)
  /// Krizhevsky et al. 2012, section 4.1: multiples of the principal components of ImageNet's colours are added, with
  /// factors of normal distribution. Grey images stay as they are.
  case lighting(deviation: Double)
  /// A rectangle of zeros; `RandomErasing`, and Zhong et al. 2017, arXiv:1708.04896.
  case erase(probability: Double, area: ClosedRange<Double>, ratio: ClosedRange<Double>)
  /// So many operations out of 14, each with the same magnitude of 31; `RandAugment`, and Cubuk et al. 2019,
  /// arXiv:1909.13719.
  case randAugment(operations: Int, magnitude: Int)
  /// One operation out of 14 with a magnitude that is drawn; `TrivialAugmentWide`, and Müller and Hutter 2021,
  /// arXiv:2103.10158.
  case trivialAugment

  /// What torchvision erases unless told otherwise: 2 % to a third of the area.
  package static func erase(probability: Double) -> Augmentation {
    .erase(probability: probability, area: 0.02...0.33, ratio: 0.3...3.3)
  }

  /// What torchvision crops unless told otherwise: 8 % of the area and more.
  package static let resizedCrop = Augmentation.resizedCrop(area: 0.08...1, ratio: 3.0 / 4...4.0 / 3)

  /// Whether an image leaves in the size that the network takes, whatever its own was.
  package var resizes: Bool { if case .resizedCrop = self { true } else { false } }
}

/// How far colours move, as torchvision's `ColorJitter` takes it: a factor is drawn from 1 − x to 1 + x and never below 0,
/// a turn of the hue from −x to x, of at most half.
package struct ColorJitter: Hashable, Sendable {
  package var brightness: Double
  package var contrast: Double
  package var saturation: Double
  package var hue: Double

  /// Colours that stay, but for those named.
  package init(brightness: Double = 0, contrast: Double = 0, saturation: Double = 0, hue: Double = 0) {
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    self.hue = hue
  }
}

/// The size of the images that a network takes, in pixels.
package struct ImageSize: Hashable, Sendable {
  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }
}

extension [Augmentation] {
  /// An image after all of them in their order.
  ///
  /// - Parameters:
  ///   - size: What `resizedCrop` makes of an image.
  ///   - interpolation: How it resizes.
  ///   - generator: What is drawn: one for each image and epoch.
  package func apply(
    to image: Image, size: ImageSize, interpolation: Interpolation, generator: CounterGenerator
  ) -> Image {
    enumerated().reduce(image) { image, augmentation in
      augmentation.element.apply(
        to: image, size: size, interpolation: interpolation, Draws(generator.at(augmentation.offset)))
    }
  }
}

extension Augmentation {
  fileprivate func apply(
    to image: Image, size: ImageSize, interpolation: Interpolation, _ draws: Draws
  ) -> Image {
    var draws = draws
    switch self {
    case .flip(let probability): return draws.happens(probability) ? image.mirrored : image
    case .flipVertically(let probability): return draws.happens(probability) ? image.upsideDown : image
    case .paddedCrop(let padding):
      let (left, top) = (draws.integer(through: 2 * padding), draws.integer(through: 2 * padding))
      return image.shifted(left: left - padding, top: top - padding)
    case .resizedCrop(let area, let ratio):
      return image.part(draws.part(of: image, area: area, ratio: ratio))
        .resized(width: size.width, height: size.height, interpolation)
    case .rotate(let degrees):
      return image.turned(degrees: draws.uniform(-degrees, degrees), isBilinear: true)
    case .color(let jitter): return jitter.apply(to: image, &draws)
    case .lighting(let deviation):
      guard image.channels == 3 else { return image }
      return image.lit(by: (0..<3).map { _ in deviation * draws.normal() })
    case .erase(let probability, let area, let ratio):
      guard draws.happens(probability) else { return image }
      return draws.erased(in: image, area: area, ratio: ratio).map(image.blackened) ?? image
    case .randAugment(let operations, let magnitude):
      return (0..<operations).reduce(image) { image, _ in
        let operation = draws.element(of: PolicyOperation.all)
        let strength = operation.strength(.narrow, bin: magnitude, width: image.width, height: image.height)
        return operation.apply(to: image, operation.isSigned && draws.happens(0.5) ? -strength : strength)
      }
    case .trivialAugment:
      let operation = draws.element(of: PolicyOperation.all)
      let bin = draws.integer(through: PolicyOperation.bins - 1)
      let strength = operation.strength(.wide, bin: bin, width: image.width, height: image.height)
      return operation.apply(to: image, operation.isSigned && draws.happens(0.5) ? -strength : strength)
    }
  }
}

extension ColorJitter {
  fileprivate func apply(to image: Image, _ draws: inout Draws) -> Image {
    func factor(_ deviation: Double) -> Double { draws.uniform(max(0, 1 - deviation), 1 + deviation) }
    let (brightness, contrast, saturation) = (factor(brightness), factor(contrast), factor(saturation))
    let turn = draws.uniform(-hue, hue)
    return draws.permutation(of: 4).reduce(image) { image, change in
      switch change {
      case 0: self.brightness == 0 ? image : image.brightened(by: brightness)
      case 1: self.contrast == 0 ? image : image.contrasted(by: contrast)
      case 2: self.saturation == 0 ? image : image.saturated(by: saturation)
      default: hue == 0 ? image : image.withHueTurned(by: turn)
      }
    }
  }
}

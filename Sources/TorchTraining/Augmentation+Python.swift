import Augmentation
import Blueprints
import Images
import PythonSource

extension Augmentation {
  /// The transform of torchvision that an augmentation is defined by; nil where it does nothing to images of so many
  /// channels.
  ///
  /// - Parameters:
  ///   - size: Height and width that the network takes.
  ///   - interpolation: How parts are resized, as an argument; nil for what torchvision does anyway.
  func python(channels: Int, size: PythonExpression, interpolation: PythonArgument?) -> PythonExpression? {
    func call(_ name: String, _ arguments: PythonArgument?...) -> PythonExpression {
      .call("v2.\(name)", arguments.compactMap { $0 })
    }
    func optional(_ label: String, _ value: Double, unless standard: Double) -> PythonArgument? {
      value == standard ? nil : PythonArgument(label, .number(value))
    }
    func optional(
      _ label: String, _ range: ClosedRange<Double>, unless standard: ClosedRange<Double>
    ) -> PythonArgument? {
      range == standard ? nil : PythonArgument(label, .tuple([.number(range.lowerBound), .number(range.upperBound)]))
    }
    switch self {
    case .flip(let probability): return call("RandomHorizontalFlip", optional("p", probability, unless: 0.5))
    case .flipVertically(let probability): return call("RandomVerticalFlip", optional("p", probability, unless: 0.5))
    case .paddedCrop(let padding):
      return call("RandomCrop", PythonArgument(nil, size), PythonArgument("padding", .integer(padding)))
    case .resizedCrop(let area, let ratio):
      return call(
        "RandomResizedCrop", PythonArgument(nil, size), optional("scale", area, unless: 0.08...1),
        optional("ratio", ratio, unless: 3.0 / 4...4.0 / 3), interpolation)
    case .rotate(let degrees):
      return call(
        "RandomRotation", PythonArgument(nil, .number(degrees)),
        PythonArgument("interpolation", .name("v2.InterpolationMode.BILINEAR")))
    case .color(let jitter):
      return call(
        "ColorJitter", optional("brightness", jitter.brightness, unless: 0),
        optional("contrast", jitter.contrast, unless: 0), optional("saturation", jitter.saturation, unless: 0),
        optional("hue", jitter.hue, unless: 0))
    case .lighting(let deviation):
      return channels == 3 ? .call("Lighting", [PythonArgument(nil, .number(deviation))]) : nil
    case .erase(let probability, let area, let ratio):
      return call(
        "RandomErasing", optional("p", probability, unless: 0.5), optional("scale", area, unless: 0.02...0.33),
        optional("ratio", ratio, unless: 0.3...3.3))
    case .randAugment(let operations, let magnitude):
      return call(
        "RandAugment", PythonArgument("num_ops", .integer(operations)), PythonArgument("magnitude", .integer(magnitude))
      )
    case .trivialAugment: return call("TrivialAugmentWide")
    }
  }
}

extension BatchMix {
  /// The transform of torchvision that mixes a batch.
  func python(classes: Int) -> PythonExpression {
    func way(_ name: String, _ alpha: Double) -> PythonExpression {
      // With an α of 0 an image stays as it is, or becomes another as a whole.
      alpha == 0
        ? .call("v2.Identity")
        : .call(
          "v2.\(name)", [PythonArgument("alpha", .number(alpha)), PythonArgument("num_classes", .integer(classes))])
    }
    let ways = [mixup.map { way("MixUp", $0) }, cutmix.map { way("CutMix", $0) }].compactMap { $0 }
    return ways.count == 1 ? ways[0] : .call("v2.RandomChoice", [PythonArgument(nil, .list(ways))])
  }
}

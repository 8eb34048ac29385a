import Images

/// One of the 14 operations of RandAugment and TrivialAugment, as torchvision has them.
enum PolicyOperation: String, CaseIterable, Sendable {
  case identity
  case shearX
  case shearY
  case translateX
  case translateY
  case rotate
  case brightness
  case color
  case contrast
  case sharpness
  case posterize
  case solarize
  case autoContrast
  case equalize

  static let all = allCases
  /// The magnitudes that there are.
  static let bins = 31

  /// How far magnitudes reach.
  enum Space: Sendable {
    /// RandAugment's.
    case narrow
    /// TrivialAugment's.
    case wide
  }

  /// Whether a magnitude goes either way.
  var isSigned: Bool {
    switch self {
    case .shearX, .shearY, .translateX, .translateY, .rotate, .brightness, .color, .contrast, .sharpness: true
    case .identity, .posterize, .solarize, .autoContrast, .equalize: false
    }
  }

  /// What a magnitude from 0 to 30 stands for: a slope, pixels, degrees, a factor's distance from 1, bits or a share of
  /// the greatest sample.
  func strength(_ space: Space, bin: Int, width: Int, height: Int) -> Double {
    let share = Double(bin) / Double(Self.bins - 1)
    let isWide = space == .wide
    switch self {
    case .shearX, .shearY: return share * (isWide ? 0.99 : 0.3)
    case .translateX: return share * (isWide ? 32 : 150.0 / 331 * Double(width))
    case .translateY: return share * (isWide ? 32 : 150.0 / 331 * Double(height))
    case .rotate: return share * (isWide ? 135 : 30)
    case .brightness, .color, .contrast, .sharpness: return share * (isWide ? 0.99 : 0.9)
    case .posterize: return (8 - share * (isWide ? 6 : 4)).rounded(.toNearestOrEven)
    case .solarize: return 1 - share
    case .identity, .autoContrast, .equalize: return 0
    }
  }

  /// The image after it; movements take the nearest pixel and leave black.
  func apply(to image: Image, _ strength: Double) -> Image {
    switch self {
    case .identity: return image
    case .shearX:
      // Lines are sheared from the upper left corner on, not from the centre.
      let map = AffineMap(xy: strength, x: strength * Double(image.height) / 2)
      return image.mapped(map, isBilinear: false)
    case .shearY:
      let map = AffineMap(yx: strength, y: strength * Double(image.width) / 2)
      return image.mapped(map, isBilinear: false)
    case .translateX: return image.shifted(left: -Int(strength), top: 0)
    case .translateY: return image.shifted(left: 0, top: -Int(strength))
    case .rotate: return image.turned(degrees: strength, isBilinear: false)
    case .brightness: return image.brightened(by: 1 + strength)
    case .color: return image.saturated(by: 1 + strength)
    case .contrast: return image.contrasted(by: 1 + strength)
    case .sharpness: return image.sharpened(by: 1 + strength)
    case .posterize:
      let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - Int(strength)))
      return image.mappingSamples { _, sample in sample & mask }
    case .solarize:
      return image.mappingSamples { _, sample in Float(sample) >= Float(255 * strength) ? ~sample : sample }
    case .autoContrast: return image.withFullContrast
    case .equalize: return image.equalized
    }
  }
}

extension Image {
  /// How often each sample occurs in a channel.
  private func histogram(_ channel: Int) -> [Int] {
    var counts = Array(repeating: 0, count: 256)
    for place in stride(from: channel, to: samples.count, by: channels) { counts[Int(samples[place])] += 1 }
    return counts
  }

  /// Each channel stretched from 0 to 255.
  fileprivate var withFullContrast: Image {
    let ranges = (0..<channels).map { channel in
      let counts = histogram(channel)
      return (
        least: Float(counts.firstIndex { $0 > 0 } ?? 0), most: Float(counts.lastIndex { $0 > 0 } ?? 255)
      )
    }
    return mappingSamples { channel, sample in
      let (least, most) = ranges[channel]
      guard most > least else { return sample }
      return UInt8(min(255, max(0, (Float(sample) - least) / ((most - least) * Float(1.0 / 255)))))
    }
  }

  /// Each channel with its samples spread as evenly as they can be, by Pillow's rule.
  fileprivate var equalized: Image {
    let tables = (0..<channels).map { channel -> [UInt8]? in
      let counts = histogram(channel)
      let step = (width * height - (counts.last { $0 > 0 } ?? 0)) / 255
      guard step > 0 else { return nil }
      var sum = step / 2
      return counts.map { count in
        defer { sum += count }
        return UInt8(min(255, sum / step))
      }
    }
    return mappingSamples { channel, sample in tables[channel].map { $0[Int(sample)] } ?? sample }
  }
}

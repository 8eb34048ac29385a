import Images

// torchvision computes in single precision and cuts fractions off; so do these.

extension Image {
  /// Every sample multiplied by a factor.
  func brightened(by factor: Double) -> Image {
    mappingSamples { _, sample in Self.byte(Float(sample) * Float(factor)) }
  }

  /// Samples moved away from the mean of the image's greys by a factor, or towards it.
  func contrasted(by factor: Double) -> Image {
    let sum = (0..<width * height).reduce(0) { $0 + Int(greyLevel(of: $1)) }
    let mean = Float(Double(sum) / Double(width * height))
    return mappingSamples { _, sample in Self.blend(Float(sample), mean, factor) }
  }

  /// Samples moved away from their pixel's grey by a factor, or towards it; grey images stay as they are.
  func saturated(by factor: Double) -> Image {
    guard channels == 3 else { return self }
    return mappingPixels { red, green, blue in
      let grey = Self.greyLevel(red, green, blue)
      return (
        Self.blend(Float(red), grey, factor), Self.blend(Float(green), grey, factor),
        Self.blend(Float(blue), grey, factor)
      )
    }
  }

  /// The hue turned by a part of the whole circle, from −½ to ½; grey images stay as they are.
  func withHueTurned(by turn: Double) -> Image {
    guard channels == 3 else { return self }
    return mappingPixels { red, green, blue in
      var color = HueSaturationValue(red, green, blue)
      color.turn(by: Float(turn))
      return color.bytes
    }
  }

  /// Samples moved away from a smoothed image by a factor, or towards it; the border stays as it is.
  func sharpened(by factor: Double) -> Image {
    guard width > 2, height > 2 else { return self }
    var result = samples
    let (edge, centre) = (Float(1.0 / 13), Float(5.0 / 13))
    for row in 1..<height - 1 {
      for column in 1..<width - 1 {
        for channel in 0..<channels {
          let place = (row * width + column) * channels + channel
          var smooth: Float = 0
          for dy in -1...1 {
            for dx in -1...1 {
              let weight = dy == 0 && dx == 0 ? centre : edge
              smooth += weight * Float(samples[place + (dy * width + dx) * channels])
            }
          }
          let sample = Float(samples[place])
          let difference = smooth.rounded(.toNearestOrEven) - sample
          result[place] = Self.byte(Self.fused(sample, difference, Float(1 - factor)))
        }
      }
    }
    return Image(width: width, height: height, channels: channels, samples: result)
  }

  /// AlexNet's change of light: multiples of the principal components of ImageNet's colours are added to every pixel.
  ///
  /// Components and deviations are those of Krizhevsky's cuda-convnet, for samples from 0 to 1.
  func lit(by factors: [Double]) -> Image {
    let deviations = [0.2175, 0.0188, 0.0045]
    let components = [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]]
    let added = components.map { row in
      255 * zip(row, zip(deviations, factors)).reduce(0) { $0 + $1.0 * $1.1.0 * $1.1.1 }
    }
    return mappingSamples { channel, sample in
      UInt8(min(255, max(0, (Double(sample) + added[channel]).rounded(.toNearestOrEven))))
    }
  }

  /// Each sample by a table for its channel.
  func mappingSamples(_ transform: (_ channel: Int, _ sample: UInt8) -> UInt8) -> Image {
    let tables = (0..<channels).map { channel in (0...255).map { transform(channel, UInt8($0)) } }
    var result = samples
    for channel in 0..<channels {
      let table = tables[channel]
      for place in stride(from: channel, to: result.count, by: channels) { result[place] = table[Int(result[place])] }
    }
    return Image(width: width, height: height, channels: channels, samples: result)
  }

  private func mappingPixels(_ transform: (UInt8, UInt8, UInt8) -> (UInt8, UInt8, UInt8)) -> Image {
    var result = samples
    for place in stride(from: 0, to: result.count, by: 3) {
      (result[place], result[place + 1], result[place + 2]) = transform(
        result[place], result[place + 1], result[place + 2])
    }
    return Image(width: width, height: height, channels: channels, samples: result)
  }

  /// A pixel's luma, without its fraction.
  private func greyLevel(of pixel: Int) -> Float {
    channels == 1
      ? Float(samples[pixel])
      : Self.greyLevel(samples[3 * pixel], samples[3 * pixel + 1], samples[3 * pixel + 2])
  }

  private static func greyLevel(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Float {
    fused(fused(Float(red) * 0.2989, Float(green), 0.587), Float(blue), 0.114).rounded(.down)
  }

  private static func blend(_ first: Float, _ second: Float, _ factor: Double) -> UInt8 {
    byte(fused(first * Float(factor), second, Float(1 - factor)))
  }

  /// a + b·c, rounded once. Products of two single precisions are exact in double.
  private static func fused(_ a: Float, _ b: Float, _ c: Float) -> Float {
    Float(Double(a) + Double(b) * Double(c))
  }

  private static func byte(_ value: Float) -> UInt8 { UInt8(min(255, max(0, value))) }
}

/// A colour by its hue, as a part of the circle, its saturation and its value, all from 0 to 1 in single precision.
struct HueSaturationValue {
  private var hue: Float
  private var saturation: Float
  private var value: Float

  init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    let scale = Float(1.0 / 255)
    let (red, green, blue) = (Float(red) * scale, Float(green) * scale, Float(blue) * scale)
    let (most, least) = (max(red, green, blue), min(red, green, blue))
    value = most
    guard most != least else {
      (hue, saturation) = (0, 0)
      return
    }
    let range = most - least
    saturation = range / most
    let (toRed, toGreen, toBlue) = ((most - red) / range, (most - green) / range, (most - blue) / range)
    let sixths = most == red ? toBlue - toGreen : most == green ? toRed + 2 - toBlue : toGreen + 4 - toRed
    hue = (sixths * Float(1.0 / 6) + 1).truncatingRemainder(dividingBy: 1)
  }

  mutating func turn(by turn: Float) {
    hue = (hue + turn).truncatingRemainder(dividingBy: 1)
    if hue < 0 { hue += 1 }
  }

  /// Red, green and blue.
  var bytes: (UInt8, UInt8, UInt8) {
    let sixths = hue * 6
    let whole = sixths.rounded(.down)
    let part = saturation * (sixths - whole)
    let steps: Float = 255 + 1 - 1e-3
    func sample(_ value: Float) -> UInt8 { UInt8(min(1, max(0, value)) * steps) }
    let (full, none) = (sample(value), sample((1 - saturation) * value))
    let (falling, rising) = (sample((1 - part) * value), sample((part + (1 - saturation)) * value))
    switch Int(whole) % 6 {
    case 0: return (full, rising, none)
    case 1: return (falling, full, none)
    case 2: return (none, full, rising)
    case 3: return (none, falling, full)
    case 4: return (rising, none, full)
    default: return (full, none, falling)
    }
  }
}

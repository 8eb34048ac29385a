import Tensors

/// How an image becomes a network's input: set upright where it is asked for, colours, resize, crop, then numbers.
///
/// The sizes and offsets are those of torchvision's `Resize` and `CenterCrop`, the numbers those of `ToTensor` and
/// `Normalize` in single precision.
package struct ImagePreprocessing: Equatable, Sendable {
  /// The size before cropping.
  package enum Size: Equatable, Sendable {
    /// The shorter side, the other in proportion and rounded down.
    case shorterSide(Int)
    case exact(height: Int, width: Int)
  }

  /// The order of the colours in the network's input.
  package enum ChannelOrder: String, Sendable {
    case rgb
    case bgr
  }

  /// Height and width of the part that is kept.
  package struct Crop: Equatable, Sendable {
    package var height: Int
    package var width: Int

    package init(height: Int, width: Int) {
      self.height = height
      self.width = width
    }
  }

  /// Whether images are set upright as EXIF says; else they stay as they lie in their files.
  package var orients = false
  package var resize: Size?
  /// The part around the centre that is kept after resizing.
  package var crop: Crop?
  package var interpolation = Interpolation.bilinear
  /// What a sample of 0 to 255 is multiplied by; nil divides it by 255.
  package var scale: Double?
  /// Subtracted from the scaled samples: nothing, one number, or one for each channel in the network's order.
  package var mean: [Double] = []
  /// What the difference is divided by: nothing, one number, or one for each channel.
  package var deviation: [Double] = []
  package var order = ChannelOrder.rgb

  /// Samples divided by 255, and nothing else.
  package init() {}

  /// The tensor 1×C×H×W of an image for a network that takes `channels`×`height`×`width`; `name` stands for the image
  /// in messages.
  ///
  /// - Throws: `ImageError` if the image does not become of that size, would be too large on the way, or the network
  ///   takes another number of channels than 1 and 3.
  package func tensor(
    of image: Image, name: String, channels: Int, height: Int, width: Int, limits: ImageLimits = ImageLimits()
  ) throws(ImageError) -> Tensor {
    let image = try fitted(image, name: name, channels: channels, height: height, width: width, limits: limits)
    try requireMemory(for: image.width * image.height * image.channels, bytesEach: 4, limit: limits.memory, name)
    var tensor = Tensor(zeros: [1, channels, height, width])
    tensor.withUnsafeMutableBufferPointer { write(image, to: $0) }
    return tensor
  }

  /// An image in a network's colours and size, resized and cropped, its samples still bytes.
  ///
  /// - Throws: `ImageError` as `tensor` does.
  package func fitted(
    _ image: Image, name: String, channels: Int, height: Int, width: Int, limits: ImageLimits = ImageLimits()
  ) throws(ImageError) -> Image {
    var image = try coloured(image, name: name, channels: channels, limits: limits)
    let original = "\(image.height)×\(image.width)"
    image = try resized(image, name, limits)
    if let crop {
      guard crop.width <= image.width, crop.height <= image.height else {
        throw ImageError(
          .unsuitable, file: name,
          "is \(image.height)×\(image.width) pixels, less than the part of \(crop.height)×\(crop.width) that "
            + "`preprocess` crops; \(resize == nil ? "write `resize` in it" : "`resize` has to be larger")")
      }
      image = image.centre(width: crop.width, height: crop.height)
    }
    guard image.width == width, image.height == height else {
      let found = resize == nil && crop == nil ? original : "\(image.height)×\(image.width) after `preprocess`"
      throw ImageError(
        .unsuitable, file: name,
        "is \(found), height by width, but the network takes \(height)×\(width); "
          + "`preprocess: {resize: [\(height), \(width)]}` in the spec would fit any image")
    }
    return image
  }

  /// An image in as many channels as a network takes, upright if it is to be.
  ///
  /// - Throws: `ImageError` if those are neither 1 nor 3, the numbers to normalize by are not as many, or there is no memory
  ///   for the image once more.
  package func coloured(
    _ image: Image, name: String, channels: Int, limits: ImageLimits = ImageLimits()
  ) throws(ImageError) -> Image {
    guard channels == 1 || channels == 3 else {
      throw ImageError(
        .unsuitable, file: name, "has 1 or 3 channels, as images do, but the network takes \(channels)")
    }
    guard mean.isOneOrEach(channels), deviation.isOneOrEach(channels) else {
      throw ImageError(
        .unsuitable, file: name,
        "has \(channels) channels for the network, but `mean` and `std` have \(mean.count) and \(deviation.count) numbers"
      )
    }
    let isTurned = orients && image.orientation != .upright
    if isTurned { try requireMemory(for: image.samples.count, bytesEach: 1, limit: limits.memory, name) }
    let image = isTurned ? image.upright : image
    return channels == 1 ? image.grey : image.rgb
  }

  private func resized(_ image: Image, _ name: String, _ limits: ImageLimits) throws(ImageError) -> Image {
    let (width, height): (Int, Int)
    switch resize {
    case nil: return image
    case .exact(let newHeight, let newWidth)?: (width, height) = (newWidth, newHeight)
    case .shorterSide(let side)?:
      let longer = max(image.width, image.height).multipliedReportingOverflow(by: side)
      let other = longer.overflow ? Int.max : longer.partialValue / min(image.width, image.height)
      (width, height) = image.width <= image.height ? (side, other) : (other, side)
    }
    // Rows are resized first, so there is an image of the new width and the old height on the way.
    let pixels = width.multipliedReportingOverflow(by: max(height, image.height))
    guard !pixels.overflow, pixels.partialValue <= limits.pixels else {
      throw ImageError(
        .limit, file: name,
        "is \(image.height)×\(image.width) pixels and would be resized to \(height)×\(width), by way of more than "
          + "\(limits.pixels) pixels")
    }
    try requireMemory(for: pixels.partialValue * image.channels, bytesEach: 2, limit: limits.memory, name)
    return image.resized(width: width, height: height, interpolation)
  }

  /// Writes an image's samples as numbers, scaled and normalized: C×H×W, as many as the image has samples.
  package func write(_ image: Image, to elements: UnsafeMutableBufferPointer<Float>) {
    let (area, channels) = (image.width * image.height, image.channels)
    precondition(elements.count == area * channels, "an image's numbers are as many as its samples")
    image.samples.withUnsafeBufferPointer { samples in
      for channel in 0..<channels {
        let table = values(channel: channel)
        let source = order == .rgb ? channel : channels - 1 - channel
        for pixel in 0..<area {
          elements[channel * area + pixel] = table[Int(samples[pixel * channels + source])]
        }
      }
    }
  }

  /// What each of the 256 samples becomes in a channel.
  private func values(channel: Int) -> [Float] {
    (0..<256).map { sample in
      var value = scale.map { Float(sample) * Float($0) } ?? Float(sample) / 255
      if !mean.isEmpty { value -= Float(mean[mean.count == 1 ? 0 : channel]) }
      if !deviation.isEmpty { value /= Float(deviation[deviation.count == 1 ? 0 : channel]) }
      return value
    }
  }
}

extension [Double] {
  fileprivate func isOneOrEach(_ channels: Int) -> Bool { isEmpty || count == 1 || count == channels }
}

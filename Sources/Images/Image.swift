/// A picture of 8-bit samples: grey, or red, green and blue.
package struct Image: Equatable, Sendable {
  /// In pixels.
  package let width: Int
  /// In pixels.
  package let height: Int
  /// 1 (grey) or 3 (red, green, blue).
  package let channels: Int
  /// Rows from the top, pixels from the left, the channels of a pixel beside each other: height×width×channels.
  package let samples: [UInt8]
  /// How the samples lie; nothing but `upright` turns them, and what is made of them has none.
  package let orientation: Orientation

  /// An image of the given samples, as many as its size says.
  package init(
    width: Int, height: Int, channels: Int, samples: [UInt8], orientation: Orientation = .upright
  ) {
    precondition(width > 0 && height > 0 && (channels == 1 || channels == 3), "an image has pixels of 1 or 3 channels")
    precondition(samples.count == width * height * channels, "the samples do not fill the image")
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
    self.orientation = orientation
  }

  /// The image in shades of grey: luma by ITU-R BT.601, rounded in 16-bit fixed point as Pillow's `convert("L")` does it.
  package var grey: Image {
    guard channels == 3 else { return self }
    let count = width * height
    let grey = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      samples.withUnsafeBufferPointer { samples in
        for pixel in 0..<count {
          let (red, green, blue) = (samples[pixel * 3], samples[pixel * 3 + 1], samples[pixel * 3 + 2])
          let sum = UInt32(red) * 19595 + UInt32(green) * 38470 + UInt32(blue) * 7471 + 0x8000
          buffer[pixel] = UInt8(truncatingIfNeeded: sum >> 16)
        }
      }
      initialized = count
    }
    return Image(width: width, height: height, channels: 1, samples: grey)
  }

  /// The image with three channels; grey ones are repeated.
  package var rgb: Image {
    guard channels == 1 else { return self }
    let count = width * height * 3
    let rgb = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count { buffer[index] = samples[index / 3] }
      initialized = count
    }
    return Image(width: width, height: height, channels: 3, samples: rgb)
  }

  /// The part of a size around the centre. Where the margins cannot be equal, the offset is rounded to even, as
  /// torchvision's `CenterCrop` has it. The part must not be larger than the image.
  package func centre(width newWidth: Int, height newHeight: Int) -> Image {
    precondition(newWidth <= width && newHeight <= height, "the part is larger than the image")
    if newWidth == width, newHeight == height { return self }
    let left = Int((Double(width - newWidth) / 2).rounded(.toNearestOrEven))
    let top = Int((Double(height - newHeight) / 2).rounded(.toNearestOrEven))
    var part: [UInt8] = []
    part.reserveCapacity(newWidth * newHeight * channels)
    for row in top..<(top + newHeight) {
      let start = (row * width + left) * channels
      part += samples[start..<(start + newWidth * channels)]
    }
    return Image(width: newWidth, height: newHeight, channels: channels, samples: part)
  }
}

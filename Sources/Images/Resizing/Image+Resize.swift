extension Image {
  /// The image in another size, bit for bit what Pillow's `resize` up to version 12 makes of it: rows first, rounded to 8
  /// bits, then columns. (Pillow 13 often begins with the columns where the height shrinks and the proportion changes, which
  /// rounds otherwise.)
  package func resized(width newWidth: Int, height newHeight: Int, _ interpolation: Interpolation) -> Image {
    precondition(newWidth > 0 && newHeight > 0, "an image has pixels")
    if newWidth == width, newHeight == height { return self }
    if interpolation == .nearest { return nearest(width: newWidth, height: newHeight) }
    var image = self
    if newWidth != width { image = image.withRowsResampled(to: newWidth, interpolation) }
    if newHeight != height { image = image.withColumnsResampled(to: newHeight, interpolation) }
    return image
  }

  private func withRowsResampled(to newWidth: Int, _ interpolation: Interpolation) -> Image {
    let weights = ResamplingWeights(interpolation, from: width, to: newWidth)
    let count = newWidth * height * channels
    let result = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      samples.withUnsafeBufferPointer { samples in
        weights.values.withUnsafeBufferPointer { values in
          var target = 0
          for row in 0..<height {
            for (pixel, range) in weights.ranges.enumerated() {
              for channel in 0..<channels {
                var sum = Int32(1) << (ResamplingWeights.precision - 1)
                var source = (row * width + range.start) * channels + channel
                for index in (pixel * weights.width)..<(pixel * weights.width + range.count) {
                  sum &+= Int32(samples[source]) &* values[index]
                  source += channels
                }
                buffer[target] = ResamplingWeights.sample(sum)
                target += 1
              }
            }
          }
        }
      }
      initialized = count
    }
    return Image(width: newWidth, height: height, channels: channels, samples: result)
  }

  private func withColumnsResampled(to newHeight: Int, _ interpolation: Interpolation) -> Image {
    let weights = ResamplingWeights(interpolation, from: height, to: newHeight)
    let stride = width * channels
    let count = stride * newHeight
    let result = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      // A whole row at a time, since memory is read in rows.
      var sums = [Int32](repeating: 0, count: stride)
      samples.withUnsafeBufferPointer { samples in
        sums.withUnsafeMutableBufferPointer { sums in
          for (row, range) in weights.ranges.enumerated() {
            sums.update(repeating: 1 << (ResamplingWeights.precision - 1))
            for index in 0..<range.count {
              let weight = weights.values[row * weights.width + index]
              let source = (range.start + index) * stride
              for column in 0..<stride { sums[column] &+= Int32(samples[source + column]) &* weight }
            }
            for column in 0..<stride { buffer[row * stride + column] = ResamplingWeights.sample(sums[column]) }
          }
        }
      }
      initialized = count
    }
    return Image(width: width, height: newHeight, channels: channels, samples: result)
  }

  /// Pillow steps through the old image by repeated addition, which decides between two pixels at their edge.
  private func nearest(width newWidth: Int, height newHeight: Int) -> Image {
    func steps(from old: Int, to new: Int) -> [Int] {
      let step = Double(old) / Double(new)
      var position = step * 0.5
      return (0..<new).map { _ in
        defer { position += step }
        return min(old - 1, Int(position))
      }
    }
    let columns = steps(from: width, to: newWidth)
    var result: [UInt8] = []
    result.reserveCapacity(newWidth * newHeight * channels)
    for row in steps(from: height, to: newHeight) {
      for column in columns {
        let start = (row * width + column) * channels
        result += samples[start..<(start + channels)]
      }
    }
    return Image(width: newWidth, height: newHeight, channels: channels, samples: result)
  }
}

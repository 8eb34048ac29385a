import Images

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Image {
  /// An image of the same size whose pixels come from places of this one; nil stands for black.
  private func movingPixels(_ source: (_ row: Int, _ column: Int) -> Int?) -> Image {
    let moved = [UInt8](unsafeUninitializedCapacity: samples.count) { buffer, count in
      samples.withUnsafeBufferPointer { samples in
        var target = 0
        for row in 0..<height {
          for column in 0..<width {
            let place = source(row, column)
            for channel in 0..<channels {
              buffer[target] = place.map { samples[$0 * channels + channel] } ?? 0
              target += 1
            }
          }
        }
      }
      count = samples.count
    }
    return Image(width: width, height: height, channels: channels, samples: moved)
  }

  /// Left to right.
  var mirrored: Image { movingPixels { row, column in row * width + width - 1 - column } }

  /// Top to bottom.
  var upsideDown: Image { movingPixels { row, column in (height - 1 - row) * width + column } }

  /// Moved to the left and up by a number of pixels, black where there was nothing.
  func shifted(left: Int, top: Int) -> Image {
    movingPixels { row, column in
      let (row, column) = (row + top, column + left)
      return 0..<height ~= row && 0..<width ~= column ? row * width + column : nil
    }
  }

  /// A part on its own.
  func part(_ part: ImagePart) -> Image {
    var cut: [UInt8] = []
    cut.reserveCapacity(part.width * part.height * channels)
    for row in part.top..<part.top + part.height {
      let start = (row * width + part.left) * channels
      cut += samples[start..<start + part.width * channels]
    }
    return Image(width: part.width, height: part.height, channels: channels, samples: cut)
  }

  /// With a part in black.
  func blackened(_ part: ImagePart) -> Image {
    movingPixels { row, column in
      part.top..<part.top + part.height ~= row && part.left..<part.left + part.width ~= column
        ? nil : row * width + column
    }
  }

  /// Turned counterclockwise around the centre, in the same size, black where there was nothing. By 180° and, if it is
  /// square, by quarter turns, pixels only move.
  func turned(degrees: Double, isBilinear: Bool) -> Image {
    let rest = degrees.truncatingRemainder(dividingBy: 360)
    let angle = rest < 0 ? rest + 360 : rest
    switch angle {
    case 0: return self
    case 180: return movingPixels { row, column in (height - 1 - row) * width + width - 1 - column }
    case 90 where width == height: return movingPixels { row, column in column * width + width - 1 - row }
    case 270 where width == height: return movingPixels { row, column in (height - 1 - column) * width + row }
    default:
      let radians = -angle * Double.pi / 180
      return mapped(
        AffineMap(xx: cos(radians), xy: sin(radians), yx: -sin(radians), yy: cos(radians)), isBilinear: isBilinear)
    }
  }

  /// Each pixel from where a map leads from it, both from the image's centre; black outside.
  ///
  /// As PyTorch's `grid_sample` without aligned corners: coordinates in single precision, a pixel's neighbours outside
  /// of the image count as black.
  func mapped(_ map: AffineMap, isBilinear: Bool) -> Image {
    let (halfWidth, halfHeight) = (Float(0.5 * Double(width)), Float(0.5 * Double(height)))
    /// The map's coefficients in units of half the image's size, as `affine_grid` has them.
    let x = (Float(map.xx) / halfWidth, Float(map.xy) / halfWidth, Float(map.x) / halfWidth)
    let y = (Float(map.yx) / halfHeight, Float(map.yy) / halfHeight, Float(map.y) / halfHeight)
    func place(_ row: Int, _ column: Int) -> (x: Float, y: Float) {
      let (dx, dy) = (Float(column) - Float(width - 1) * 0.5, Float(row) - Float(height - 1) * 0.5)
      let (gridX, gridY) = (dx * x.0 + dy * x.1 + x.2, dx * y.0 + dy * y.1 + y.2)
      return (((gridX + 1) * Float(width) - 1) / 2, ((gridY + 1) * Float(height) - 1) / 2)
    }
    guard isBilinear else {
      return movingPixels { row, column in
        let place = place(row, column)
        let (x, y) = (place.x.rounded(.toNearestOrEven), place.y.rounded(.toNearestOrEven))
        guard x >= 0, y >= 0, x < Float(width), y < Float(height) else { return nil }
        return Int(y) * width + Int(x)
      }
    }
    var result: [UInt8] = []
    result.reserveCapacity(samples.count)
    for row in 0..<height {
      for column in 0..<width {
        let place = place(row, column)
        let (left, top) = (place.x.rounded(.down), place.y.rounded(.down))
        let (right, bottom) = (place.x - left, place.y - top)
        for channel in 0..<channels {
          var sum: Float = 0
          for (dy, weightY) in [(0, 1 - bottom), (1, bottom)] {
            for (dx, weightX) in [(0, 1 - right), (1, right)] {
              sum += weightX * weightY * sample(Int(top) + dy, Int(left) + dx, channel)
            }
          }
          result.append(UInt8(min(255, max(0, sum.rounded(.toNearestOrEven)))))
        }
      }
    }
    return Image(width: width, height: height, channels: channels, samples: result)
  }

  private func sample(_ row: Int, _ column: Int, _ channel: Int) -> Float {
    guard 0..<height ~= row, 0..<width ~= column else { return 0 }
    return Float(samples[(row * width + column) * channels + channel])
  }
}

/// x′ = xx·x + xy·y + x₀ and y′ = yx·x + yy·y + y₀, in pixels from an image's centre.
struct AffineMap {
  var xx = 1.0
  var xy = 0.0
  var x = 0.0
  var yx = 0.0
  var yy = 1.0
  var y = 0.0
}

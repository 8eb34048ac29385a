/// Copies of the same elements in another order.
extension Plain {
  /// Consecutive channels or features, `[N, C, …]` → `[N, channels, …]`.
  package static func channelSlice<T: PlainTensor>(_ input: T, channels: Range<Int>) -> T {
    copyChannels(input, count: channels.count) { channels.lowerBound + $0 }
  }

  /// Interleaves groups of channels; the shape stays. Channel `g·(C / groups) + i` becomes channel `i·groups + g`.
  package static func channelShuffle<T: PlainTensor>(_ input: T, groups: Int) -> T {
    let perGroup = input.channels / groups
    return copyChannels(input, count: input.channels) { $0 % groups * perGroup + $0 / groups }
  }

  /// Zero channels before and after, `[N, C, H, W]` → `[N, before + C + after, H, W]`.
  package static func padChannels<T: PlainTensor>(_ input: T, before: Int, after: Int) -> T {
    let channels = input.channels
    return copyChannels(input, count: before + channels + after) {
      0..<channels ~= $0 - before ? $0 - before : nil
    }
  }

  /// Channels of which a closure says where each comes from; zeros where it says nothing.
  private static func copyChannels<T: PlainTensor>(_ input: T, count: Int, from source: (Int) -> Int?) -> T {
    let planes = input.planes
    let shape = [planes.images, count] + input.shape.dropFirst(2)
    return input.making(Array(shape)) { input, output in
      for channel in 0..<count {
        guard let origin = source(channel) else { continue }
        for n in 0..<planes.images {
          let from = (n * planes.channels + origin) * planes.pixels
          let to = (n * count + channel) * planes.pixels
          for pixel in 0..<planes.pixels { output[to + pixel] = input[from + pixel] }
        }
      }
    }
  }

  /// A part of the maps, `[N, C, H, W]` → `[N, C, rows, columns]`.
  package static func crop<T: PlainTensor>(_ input: T, rows: Range<Int>, columns: Range<Int>) -> T {
    copyPixels(input, rows: Array(rows), columns: Array(columns), elsewhere: 0)
  }

  /// Rows and columns around the maps, `[N, C, H, W]` → `[N, C, top + H + bottom, left + W + right]`.
  package static func pad<T: PlainTensor>(
    _ input: T, top: Int, bottom: Int, left: Int, right: Int, mode: PadMode
  ) -> T {
    var constant = 0.0
    if case .constant(let value) = mode { constant = value }
    return copyPixels(
      input, rows: (-top..<input.height + bottom).map { mode.source(of: $0, in: input.height) },
      columns: (-left..<input.width + right).map { mode.source(of: $0, in: input.width) }, elsewhere: T.Scalar(constant)
    )
  }

  /// The pixels at the given rows and columns, and a constant where there is none.
  private static func copyPixels<T: PlainTensor>(_ input: T, rows: [Int?], columns: [Int?], elsewhere: T.Scalar) -> T {
    let (height, width) = (input.height, input.width)
    let shape = [input.shape[0], input.channels, rows.count, columns.count]
    return input.making(shape) { input, output in
      var next = 0
      for plane in 0..<shape[0] * shape[1] {
        for row in rows {
          for column in columns {
            if let row, let column {
              output[next] = input[(plane * height + row) * width + column]
            } else {
              output[next] = elsewhere
            }
            next += 1
          }
        }
      }
    }
  }
}

/// What the rows and columns around padded maps hold.
package enum PadMode: Hashable, Sendable {
  case constant(Double)
  /// The maps mirrored, without the edge pixel itself.
  case reflect
  /// The edge pixel.
  case replicate
  /// The other side of the maps.
  case circular

  /// The row that stands at a position from before the first to behind the last; nil for the constant.
  package func source(of position: Int, in size: Int) -> Int? {
    switch self {
    case .constant: 0..<size ~= position ? position : nil
    case .reflect: position < 0 ? -position : position < size ? position : 2 * (size - 1) - position
    case .replicate: min(max(position, 0), size - 1)
    case .circular: (position + size) % size
    }
  }
}

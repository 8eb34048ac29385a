/// A run of output pixels of a convolution with the input under their taps, in an order that the inner loop reads from
/// start to end.
///
/// The pixels fill the lanes of vectors, so one tap of eight pixels is multiplied by one weight. Gathering the input
/// first makes strides, dilation and padding no concern of that loop, and needs no padded copy of the maps.
struct ConvolutionTile<Scalar: PlainScalar> {
  typealias Lanes = SIMD8<Scalar>

  static var strips: Int { 4 }
  static var pixels: Int { strips * Lanes.scalarCount }
  /// Taps are summed in runs of this length and the runs' sums then added: in one long sum the rounding of thousands of
  /// additions to an ever larger number would add up.
  private static var tapsPerSum: Int { 64 }

  private let window: SlidingWindow
  private let height: Int
  private let width: Int
  /// The first output pixel, and how many of the tile there are.
  private var start = 0
  private var valid = 0
  /// For each tap of the window and each pixel the place in the input's channel; −1 in the padding: `[area, pixels]`.
  private var sources: [Int]
  /// The input under each tap: `[strip, channel, area]`.
  private var columns: [Lanes] = []
  /// Taps of all channels: the length of a strip.
  private var taps = 0

  init(window: SlidingWindow, height: Int, width: Int) {
    self.window = window
    self.height = height
    self.width = width
    sources = Array(repeating: -1, count: window.area * Self.pixels)
  }

  /// Moves the tile to the output pixels from `start` on, in row-major order.
  mutating func place(at start: Int) {
    self.start = start
    valid = min(Self.pixels, window.outputs - start)
    let (rows, columns) = (window.vertical, window.horizontal)
    for pixel in 0..<Self.pixels {
      let (row, column) = (start + pixel).quotientAndRemainder(dividingBy: columns.outputs)
      let (top, left) = (rows.start(of: row), columns.start(of: column))
      for tap in 0..<window.area {
        let y = top + tap / columns.kernel * rows.dilation
        let x = left + tap % columns.kernel * columns.dilation
        let isInside = pixel < valid && 0..<height ~= y && 0..<width ~= x
        sources[tap * Self.pixels + pixel] = isInside ? y * width + x : -1
      }
    }
  }

  /// Reads the input under every tap, for the given channels of one image `[C, H, W]`.
  mutating func gather(_ channels: [Int], of image: UnsafeBufferPointer<Scalar>) {
    taps = channels.count * window.area
    if columns.count < taps * Self.strips { columns = Array(repeating: .zero, count: taps * Self.strips) }
    let (area, taps, plane) = (window.area, taps, height * width)
    sources.withUnsafeBufferPointer { sources in
      columns.withUnsafeMutableBufferPointer { columns in
        for (position, channel) in channels.enumerated() {
          let maps = UnsafeBufferPointer(rebasing: image[channel * plane..<(channel + 1) * plane])
          for tap in 0..<area {
            for strip in 0..<Self.strips {
              var lanes = Lanes.zero
              for lane in 0..<Lanes.scalarCount {
                let source = sources[tap * Self.pixels + strip * Lanes.scalarCount + lane]
                lanes[lane] = source < 0 ? 0 : maps[source]
              }
              columns[strip * taps + position * area + tap] = lanes
            }
          }
        }
      }
    }
  }

  /// Multiplies what was gathered by the weights of a bundle's outputs, four at a time, into an image `[out, H', W']`.
  func multiply(
    _ bundle: ConvolutionBundle, weights: UnsafeBufferPointer<Scalar>, biases: UnsafeBufferPointer<Scalar>,
    into image: UnsafeMutableBufferPointer<Scalar>
  ) {
    columns.withUnsafeBufferPointer { columns in
      for first in stride(from: bundle.outputs.lowerBound, to: bundle.outputs.upperBound, by: 4) {
        let count = min(4, bundle.outputs.upperBound - first)
        let rows = bundle.weights + (first - bundle.outputs.lowerBound) * taps
        // Where fewer than four outputs are left, the last is computed again in place of the others.
        let (w1, w2, w3) = (min(1, count - 1) * taps, min(2, count - 1) * taps, min(3, count - 1) * taps)
        let weights = UnsafeBufferPointer(rebasing: weights[rows..<rows + count * taps])
        for strip in 0..<Self.strips where strip * Lanes.scalarCount < valid {
          let column = UnsafeBufferPointer(rebasing: columns[strip * taps..<(strip + 1) * taps])
          var (y0, y1, y2, y3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
          for start in stride(from: 0, to: taps, by: Self.tapsPerSum) {
            var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
            for tap in start..<min(start + Self.tapsPerSum, taps) {
              let x = column[tap]
              s0 += x * weights[tap]
              s1 += x * weights[w1 + tap]
              s2 += x * weights[w2 + tap]
              s3 += x * weights[w3 + tap]
            }
            y0 += s0
            y1 += s1
            y2 += s2
            y3 += s3
          }
          store(y0 + biases[first], strip: strip, output: first, into: image)
          if count > 1 { store(y1 + biases[first + 1], strip: strip, output: first + 1, into: image) }
          if count > 2 { store(y2 + biases[first + 2], strip: strip, output: first + 2, into: image) }
          if count > 3 { store(y3 + biases[first + 3], strip: strip, output: first + 3, into: image) }
        }
      }
    }
  }

  private func store(_ lanes: Lanes, strip: Int, output: Int, into image: UnsafeMutableBufferPointer<Scalar>) {
    let first = strip * Lanes.scalarCount
    let target = output * window.outputs + start + first
    for lane in 0..<min(Lanes.scalarCount, valid - first) { image[target + lane] = lanes[lane] }
  }
}

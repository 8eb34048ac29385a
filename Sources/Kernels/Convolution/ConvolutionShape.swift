import Tensors

/// The sizes of a convolution, on which the time of each algorithm depends: what measurements are kept by.
package struct ConvolutionShape: Hashable, Sendable {
  package var images: Int
  package var channels: Int
  package var height: Int
  package var width: Int
  package var outputs: Int
  package var groups: Int
  package var window: SlidingWindow

  package init(_ convolution: Convolution) {
    let input = convolution.input
    (images, channels, height, width) = (input.images, input.channels, input.height, input.width)
    (outputs, groups, window) = (convolution.output.channels, convolution.groups, convolution.window)
  }
}

extension ConvolutionShape: LosslessStringConvertible {
  private static let numbers = 18

  /// Eighteen numbers in ASCII, with spaces between: the sizes in their order, then the window's, down and across.
  package var description: String {
    let axes = [window.vertical, window.horizontal].flatMap {
      [$0.kernel, $0.stride, $0.dilation, $0.before, $0.after, $0.outputs]
    }
    return ([images, channels, height, width, outputs, groups] + axes).map(String.init).joined(separator: " ")
  }

  /// Nil for what is no description of a shape.
  package init?(_ description: String) {
    let numbers = description.split(separator: " ", omittingEmptySubsequences: false).compactMap { Int32($0) }
      .map(Int.init)
    guard numbers.count == Self.numbers else { return nil }
    (images, channels, height, width) = (numbers[0], numbers[1], numbers[2], numbers[3])
    (outputs, groups) = (numbers[4], numbers[5])
    func axis(_ first: Int) -> SlidingWindow.Axis {
      SlidingWindow.Axis(
        kernel: numbers[first], stride: numbers[first + 1], dilation: numbers[first + 2], before: numbers[first + 3],
        after: numbers[first + 4], outputs: numbers[first + 5])
    }
    window = SlidingWindow(vertical: axis(6), horizontal: axis(12))
    guard self.description == description else { return nil }
  }
}

extension ConvolutionAlgorithm: LosslessStringConvertible {
  /// One word of ASCII: `direct`, `winograd:4x4` for tiles of 4 by 4 outputs.
  package var description: String {
    switch self {
    case .direct: "direct"
    case .winograd(let tile): "winograd:\(tile.rows)x\(tile.columns)"
    case .strassen: "strassen"
    case .grouped: "grouped"
    case .depthwise: "depthwise"
    case .planar: "planar"
    case .linear: "linear"
    case .sparse: "sparse"
    }
  }

  /// Nil for a word that names no algorithm.
  package init?(_ description: String) {
    let sides = [1, 2, 4, 6]
    let tiles = sides.flatMap { rows in sides.map { WinogradTile(rows: rows, columns: $0) } }
    let all =
      [.direct, .strassen, .grouped, .depthwise, .planar, .linear, .sparse]
      + tiles.map { ConvolutionAlgorithm.winograd($0) }
    guard let algorithm = all.first(where: { $0.description == description }) else { return nil }
    self = algorithm
  }
}

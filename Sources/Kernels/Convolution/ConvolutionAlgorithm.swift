/// How a convolution is computed.
package enum ConvolutionAlgorithm: Hashable, Sendable {
  /// `DirectConvolution`: every convolution.
  case direct
  /// `WinogradConvolution`: stride 1 and one group, and kernels of 3×3, 5×5, 1×3, 1×5, 1×7 and these turned.
  case winograd(WinogradTile)
  /// `GroupedConvolution`: groups of few channels.
  case grouped
  /// `DepthwiseConvolution`: a group for each channel.
  case depthwise
  /// `PlanarConvolution`: the first of a network.
  case planar
  /// `LinearKernel`: one pixel.
  case linear
}

extension ConvolutionAlgorithm {
  /// What is worth measuring for a convolution, the rule's choice among it: alternatives of equal results but for
  /// rounding. `isPlanar` says that the input is a network's own, `[N, C, H, W]`, which only a convolution of one group
  /// can read.
  package static func candidates(for convolution: Convolution, isPlanar: Bool = false) -> [ConvolutionAlgorithm] {
    if isPlanar { return [.planar] }
    if convolution.isDepthwise { return [.depthwise] }
    if GroupedConvolution.supports(convolution) { return [.grouped, .direct] }
    if convolution.isVector { return [.linear] }
    let tiles = [2, 4, 6].flatMap { outputs in
      [
        WinogradTile.square(outputs), WinogradTile(rows: 1, columns: outputs), WinogradTile(rows: outputs, columns: 1),
      ]
    }
    return [.direct] + tiles.filter { WinogradLayout(convolution, tile: $0) != nil }.map { .winograd($0) }
  }

  /// The algorithm for a convolution by its sizes alone.
  ///
  /// Of 127 layers measured with weights that no cache holds, these choices take 2 % longer than the best of each. What
  /// decides is the packed weights' size where maps are small, and the transforms' cost where channels are few.
  package static func rule(
    for convolution: Convolution, isPlanar: Bool = false, allowsWinograd: Bool = true
  ) -> ConvolutionAlgorithm {
    let candidates = candidates(for: convolution, isPlanar: isPlanar)
    guard let first = candidates.first, first == .direct, allowsWinograd, candidates.count > 1 else {
      return candidates.first ?? .direct
    }
    let (channels, outputs) = (convolution.input.channels, convolution.output.channels)
    let side = min(convolution.output.height, convolution.output.width)
    let longSide = max(convolution.output.height, convolution.output.width)
    // Tiles would be mostly empty, or lanes.
    guard longSide > 2, channels >= BlockedMaps.lanes / 2 else { return .direct }
    let (down, across) = (convolution.window.vertical.kernel, convolution.window.horizontal.kernel)
    let choice: WinogradTile
    switch (down, across) {
    case (3, 3) where side <= 8: choice = .square(channels * outputs >= 128 << 10 ? 2 : 4)
    case (3, 3) where side > 20 && min(channels, outputs) >= 64 && channels * outputs <= 64 << 10: choice = .square(6)
    case (1, _): choice = WinogradTile(rows: 1, columns: 4)
    case (_, 1): choice = WinogradTile(rows: 4, columns: 1)
    default: choice = .square(4)
    }
    return candidates.contains(.winograd(choice)) ? .winograd(choice) : .direct
  }
}

extension Convolution {
  /// Whether each channel is convolved by itself to one output.
  var isDepthwise: Bool { groups > 1 && groups == input.channels && groups == output.channels }

  /// Whether the maps are vectors, and the convolution is a linear layer.
  var isVector: Bool {
    groups == 1 && input.pixels == 1 && output.pixels == 1
      && [window.vertical, window.horizontal].allSatisfy { $0.kernel == 1 && $0.before == 0 }
  }

  /// The kernel that computes the convolution by an algorithm; directly if the algorithm is not for it.
  package func kernel(_ algorithm: ConvolutionAlgorithm, loops: Loops) -> any WeightedKernel {
    switch algorithm {
    case .planar where groups == 1: return PlanarConvolution(self, loops: loops)
    case .depthwise where isDepthwise: return DepthwiseConvolution(self, loops: loops)
    case .grouped where GroupedConvolution.supports(self): return GroupedConvolution(self, loops: loops)
    case .linear where isVector:
      return LinearKernel(input: input, output: output, weights: weights, epilogue: epilogue, loops: loops)
    case .winograd(let tile):
      if let kernel = WinogradConvolution(self, tile: tile, loops: loops) { return kernel }
      return DirectConvolution(self, loops: loops)
    default: return DirectConvolution(self, loops: loops)
    }
  }
}

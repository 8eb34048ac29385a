/// How a convolution is computed.
package enum ConvolutionAlgorithm: Hashable, Sendable {
  /// `DirectConvolution`: every convolution.
  case direct
  /// `WinogradConvolution`: stride 1 and one group, and kernels of 3×3, 5×5, 1×3, 1×5, 1×7 and these turned.
  case winograd(WinogradTile)
  /// `StrassenConvolution`: 1×1 and one group, without padding, of many inputs and outputs.
  case strassen
  /// `GroupedConvolution`: groups of few channels.
  case grouped
  /// `DepthwiseConvolution`: a group for each channel.
  case depthwise
  /// `PlanarConvolution`: the first of a network.
  case planar
  /// `LinearKernel`: one pixel.
  case linear
  /// `SparseConvolution`: windows that see little but padding.
  case sparse
}

extension ConvolutionAlgorithm {
  /// What is worth measuring for a convolution, the rule's choice among it: alternatives of equal results but for
  /// rounding. `isPlanar` says that the input is a network's own, `[N, C, H, W]`, which only a convolution of one group
  /// can read.
  package static func candidates(for convolution: Convolution, isPlanar: Bool = false) -> [ConvolutionAlgorithm] {
    if convolution.isDepthwise { return [.depthwise] }
    if convolution.isMostlyPadding { return [.sparse] }
    if isPlanar { return [.planar] }
    if GroupedConvolution.supports(convolution) { return [.grouped, .direct] }
    if convolution.isVector { return [.linear] }
    if StrassenLayout.isWorthMeasuring(convolution) { return [.direct, .strassen] }
    let tiles = [2, 4, 6].flatMap { outputs in
      [
        WinogradTile.square(outputs), WinogradTile(rows: 1, columns: outputs), WinogradTile(rows: outputs, columns: 1),
      ]
    }
    return [.direct] + tiles.filter { WinogradLayout(convolution, tile: $0) != nil }.map { .winograd($0) }
  }

  /// The algorithm for a convolution by its sizes alone: that of the least estimated cost.
  package static func rule(
    for convolution: Convolution, isPlanar: Bool = false, allowsWinograd: Bool = true, allowsStrassen: Bool = true
  ) -> ConvolutionAlgorithm {
    let candidates = candidates(for: convolution, isPlanar: isPlanar)
    guard let first = candidates.first, first == .direct else { return candidates.first ?? .direct }
    let allowed = candidates.filter {
      switch $0 {
      case .winograd: allowsWinograd
      case .strassen: allowsStrassen
      default: true
      }
    }
    return allowed.min { $0.cost(of: convolution) < $1.cost(of: convolution) } ?? .direct
  }

  /// An estimate of the time, in floating-point operations at a processor's peak.
  ///
  /// Products run at 85 to 90 % of it. Weights come from memory, which takes as long as ten operations a byte and
  /// overlaps with the products for the most part; this is why small maps want small tiles, and batches large ones. The
  /// transforms' figures are measured.
  private func cost(of convolution: Convolution) -> Double {
    let inputs = Double(convolution.input.blocks * BlockedMaps.lanes)
    let outputs = Double(convolution.output.blocks * BlockedMaps.lanes)
    let window = convolution.window
    var points = Double(window.vertical.kernel * window.horizontal.kernel)
    let pixels = Double(convolution.output.images * convolution.output.pixels)
    var products = 2 * points * pixels * inputs * outputs / 0.9
    var transforms = 0.0
    switch self {
    case .winograd(let tile):
      guard let layout = WinogradLayout(convolution, tile: tile), !isTooLarge(layout, inputs * outputs) else {
        return .infinity
      }
      let tiles = Double(layout.tiles)
      points = Double(layout.points)
      products = 2 * points * tiles * inputs * outputs / 0.85
      transforms = points * tiles * (21 * inputs + 17 * outputs)
    case .strassen:
      points = 7 / 4
      products *= 7 / 8
      transforms = pixels * (18 * inputs + 32 * outputs)
    default: break
    }
    let reading = 10 * 4 * points * inputs * outputs
    // A 1×1 product uses each weight less often, so that less of its reading is hidden.
    let exposed = window.area == 1 ? 0.6 : 0.3
    let cost = max(products, reading) + exposed * min(products, reading) + transforms
    // More memory is taken for a few percent, but not for less.
    return self == .strassen ? cost / Self.worthwhile : cost
  }

  /// What Strassen's method must come to, of the time without it.
  private static let worthwhile = 0.97

  /// Weights of F(6,3) are seven times the plain ones; large layers gain little by it.
  private func isTooLarge(_ layout: WinogradLayout, _ weights: Double) -> Bool {
    layout.points == 64 && layout.vertical.kernel == 3 && weights > Double(64 << 10)
  }
}

extension Convolution {
  /// Whether the windows see so much padding that no other kernel than `SparseConvolution` should compute it.
  package var isMostlyPadding: Bool { PaddedInput.isWasteful(self) }

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
    case .sparse: return SparseConvolution(self, loops: loops)
    case .planar where groups == 1: return PlanarConvolution(self, loops: loops)
    case .depthwise where isDepthwise: return DepthwiseConvolution(self, loops: loops)
    case .grouped where GroupedConvolution.supports(self): return GroupedConvolution(self, loops: loops)
    case .linear where isVector:
      return LinearKernel(input: input, output: output, epilogue: epilogue, loops: loops)
    case .winograd(let tile):
      if let kernel = WinogradConvolution(self, tile: tile, loops: loops) { return kernel }
      return DirectConvolution(self, loops: loops)
    case .strassen:
      if let kernel = StrassenConvolution(self, loops: loops) { return kernel }
      return DirectConvolution(self, loops: loops)
    default: return DirectConvolution(self, loops: loops)
    }
  }
}

import CKernels
import Tensors

/// The tiles of a Winograd convolution and where their transformed values lie in scratch memory.
struct WinogradLayout {
  let vertical: WinogradTransform
  let horizontal: WinogradTransform
  let images: Int
  let tilesAcross: Int
  let tilesOfImage: Int
  /// Tiles whose transformed values there is room for.
  let capacity: Int
  /// Blocks of channels.
  let inputBlocks: Int
  let outputBlocks: Int

  /// Tiles of a block: twice the pixels of the microkernel, so that weights are used twice from the innermost cache
  /// while the transformed values stay in the second.
  private static let blockTiles = 28
  /// Floats of weights beyond which blocks are twice as large, for then each block reads all weights from the outermost
  /// cache or from memory.
  private static let farWeights = 4 << 20

  /// Nil if there are no transforms for the kernel and the tile, or the convolution has strides, dilation or groups.
  init?(_ convolution: Convolution, tile: WinogradTile) {
    let (down, across) = (convolution.window.vertical, convolution.window.horizontal)
    guard
      convolution.groups == 1, [down, across].allSatisfy({ $0.stride == 1 && ($0.dilation == 1 || $0.kernel == 1) }),
      let vertical = WinogradTransform(outputs: tile.rows, kernel: down.kernel),
      let horizontal = WinogradTransform(outputs: tile.columns, kernel: across.kernel),
      Self.loops.contains([vertical.count, horizontal.count, tile.rows, tile.columns])
    else { return nil }
    (self.vertical, self.horizontal) = (vertical, horizontal)
    images = convolution.output.images
    tilesAcross = (convolution.output.width + tile.columns - 1) / tile.columns
    tilesOfImage = (convolution.output.height + tile.rows - 1) / tile.rows * tilesAcross
    (inputBlocks, outputBlocks) = (convolution.input.blocks, convolution.output.blocks)
    let weights =
      vertical.count * horizontal.count * inputBlocks * outputBlocks * BlockedMaps.lanes * BlockedMaps.lanes
    capacity = min((weights > Self.farWeights ? 2 : 1) * Self.blockTiles, images * tilesOfImage)
  }

  /// What the loops are made for: points down and across, outputs down and across.
  private static let loops: Set<[Int]> = [
    [4, 4, 2, 2], [6, 6, 4, 4], [8, 8, 6, 6], [8, 8, 4, 4], [1, 6, 1, 4], [6, 1, 4, 1], [1, 8, 1, 4], [8, 1, 4, 1],
    [1, 10, 1, 4], [10, 1, 4, 1],
  ]

  var points: Int { vertical.count * horizontal.count }
  var tiles: Int { images * tilesOfImage }
  /// Whether all threads work on one block of tiles, for there are too few to share.
  var isShared: Bool { tiles <= Self.blockTiles }
  var blockStride: Int { capacity * BlockedMaps.lanes }
  /// Floats between points. A power of two would put all of them into the same set of a cache, so they are skewed.
  var inputPointStride: Int { inputBlocks * blockStride + 2 * BlockedMaps.lanes }
  var outputPointStride: Int { outputBlocks * blockStride + 2 * BlockedMaps.lanes }
  /// Floats of a block of tiles: the transformed inputs, and the products behind them.
  var scratchCount: Int { points * (inputPointStride + outputPointStride) }

  /// The blocks of equal size that a worker's tiles are taken in.
  func blocks(of share: Range<Int>) -> Int { (share.count + capacity - 1) / capacity }

  /// One of the blocks of a worker's tiles.
  func block(_ index: Int, of share: Range<Int>) -> Range<Int> {
    let part = Worker(index: index, count: blocks(of: share)).share(of: share.count)
    return share.lowerBound + part.lowerBound..<share.lowerBound + part.upperBound
  }
}

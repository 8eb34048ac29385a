import Tensors

/// A batch of feature maps in blocks of 16 channels, `[N][C/16][H][W][16]`: where a value lies in memory.
///
/// The lanes of the last block beyond the channels hold finite numbers that nobody reads a meaning into: weights for
/// them are zeros. A vector `[N, features]` is maps of one pixel. A value may be a slice of larger maps, so images can
/// be further apart than their own blocks.
package struct BlockedMaps: Hashable, Sendable {
  /// Channels of a block: the lanes of a vector.
  package static let lanes = 16

  package var images: Int
  package var channels: Int
  package var height: Int
  package var width: Int
  /// Floats from one image to the next.
  package var imageStride: Int

  /// Maps of a shape; `imageStride` is nil for maps that are no slice.
  package init(images: Int, channels: Int, height: Int, width: Int, imageStride: Int? = nil) {
    self.images = images
    self.channels = channels
    self.height = height
    self.width = width
    self.imageStride = imageStride ?? Self.blocks(channels) * height * width * Self.lanes
  }

  /// The blocks that hold a number of channels.
  package static func blocks(_ channels: Int) -> Int { (channels + lanes - 1) / lanes }

  /// A number of floats, rounded up so that what follows begins at a block.
  package static func roundedToLanes(_ count: Int) -> Int {
    let (quotient, rest) = count.quotientAndRemainder(dividingBy: lanes)
    return rest == 0 ? count : (quotient + 1).saturatingMultiplied(by: lanes)
  }

  package var blocks: Int { Self.blocks(channels) }
  package var pixels: Int { height * width }
  /// Floats from one block to the next.
  package var blockStride: Int { pixels * Self.lanes }
  /// Floats from one row to the next.
  package var rowStride: Int { width * Self.lanes }
  /// Floats of the whole, if it is no slice.
  package var count: Int { images * blocks * blockStride }
}

// Shape and arrangement, as the declarations in Sources/Layers say them. Do not edit: RECORD_GOLDEN=1 makes the tests
// write this file anew (docs/adding-a-layer.md).

import Layers
import Tensors

/// Feature maps as one vector, channel by channel, row by row; a vector stays.
///
/// C×H×W → C·H·W.
public struct Flatten: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.Flatten.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Feature maps as one vector, channel by channel, row by row; a vector stays.
///
/// C×H×W → C·H·W.
public func flatten(_ input: Tensor) -> Tensor {
  Flatten()(input)
}

/// The same elements in the same order under another shape.
///
/// the products of both shapes agree; one entry may be -1, which is what the others leave.
public struct Reshape: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - shape: features, or channels and the size along each axis; one may be -1
  public init(to shape: [Int]) {
    rule = LayerRule(Layers.Reshape.self, shape.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The same elements in the same order under another shape.
///
/// the products of both shapes agree; one entry may be -1, which is what the others leave.
public func reshape(_ input: Tensor, to shape: [Int]) -> Tensor {
  Reshape(to: shape)(input)
}

/// The axes of maps in another order: what were rows may become channels.
///
/// hwc makes H×W×C of C×H×W; cwh turns the maps over. Hou et al. 2021 (coordinate attention), arXiv:2103.02907.
public struct Permute: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - order: the input's axes in the output's order: channels, height, width
  public init(order: AxisOrder = .hwc) {
    rule = LayerRule(Layers.Permute.self, order.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The axes of maps in another order: what were rows may become channels.
///
/// hwc makes H×W×C of C×H×W; cwh turns the maps over. Hou et al. 2021 (coordinate attention), arXiv:2103.02907.
public func permute(_ input: Tensor, order: AxisOrder = .hwc) -> Tensor {
  Permute(order: order)(input)
}

/// Resizes by a factor, or to a size, with interpolation.
///
/// H' = ⌊H · by⌋, or size. Odena et al. 2016, "Deconvolution and checkerboard artifacts".
public struct Upsample: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - by: factor for the size along each axis; size where it is not given
  ///   - size: size of the output along each axis; by where it is not given
  ///   - mode: how values between pixels are made; linear for signals, bilinear and bicubic for maps, trilinear for volumes
  ///   - alignCorners: whether the corner pixels' centres coincide, not their edges
  public init(by: Double? = nil, size: Size? = nil, mode: UpsamplingMode = .nearest, alignCorners: Bool = false) {
    rule = LayerRule(Layers.Upsample.self, by?.field, size?.field, mode.field, alignCorners.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Resizes by a factor, or to a size, with interpolation.
///
/// H' = ⌊H · by⌋, or size. Odena et al. 2016, "Deconvolution and checkerboard artifacts".
public func upsample(
  _ input: Tensor, by: Double? = nil, size: Size? = nil, mode: UpsamplingMode = .nearest, alignCorners: Bool = false
) -> Tensor {
  Upsample(by: by, size: size, mode: mode, alignCorners: alignCorners)(input)
}

/// A part of the maps, of a size or another node's, from the middle or at an offset.
///
/// H', W' = size; the first row is offset, or ⌊(H − H') / 2⌋. Ronneberger et al. 2015, arXiv:1505.04597.
public struct Crop: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - size: size of the part along each axis; not with like
  ///   - offset: the part's first pixel along each axis, from 0; centred where it is not given
  public init(size: Size, offset: Size? = nil) {
    rule = LayerRule(Layers.Crop.self, size.field, offset?.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// A part of the maps, of a size or another node's, from the middle or at an offset.
///
/// H', W' = size; the first row is offset, or ⌊(H − H') / 2⌋. Ronneberger et al. 2015, arXiv:1505.04597.
public func crop(_ input: Tensor, size: Size, offset: Size? = nil) -> Tensor {
  Crop(size: size, offset: offset)(input)
}

/// Consecutive channels of the input, one share of a split.
///
/// C' = channels: those from start up to start + channels. Wang et al. 2019 (CSPNet), arXiv:1911.11929.
public struct ChannelSlice: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - start: the first channel, from 0
  ///   - channels: how many channels
  public init(start: Int = 0, channels: Int) {
    rule = LayerRule(Layers.ChannelSlice.self, start.field, channels.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Consecutive channels of the input, one share of a split.
///
/// C' = channels: those from start up to start + channels. Wang et al. 2019 (CSPNet), arXiv:1911.11929.
public func channelSlice(_ input: Tensor, start: Int = 0, channels: Int) -> Tensor {
  ChannelSlice(start: start, channels: channels)(input)
}

/// Interleaves groups of channels, so that grouped convolutions mix.
///
/// channel g·(C/groups) + i becomes channel i·groups + g. Zhang et al. 2017 (ShuffleNet), arXiv:1707.01083.
public struct ChannelShuffle: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - groups: groups of channels
  public init(groups: Int) {
    rule = LayerRule(Layers.ChannelShuffle.self, groups.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Interleaves groups of channels, so that grouped convolutions mix.
///
/// channel g·(C/groups) + i becomes channel i·groups + g. Zhang et al. 2017 (ShuffleNet), arXiv:1707.01083.
public func channelShuffle(_ input: Tensor, groups: Int) -> Tensor {
  ChannelShuffle(groups: groups)(input)
}

/// Each block of pixels becomes channels of one pixel (pixel unshuffle).
///
/// C×H×W → C·block² × H/block × W/block. Shi et al. 2016, arXiv:1609.05158.
public struct SpaceToDepth: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - block: height and width of a block
  public init(block: Int) {
    rule = LayerRule(Layers.SpaceToDepth.self, block.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Each block of pixels becomes channels of one pixel (pixel unshuffle).
///
/// C×H×W → C·block² × H/block × W/block. Shi et al. 2016, arXiv:1609.05158.
public func spaceToDepth(_ input: Tensor, block: Int) -> Tensor {
  SpaceToDepth(block: block)(input)
}

/// Channels of one pixel become a block of pixels (pixel shuffle).
///
/// C×H×W → C/block² × H·block × W·block. Shi et al. 2016, arXiv:1609.05158.
public struct DepthToSpace: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - block: height and width of a block
  public init(block: Int) {
    rule = LayerRule(Layers.DepthToSpace.self, block.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Channels of one pixel become a block of pixels (pixel shuffle).
///
/// C×H×W → C/block² × H·block × W·block. Shi et al. 2016, arXiv:1609.05158.
public func depthToSpace(_ input: Tensor, block: Int) -> Tensor {
  DepthToSpace(block: block)(input)
}

/// Multiplies by a number, or by learned ones: one a channel (LayerScale) or one for all (ReZero).
///
/// y = by · x; with trainable weight · x, weight C, or 1 with per: tensor, which begins as by. Touvron et al. 2021
/// (CaiT), arXiv:2103.17239; Bachlechner et al. 2020 (ReZero), arXiv:2003.04887.
public struct Scale: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - by: the factor, or what the learned ones begin with
  public init(by: Double = 1) {
    rule = LayerRule(Layers.Scale.self, by.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Multiplies by a number, or by learned ones: one a channel (LayerScale) or one for all (ReZero).
///
/// y = by · x; with trainable weight · x, weight C, or 1 with per: tensor, which begins as by. Touvron et al. 2021
/// (CaiT), arXiv:2103.17239; Bachlechner et al. 2020 (ReZero), arXiv:2003.04887.
public func scale(_ input: Tensor, by: Double = 1) -> Tensor {
  Scale(by: by)(input)
}

/// The input as it is: an empty branch.
///
/// y = x.
public struct Identity: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.Identity.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The input as it is: an empty branch.
///
/// y = x.
public func identity(_ input: Tensor) -> Tensor {
  Identity()(input)
}

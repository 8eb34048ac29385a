import Layers
import Tensors

/// `[N, C, H, W]` → `[N, C·H·W]`, channel by channel; vectors stay.
public struct Flatten: Module, Layer {
  var rule = LayerRule("flatten")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `[N, C, H, W]` → `[N, C·H·W]`, channel by channel; vectors stay.
public func flatten(_ input: Tensor) -> Tensor {
  Flatten()(input)
}

/// The same elements in the same order under another shape, without the batch; one entry may be -1.
public struct Reshape: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(to shape: [Int]) {
    rule = LayerRule("reshape", ["shape": .ints(shape)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The same elements in the same order under another shape, without the batch; one entry may be -1.
public func reshape(_ input: Tensor, to shape: [Int]) -> Tensor {
  Reshape(to: shape)(input)
}

/// Resizes by a factor, or to a size, `[N, C, H, W]` → `[N, C, H', W']`.
public struct Upsample: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(by factor: Double? = nil, size: Size? = nil, mode: UpsamplingMode = .nearest, alignCorners: Bool = false)
  {
    rule = LayerRule(
      "upsample",
      [
        "by": factor.map(FieldValue.float), "size": size?.field, "mode": .word(mode.rawValue),
        "align_corners": .bool(alignCorners),
      ])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// Resizes by a factor, or to a size, `[N, C, H, W]` → `[N, C, H', W']`.
public func upsample(
  _ input: Tensor, by factor: Double? = nil, size: Size? = nil, mode: UpsamplingMode = .nearest,
  alignCorners: Bool = false
) -> Tensor {
  Upsample(by: factor, size: size, mode: mode, alignCorners: alignCorners)(input)
}

/// A part of the maps, from the middle or from an offset.
public struct Crop: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(size: Size, offset: Size? = nil) {
    rule = LayerRule("crop", ["size": size.field, "offset": offset?.field])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// A part of the maps, from the middle or from an offset.
public func crop(_ input: Tensor, size: Size, offset: Size? = nil) -> Tensor {
  Crop(size: size, offset: offset)(input)
}

/// Consecutive channels or features.
public struct ChannelSlice: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(start: Int = 0, channels: Int) {
    rule = LayerRule("channel_slice", ["start": .int(start), "channels": .int(channels)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// Consecutive channels or features.
public func channelSlice(_ input: Tensor, start: Int = 0, channels: Int) -> Tensor {
  ChannelSlice(start: start, channels: channels)(input)
}

/// Interleaves groups of channels; the shape stays. Zhang et al. 2017, arXiv:1707.01083.
public struct ChannelShuffle: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(groups: Int) {
    rule = LayerRule("channel_shuffle", ["groups": .int(groups)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// Interleaves groups of channels; the shape stays. Zhang et al. 2017, arXiv:1707.01083.
public func channelShuffle(_ input: Tensor, groups: Int) -> Tensor {
  ChannelShuffle(groups: groups)(input)
}

/// Blocks of pixels become channels, `[N, C, H, W]` → `[N, C·block², H / block, W / block]`.
public struct SpaceToDepth: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(block: Int) {
    rule = LayerRule("space_to_depth", ["block": .int(block)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// Blocks of pixels become channels, `[N, C, H, W]` → `[N, C·block², H / block, W / block]`.
public func spaceToDepth(_ input: Tensor, block: Int) -> Tensor {
  SpaceToDepth(block: block)(input)
}

/// Channels become blocks of pixels, `[N, C, H, W]` → `[N, C / block², H·block, W·block]`.
public struct DepthToSpace: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(block: Int) {
    rule = LayerRule("depth_to_space", ["block": .int(block)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// Channels become blocks of pixels, `[N, C, H, W]` → `[N, C / block², H·block, W·block]`.
public func depthToSpace(_ input: Tensor, block: Int) -> Tensor {
  DepthToSpace(block: block)(input)
}

/// Multiplies by a number; the shape stays.
public struct Scale: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(by factor: Double) {
    rule = LayerRule("scale", ["by": .float(factor)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// Multiplies by a number; the shape stays.
public func scale(_ input: Tensor, by factor: Double) -> Tensor {
  Scale(by: factor)(input)
}

/// The input itself.
public struct Identity: Module, Layer {
  var rule = LayerRule("identity")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The input itself.
public func identity(_ input: Tensor) -> Tensor {
  Identity()(input)
}

/// The input itself; in training, elements are dropped with a probability of `rate`. Srivastava et al. 2014.
public struct Dropout: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(rate: Double = 0.5) {
    rule = LayerRule("dropout", ["rate": .float(rate)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The input itself; in training, elements are dropped with a probability of `rate`. Srivastava et al. 2014.
public func dropout(_ input: Tensor, rate: Double = 0.5) -> Tensor {
  Dropout(rate: rate)(input)
}

/// The input itself; in training, whole images are dropped with a probability of `rate`. Huang et al. 2016.
public struct DropPath: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(rate: Double = 0.1) {
    rule = LayerRule("drop_path", ["rate": .float(rate)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The input itself; in training, whole images are dropped with a probability of `rate`. Huang et al. 2016.
public func dropPath(_ input: Tensor, rate: Double = 0.1) -> Tensor {
  DropPath(rate: rate)(input)
}

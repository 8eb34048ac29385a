import Layers
import Tensors

/// Rows and columns around the maps, and zero channels before and after, `[N, C, H, W]` → `[N, C', H', W']`.
public struct Pad: Module, Layer {
  var rule: LayerRule

  /// A padding with fixed rows and columns, not `half` or `same`, and channels.
  ///
  /// With `size` there are as many rows and columns as make the maps that large, an odd one at the bottom and right.
  public init(
    _ padding: Padding = .valid, size: Size? = nil, mode: PaddingMode = .constant(0), before: Int = 0, after: Int = 0
  ) {
    var value: FieldValue?
    if case .constant(let number) = mode { value = .float(number) }
    rule = LayerRule(
      Layers.Pad.self, padding == .valid ? nil : padding.field, size?.field, .word(mode.word), value,
      before + after == 0 && (padding != .valid || size != nil) ? nil : [before, after].field)
  }

  /// The padded maps.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// Rows and columns around the maps, and zero channels before and after, `[N, C, H, W]` → `[N, C', H', W']`.
public func pad(
  _ input: Tensor, _ padding: Padding = .valid, size: Size? = nil, mode: PaddingMode = .constant(0), before: Int = 0,
  after: Int = 0
) -> Tensor {
  Pad(padding, size: size, mode: mode, before: before, after: after)(input)
}

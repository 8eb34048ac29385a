import Layers
import Tensors

/// Rows and columns around the maps, and zero channels before and after, `[N, C, H, W]` → `[N, C', H', W']`.
public struct Pad: Module, Layer {
  var rule: LayerRule

  /// A padding with fixed rows and columns, not `half` or `same`, and channels.
  public init(_ padding: Padding = .valid, mode: PaddingMode = .constant(0), before: Int = 0, after: Int = 0) {
    var value: FieldValue?
    if case .constant(let number) = mode { value = .float(number) }
    rule = LayerRule(
      Layers.Pad.self, padding == .valid ? nil : padding.field, .word(mode.word), value,
      before + after == 0 && padding != .valid ? nil : [before, after].field)
  }

  /// The padded maps.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// Rows and columns around the maps, and zero channels before and after, `[N, C, H, W]` → `[N, C', H', W']`.
public func pad(
  _ input: Tensor, _ padding: Padding = .valid, mode: PaddingMode = .constant(0), before: Int = 0, after: Int = 0
) -> Tensor {
  Pad(padding, mode: mode, before: before, after: after)(input)
}

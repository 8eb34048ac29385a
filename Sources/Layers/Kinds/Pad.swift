import Shapes
import Tensors

/// Pixels around feature maps or a signal, and zero channels before and after, C×H×W → C'×H'×W'.
///
/// `C' = C + before + after`, `H' = H + top + bottom`, `W' = W + left + right`; or up to a size, with half of what lacks,
/// rounded down, at the top and left (as milesial's U-Net joins its levels). Added channels are zeros whatever the mode
/// (the parameter-free shortcut of He et al. 2015, arXiv:1512.03385, option A).
package struct Pad: LayerKind {
  package static let keyword = "pad"
  package static let documentation = LayerDocumentation(
    .arrangement, "Adds pixels around the maps, and zero channels before and after.",
    formula: "C' = C + before + after; H' = H + top + bottom; W' = W + left + right; or H', W' = size",
    source: "zero channels: He et al. 2015, arXiv:1512.03385, option A", example: "pad: {padding: 3, mode: reflect}")
  package static let swift = SwiftSpelling.layer(
    "Pad", "pad",
    fields: [
      "padding": .unlabelled, "mode": .choiceCarrying("PaddingMode", field: "value"), "value": .omitted,
      "channels": .pair("before", "after"),
    ], isByHand: true)

  package static let torch = TorchSpelling.layer(
    nil, "pad",
    [
      .field("padding", "padding"), .field("size", "size"), .field("mode", "mode"), .field("value", "value"),
      .field("channels", "channels"),
    ],
    helpers: [
      TorchHelper(
        "pad", needs: [.sides],
        #"""
        def pad(
            x: Tensor,
            padding: int | str | Sequence[int] = 0,
            size: int | Sequence[int] | None = None,
            mode: str = "constant",
            value: float = 0.0,
            channels: tuple[int, int] = (0, 0),
        ) -> Tensor:
            """Pixels around maps, by sides or up to a size, and zero channels."""
            count = x.dim() - 2
            rims = sides(padding, [0] * count)
            if size is not None:
                sizes = zip(axes(size, count), x.shape[2:], strict=True)
                lacking = [wanted - pixels for wanted, pixels in sizes]
                rims = [(pixels // 2, pixels - pixels // 2) for pixels in lacking]
            pixels = [side for rim in reversed(rims) for side in rim]
            if any(pixels):
                x = F.pad(x, pixels, mode, value if mode == "constant" else None)
            return F.pad(x, [0, 0] * count + list(channels)) if any(channels) else x
        """#)
    ])

  package let padding: Padding
  package let size: OpenSize?
  package let mode: String
  package let value: Double
  package let channels: (before: Int, after: Int)

  package init(reading fields: inout FieldReader) throws(FieldError) {
    let written = fields.optionalPadding(defaultText: "none", "pixels on each side; not half or same")
    padding = written ?? .valid
    size = fields.optionalOpenSize(
      "size", defaultText: "none", "size of the output along each axis, in place of padding; an odd pixel is at the end"
    )
    fields.like(sets: "size", "a node whose size the output gets")
    mode = fields.word(
      "mode", of: ["constant", "reflect", "replicate", "circular"], default: "constant", "what the new pixels hold")
    value = fields.float("value", default: 0, "the constant")
    let list = fields.optionalInts("channels", defaultText: "none", "zero channels [before, after]")
    channels = list?.count == 2 ? (list?[0] ?? 0, list?[1] ?? 0) : (0, 0)
    if fields.isDescribing { return }
    if written == nil && list == nil && size == nil {
      throw FieldError("padding", "pad needs padding, size, like or channels")
    }
    if written != nil && size != nil {
      throw FieldError("size", "padding excludes size and like", excluding: "padding")
    }
    if padding == .half || padding == .same {
      throw FieldError(
        "padding",
        "pad has no kernel, so its padding is an integer, one an axis such as [h, w], or both sides of each: "
          + "[top, bottom, left, right]")
    }
    if let list, list.count != 2 || !list.allSatisfy({ 0...FieldReader.largestInt ~= $0 }) {
      throw FieldError("channels", "channels is [before, after], both at least 0")
    }
    if value != 0 && mode != "constant" { throw FieldError("value", "value needs mode: constant, not \(mode)") }
  }

  package var operation: LayerOperation { .movement }

  /// What is added before and after an input along one axis.
  private struct Rim {
    var before: Extent
    var after: Extent
  }

  private func rims(around input: Shape) -> [Rim] {
    if let size {
      return input.spatial.enumerated().map { index, extent in
        let lacking = size[index] - extent
        let before = lacking.dividedRoundingDown(by: 2)
        return Rim(before: before, after: lacking - before)
      }
    }
    guard case .explicit(let sizes) = padding, let sides = sizes.sides(axes: input.axisCount) else {
      return input.spatial.map { _ in Rim(before: 0, after: 0) }
    }
    return sides.map { Rim(before: .known($0.before), after: .known($0.after)) }
  }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let (input, count) = (inputs[0], try spatialChannels(inputs[0], for: Self.keyword))
    try Layers.check(padding, suits: input)
    if let size { try Layers.check(size, field: "size", suits: input) }
    let rims = rims(around: input)
    let output = Shape(
      channels: .known(saturatingSum(count, saturatingSum(channels.before, channels.after))),
      zip(input.spatial, rims).map { $0 + $1.before + $1.after })
    for (axis, (size, rim)) in zip(input.axes, zip(input.spatial, rims)) {
      try check(rim, of: size, name: axis.name, recovery: output)
    }
    return output
  }

  /// A reflection has no more rows than lie beyond the edge pixel, a wrap no more than there are.
  private func check(_ rim: Rim, of extent: Extent, name: String, recovery: Shape) throws(ShapeError) {
    guard let pixels = extent.value, let first = rim.before.value, let last = rim.after.value else { return }
    if last < 0 {
      throw ShapeError(
        .field, "pad cannot make a \(name) of \(pixels + first + last) of \(pixels); crop makes maps smaller",
        field: "size", recovery: recovery)
    }
    let side = max(first, last)
    guard mode == "reflect" || mode == "circular", side > 0 else { return }
    let most = mode == "reflect" ? pixels - 1 : pixels
    if side > most {
      throw ShapeError(
        .padding, "with mode: \(mode) the padding of a \(name) of \(pixels) is at most \(most), but it is \(side)",
        field: size == nil ? "padding" : "size", recovery: recovery)
    }
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] {
    var result: [String: FieldValue] = ["channels": .ints([channels.before, channels.after])]
    let sides = rims(around: inputs[0]).flatMap { [$0.before, $0.after] }.compactMap(\.value)
    if sides.count == 2 * inputs[0].axisCount {
      result["padding"] = .padding(.explicit(PaddingSizes(list: sides)))
      if let sizes = output.values?.dropFirst() { result["size"] = .size(AxisSizes(axes: Array(sizes))) }
    }
    return result
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    let axes = zip(inputs[0].axes, rims(around: inputs[0])).enumerated()
    return [
      "C' = C + before + after = \(inputs[0].channels) + \(channels.before) + \(channels.after) = \(output.channels)"
    ]
      + axes.map { index, entry in
        let (axis, rim) = entry
        let sides = axis.sides
        return "\(axis.symbol)' = \(axis.symbol) + \(sides.before) + \(sides.after) = \(inputs[0].spatial[index]) + "
          + "\(rim.before) + \(rim.after) = \(output.spatial[index])"
      }
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    var maps = inputs[0]
    let rims = rims(around: maps.imageShape).map {
      AxisPadding(before: $0.before.value ?? 0, after: $0.after.value ?? 0)
    }
    if maps.isVolume, rims.contains(where: { $0.total > 0 }) {
      let sizes = zip(maps.shape.dropFirst(2), rims).map { $0 + $1.total }
      maps = maps.volume(
        to: [maps.shape[0], maps.shape[1]] + sizes,
        along: Operations.Pad(top: rims[0].before, bottom: rims[0].after, left: 0, right: 0, mode: padMode),
        planes: Operations.Pad(
          top: rims[1].before, bottom: rims[1].after, left: rims[2].before, right: rims[2].after, mode: padMode))
    } else if rims.contains(where: { $0.total > 0 }) {
      // A signal is one row.
      let (rows, columns) = (rims.count > 1 ? rims[0] : AxisPadding(before: 0, after: 0), rims[rims.count - 1])
      maps = Operations.Pad(
        top: rows.before, bottom: rows.after, left: columns.before, right: columns.after, mode: padMode)(maps)
    }
    if channels.before + channels.after == 0 { return maps }
    return Operations.PadChannels(before: channels.before, after: channels.after)(maps)
  }

  private var padMode: PadMode {
    switch mode {
    case "reflect": .reflect
    case "replicate": .replicate
    case "circular": .circular
    default: .constant(value)
    }
  }

  package func summary(axes count: Int) -> String {
    let suffix = mode == "constant" ? "" : " \(mode)"
    if let size { return "to \(size.text(axes: count))\(suffix)" }
    return padding == .valid ? "channels" : "\(padding)\(suffix)"
  }
}

extension Shape.Axis {
  /// What the sides of the axis are called.
  fileprivate var sides: (before: String, after: String) {
    switch name {
    case "height": ("top", "bottom")
    case "width": ("left", "right")
    case "depth": ("front", "back")
    default: ("before", "after")
    }
  }
}

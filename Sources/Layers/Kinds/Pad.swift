import Shapes
import Tensors

/// Rows and columns around feature maps, and zero channels before and after, C×H×W → C'×H'×W'.
///
/// `C' = C + before + after`, `H' = H + top + bottom`, `W' = W + left + right`; or up to a size, with half of what lacks,
/// rounded down, at the top and left (as milesial's U-Net joins its levels). Added channels are zeros whatever the mode
/// (the parameter-free shortcut of He et al. 2015, arXiv:1512.03385, option A).
package struct Pad: LayerKind {
  package static let keyword = "pad"
  package static let documentation = LayerDocumentation(
    .arrangement, "Adds rows and columns around the maps, and zero channels before and after.",
    formula: "C' = C + before + after; H' = H + top + bottom; W' = W + left + right; or H', W' = size",
    source: "zero channels: He et al. 2015, arXiv:1512.03385, option A", example: "pad: {padding: 3, mode: reflect}")
  package static let swift = SwiftSpelling.layer(
    "Pad", "pad",
    fields: [
      "padding": .unlabelled, "mode": .choiceCarrying("PaddingMode", field: "value"), "value": .omitted,
      "channels": .pair("before", "after"),
    ], isByHand: true)

  package let padding: Padding
  package let size: OpenSize?
  package let mode: String
  package let value: Double
  package let channels: (before: Int, after: Int)

  package init(reading fields: inout FieldReader) throws(FieldError) {
    let written = fields.optionalPadding(defaultText: "none", "rows and columns on each side; not half or same")
    padding = written ?? .valid
    size = fields.optionalOpenSize(
      "size", defaultText: "none", "height and width of the output, in place of padding; an odd row is at the bottom")
    fields.like(sets: "size", "a node whose height and width the output gets")
    mode = fields.word(
      "mode", of: ["constant", "reflect", "replicate", "circular"], default: "constant", "what the new pixels hold")
    value = fields.float("value", default: 0, "the constant")
    let list = fields.optionalInts("channels", defaultText: "none", "zero channels [before, after]")
    channels = list?.count == 2 ? (list?[0] ?? 0, list?[1] ?? 0) : (0, 0)
    if fields.isDescribing { return }
    if written == nil && list == nil && size == nil {
      throw FieldError("padding", "pad needs padding, size, like or channels")
    }
    if written != nil && size != nil { throw FieldError("size", "padding excludes size and like") }
    if padding == .half || padding == .same {
      throw FieldError(
        "padding", "pad has no kernel, so its padding is an integer, [h, w] or [top, bottom, left, right]")
    }
    if let list, list.count != 2 || !list.allSatisfy({ 0...FieldReader.largestInt ~= $0 }) {
      throw FieldError("channels", "channels is [before, after], both at least 0")
    }
    if value != 0 && mode != "constant" { throw FieldError("value", "value needs mode: constant, not \(mode)") }
  }

  package var operation: LayerOperation { .movement }

  /// Rows and columns on the sides of an input.
  private struct Rim {
    var top: Extent
    var bottom: Extent
    var left: Extent
    var right: Extent

    var isNone: Bool { [top, bottom, left, right].allSatisfy { $0 == 0 } }
  }

  private func rim(around input: Shape) -> Rim {
    if let size {
      let (rows, columns) = (size.height - input.height, size.width - input.width)
      let (top, left) = (rows.dividedRoundingDown(by: 2), columns.dividedRoundingDown(by: 2))
      return Rim(top: top, bottom: rows - top, left: left, right: columns - left)
    }
    if case .explicit(let top, let bottom, let left, let right) = padding {
      return Rim(top: .known(top), bottom: .known(bottom), left: .known(left), right: .known(right))
    }
    return Rim(top: 0, bottom: 0, left: 0, right: 0)
  }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try maps(inputs[0], for: Self.keyword)
    let rim = rim(around: inputs[0])
    let output = Shape.maps(
      .known(saturatingSum(input.channels, saturatingSum(channels.before, channels.after))),
      input.height + rim.top + rim.bottom, input.width + rim.left + rim.right)
    try check([rim.top, rim.bottom], of: input.height, name: "height", recovery: output)
    try check([rim.left, rim.right], of: input.width, name: "width", recovery: output)
    return output
  }

  /// A reflection has no more rows than lie beyond the edge pixel, a wrap no more than there are.
  private func check(_ sides: [Extent], of extent: Extent, name: String, recovery: Shape) throws(ShapeError) {
    guard let pixels = extent.value, let first = sides[0].value, let last = sides[1].value else { return }
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
    let rim = rim(around: inputs[0])
    var result: [String: FieldValue] = ["channels": .ints([channels.before, channels.after])]
    if let top = rim.top.value, let bottom = rim.bottom.value, let left = rim.left.value, let right = rim.right.value {
      result["padding"] = .padding(.explicit(top: top, bottom: bottom, left: left, right: right))
      if let rows = output.height.value, let columns = output.width.value {
        result["size"] = .size(Size2D(rows, columns))
      }
    }
    return result
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    let rim = rim(around: inputs[0])
    return [
      "C' = C + before + after = \(inputs[0].channels) + \(channels.before) + \(channels.after) = \(output.channels)",
      "H' = H + top + bottom = \(inputs[0].height) + \(rim.top) + \(rim.bottom) = \(output.height)",
      "W' = W + left + right = \(inputs[0].width) + \(rim.left) + \(rim.right) = \(output.width)",
    ]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let rim = rim(around: inputs[0].imageShape)
    var maps = inputs[0]
    if !rim.isNone {
      maps = Operations.Pad(
        top: rim.top.value ?? 0, bottom: rim.bottom.value ?? 0, left: rim.left.value ?? 0, right: rim.right.value ?? 0,
        mode: padMode)(maps)
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

  package var summary: String {
    let suffix = mode == "constant" ? "" : " \(mode)"
    if let size { return "to \(size)\(suffix)" }
    return padding == .valid ? "channels" : "\(padding)\(suffix)"
  }
}

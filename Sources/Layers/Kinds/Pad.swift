import Shapes
import Tensors

/// Rows and columns around feature maps, and zero channels before and after, C×H×W → C'×H'×W'.
///
/// `C' = C + before + after`, `H' = H + top + bottom`, `W' = W + left + right`. Added channels are zeros whatever the mode
/// (the parameter-free shortcut of He et al. 2015, arXiv:1512.03385, option A).
package struct Pad: LayerKind {
  package static let keyword = "pad"
  package static let documentation = LayerDocumentation(
    .arrangement, "Adds rows and columns around the maps, and zero channels before and after.",
    formula: "C' = C + before + after; H' = H + top + bottom; W' = W + left + right",
    source: "zero channels: He et al. 2015, arXiv:1512.03385, option A", example: "pad: {padding: 3, mode: reflect}")
  package static let swift = SwiftSpelling.layer(
    "Pad", "pad",
    fields: [
      "padding": .unlabelled, "mode": .choiceCarrying("PaddingMode", field: "value"), "value": .omitted,
      "channels": .pair("before", "after"),
    ], isByHand: true)

  package let padding: Padding
  package let mode: String
  package let value: Double
  package let channels: (before: Int, after: Int)

  package init(reading fields: inout FieldReader) throws(FieldError) {
    let written = fields.optionalPadding(defaultText: "none", "rows and columns on each side; not half or same")
    padding = written ?? .valid
    mode = fields.word(
      "mode", of: ["constant", "reflect", "replicate", "circular"], default: "constant", "what the new pixels hold")
    value = fields.float("value", default: 0, "the constant")
    let list = fields.optionalInts("channels", defaultText: "none", "zero channels [before, after]")
    channels = list?.count == 2 ? (list?[0] ?? 0, list?[1] ?? 0) : (0, 0)
    if fields.isDescribing { return }
    if written == nil && list == nil { throw FieldError("padding", "pad needs padding, channels or both") }
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

  private var sides: (top: Int, bottom: Int, left: Int, right: Int) {
    if case .explicit(let top, let bottom, let left, let right) = padding { return (top, bottom, left, right) }
    return (0, 0, 0, 0)
  }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try maps(inputs[0], for: Self.keyword)
    let rim = sides
    let output = Shape.maps(
      .known(saturatingSum(input.channels, saturatingSum(channels.before, channels.after))),
      input.height + rim.top + rim.bottom, input.width + rim.left + rim.right)
    try check(max(rim.top, rim.bottom), of: input.height, name: "height", recovery: output)
    try check(max(rim.left, rim.right), of: input.width, name: "width", recovery: output)
    return output
  }

  /// A reflection has no more rows than lie beyond the edge pixel, a wrap no more than there are.
  private func check(_ side: Int, of extent: Extent, name: String, recovery: Shape) throws(ShapeError) {
    guard let pixels = extent.value, mode == "reflect" || mode == "circular", side > 0 else { return }
    let most = mode == "reflect" ? pixels - 1 : pixels
    if side > most {
      throw ShapeError(
        .padding, "with mode: \(mode) the padding of a \(name) of \(pixels) is at most \(most), but it is \(side)",
        field: "padding", recovery: recovery)
    }
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] {
    let rim = sides
    return [
      "padding": .padding(.explicit(top: rim.top, bottom: rim.bottom, left: rim.left, right: rim.right)),
      "channels": .ints([channels.before, channels.after]),
    ]
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    let rim = sides
    return [
      "C' = C + before + after = \(inputs[0].channels) + \(channels.before) + \(channels.after) = \(output.channels)",
      "H' = H + top + bottom = \(inputs[0].height) + \(rim.top) + \(rim.bottom) = \(output.height)",
      "W' = W + left + right = \(inputs[0].width) + \(rim.left) + \(rim.right) = \(output.width)",
    ]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let rim = sides
    var maps = inputs[0]
    if rim != (0, 0, 0, 0) {
      maps = Operations.Pad(top: rim.top, bottom: rim.bottom, left: rim.left, right: rim.right, mode: padMode)(maps)
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

  package var summary: String { padding == .valid ? "channels" : "\(padding)" + (mode == "constant" ? "" : " \(mode)") }
}

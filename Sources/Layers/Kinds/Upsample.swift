import Shapes
import Tensors

/// Resizing by interpolation, C×H×W → C×H'×W'.
///
/// `H' = ⌊H·by⌋`, or `size`. At `align_corners` the corners of input and output coincide, else their edges do, as in PyTorch.
package struct Upsample: LayerKind {
  package static let keyword = "upsample"
  package static let documentation = LayerDocumentation(
    .arrangement, "Resizes by a factor, or to a size, with interpolation.", formula: "H' = ⌊H · by⌋, or size",
    source: "Odena et al. 2016, \"Deconvolution and checkerboard artifacts\"",
    example: "upsample: {by: 2, mode: bilinear}")
  package static let swift = SwiftSpelling.layer("Upsample", "upsample", fields: ["mode": .choice("UpsamplingMode")])
  package static let torch = TorchSpelling.layer(
    "nn.Upsample", "F.interpolate",
    [
      .field("size", "size"), .field("by", "scale_factor"), .field("mode", "mode"),
      .field("align_corners", "align_corners"),
    ])

  package let by: Double?
  package let size: OpenSize?
  package let mode: String
  package let alignCorners: Bool

  package init(reading fields: inout FieldReader) throws(FieldError) {
    by = fields.optionalFloat("by", in: 0...1e6, defaultText: "size", "factor for the size along each axis")
    size = fields.optionalOpenSize("size", defaultText: "by", "size of the output along each axis")
    fields.like(sets: "size", "a node whose size the output gets")
    mode = fields.word(
      "mode", of: ["nearest", "linear", "bilinear", "bicubic", "trilinear"], default: "nearest",
      "how values between pixels are made; linear for signals, bilinear and bicubic for maps, "
        + "trilinear for volumes")
    alignCorners = fields.bool(
      "align_corners", default: false, "whether the corner pixels' centres coincide, not their edges")
    if fields.isDescribing { return }
    if by == 0 { throw FieldError("by", "by must be more than 0") }
    if by == nil && size == nil { throw FieldError("by", "upsample needs by, size or like") }
    if by != nil && size != nil { throw FieldError("size", "by excludes size and like", excluding: "by") }
    if alignCorners && mode == "nearest" {
      throw FieldError(
        "align_corners",
        "align_corners needs mode: linear, bilinear, bicubic or trilinear; nearest has no corners to align")
    }
  }

  package var operation: LayerOperation { mode == "nearest" ? .upsample(bilinear: false) : .upsample(bilinear: true) }

  private func output(of extent: Extent, fixed: Extent?, name: String) throws(ShapeError) -> Extent {
    if let fixed { return fixed }
    let by = by ?? 1
    guard let pixels = extent.value else {
      guard let ratio = Self.ratio(by) else {
        throw ShapeError(
          .symbolic, "upsample by \(by) needs a known \(name), but it is \(extent); give a size with --input",
          field: "by")
      }
      return (extent * ratio.numerator).dividedRoundingDown(by: ratio.denominator)
    }
    // PyTorch multiplies in double precision too, so that ⌊H·by⌋ agrees for factors such as 1.1.
    let count = Int(exactly: (Double(pixels) * by).rounded(.down)) ?? Int.max
    guard count > 0 else {
      throw ShapeError(.emptyOutput, "upsample by \(by) leaves nothing of \(pixels) pixels of \(name)", field: "by")
    }
    return .known(count)
  }

  /// The factor as an exact fraction of small integers, if it is one.
  private static func ratio(_ by: Double) -> (numerator: Int, denominator: Int)? {
    for power in 0...16 {
      if let numerator = Int(exactly: by * Double(1 << power)) { return (numerator, 1 << power) }
    }
    return nil
  }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let (input, channels) = (inputs[0], try spatialChannels(inputs[0], for: Self.keyword))
    if let size { try check(size, field: "size", suits: input) }
    var sizes: [Extent] = []
    for (index, axis) in input.axes.enumerated() {
      sizes.append(try output(of: input.spatial[index], fixed: size?[index], name: axis.name))
    }
    let shape = Shape(channels: .known(channels), sizes)
    let modes = Self.modes(axes: input.axisCount)
    guard mode == "nearest" || modes.contains(mode) else {
      throw ShapeError(
        .field,
        "mode: \(mode) is not for an input with \(axisText(input)), which \(input) has; write \((["nearest"] + modes).joined(separator: " or "))",
        field: "mode", recovery: shape)
    }
    return shape
  }

  /// The modes that interpolate between pixels of an input with so many axes.
  private static func modes(axes count: Int) -> [String] {
    switch count {
    case 1: ["linear"]
    case 2: ["bilinear", "bicubic"]
    default: ["trilinear"]
    }
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] {
    let (before, after) = (inputs[0].spatial.compactMap(\.value), output.spatial.compactMap(\.value))
    guard after.count == output.axisCount, !after.isEmpty else { return [:] }
    var result: [String: FieldValue] = ["size": .size(AxisSizes(axes: after))]
    if let by {
      result["by"] = .float(by)
    } else if before.count == after.count,
      zip(before, after).allSatisfy({ saturatingProduct($1, before[0]) == saturatingProduct($0, after[0]) })
    {
      result["by"] = .float(Double(after[0]) / Double(before[0]))
    }
    return result
  }

  package func reach(over input: Shape) -> Reach {
    let known = input.spatial.enumerated().map { factor($1, size?[$0]) }
    let factors = known.compactMap(\.self)
    // A size that stays, whatever the input's.
    guard factors.count == known.count else { return .global }
    let taps = ["nearest": 1, "linear": 2, "bilinear": 2, "trilinear": 2][mode] ?? 4
    guard !factors.isEmpty else { return .pointwise }
    guard factors.allSatisfy({ $0 >= 1 }) else {
      return .window(extent: AxisSizes(taps), stride: AxisSizes(axes: factors.map { Self.whole(1 / $0) }))
    }
    return .enlarged(extent: AxisSizes(taps), by: AxisSizes(axes: factors.map(Self.whole)))
  }

  /// How many times the output is the input; nil where only one of them is open.
  private func factor(_ extent: Extent, _ fixed: Extent?) -> Double? {
    if let by { return by }
    return (fixed ?? extent).ratio(to: extent)
  }

  /// The nearest whole step, at least 1.
  private static func whole(_ step: Double) -> Int { Int(exactly: max(1, min(step, 0x1p31)).rounded()) ?? 1 }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    guard let by else {
      let symbols = output.axes.map { $0.symbol + "'" }.joined(separator: ", ")
      return ["\(symbols) = size = \(output.spatial.map(\.description).joined(separator: ", "))"]
    }
    let times = "\(FieldValue.float(by))".replacingSuffix(".0", with: "")
    return output.axes.enumerated().map { index, axis in
      let size = inputs[0].spatial[index].factorDescription
      return "\(axis.symbol)' = ⌊\(axis.symbol)·by⌋ = ⌊\(size)·\(times)⌋ = \(output.spatial[index])"
    }
  }

  package func count(by tool: CountingTool, for inputs: [Shape], output: Shape) -> Extent {
    switch tool {
    case .torch, .torchinfo: 0
    // It knows the operators of maps alone.
    case .fvcore: output.elements * (output.axisCount == 2 ? (["nearest": 1, "bilinear": 4][mode] ?? 0) : 0)
    case .ptflops: output.elements * 2
    case .thop: output.elements * (["nearest": 1, "linear": 5, "bilinear": 11, "trilinear": 31][mode] ?? 259)
    }
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    // Where a size stays, positions are the pixels' own whatever the factor: those of a volume along its depth alone too.
    inputs[0].resized(to: checkedOutputShape(of: inputs)) {
      Operations.Upsample($0, factor: by, mode: interpolation, alignCorners: alignCorners)
    }
  }

  private var interpolation: Interpolation {
    switch mode {
    case "linear", "bilinear", "trilinear": .bilinear
    case "bicubic": .bicubic
    default: .nearest
    }
  }

  package func summary(axes count: Int) -> String {
    let factor =
      by.map { "×\(FieldValue.float($0))".replacingSuffix(".0", with: "") } ?? size.map { "to \($0.text(axes: count))" }
      ?? ""
    return mode == "nearest" ? factor : "\(factor) \(mode)"
  }
}

extension String {
  /// The text with one ending exchanged for another, if it has it.
  fileprivate func replacingSuffix(_ suffix: String, with other: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) + other : self
  }
}

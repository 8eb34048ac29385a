import Shapes
import Tensors

/// Resizing by interpolation, C×H×W → C×H'×W'.
///
/// `H' = ⌊H·by⌋`, or `size`, or the size of the node that `like` names. At `align_corners` the corners of input and output coincide, else their edges do, as in PyTorch.
package struct Upsample: LayerKind {
  package static let keyword = "upsample"
  package static let documentation = LayerDocumentation(
    .arrangement, "Resizes by a factor, to a size or to another node's, with interpolation.",
    formula: "H' = ⌊H · by⌋, or size",
    source: "Odena et al. 2016, \"Deconvolution and checkerboard artifacts\"",
    example: "upsample: {by: 2, mode: bilinear}")
  package static let swift = SwiftSpelling.layer("Upsample", "upsample", fields: ["mode": .choice("UpsamplingMode")])
  package static let torch: TorchSpelling? = TorchSpelling("Upsample", fields: ["by": .labelled("scale_factor")])

  package let by: Double?
  package let size: OpenSize?
  package let mode: String
  package let alignCorners: Bool

  package init(reading fields: inout FieldReader) throws(FieldError) {
    by = fields.optionalFloat("by", in: 0...1e6, defaultText: "size", "factor for height and width")
    size = fields.optionalOpenSize("size", defaultText: "by", "height and width of the output")
    fields.like(sets: "size", "a node whose height and width the output gets")
    mode = fields.word(
      "mode", of: ["nearest", "bilinear", "bicubic"], default: "nearest", "how values between pixels are made")
    alignCorners = fields.bool(
      "align_corners", default: false, "whether the corner pixels' centres coincide, not their edges")
    if fields.isDescribing { return }
    if by == 0 { throw FieldError("by", "by must be more than 0") }
    if by == nil && size == nil { throw FieldError("by", "upsample needs by, size or like") }
    if by != nil && size != nil { throw FieldError("size", "by excludes size and like") }
    if alignCorners && mode == "nearest" {
      throw FieldError(
        "align_corners", "align_corners needs mode: bilinear or bicubic; nearest has no corners to align")
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
    let input = try maps(inputs[0], for: Self.keyword)
    return .maps(
      .known(input.channels), try output(of: input.height, fixed: size?.height, name: "height"),
      try output(of: input.width, fixed: size?.width, name: "width"))
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] {
    guard let rows = output.height.value, let columns = output.width.value else { return [:] }
    var result: [String: FieldValue] = ["size": .size(Size2D(rows, columns))]
    if let by {
      result["by"] = .float(by)
    } else if let height = inputs[0].height.value, let width = inputs[0].width.value, rows * width == columns * height {
      result["by"] = .float(Double(rows) / Double(height))
    }
    return result
  }

  package func reach(over input: Shape) -> Reach {
    let (rows, columns) = (factor(input.height, size?.height), factor(input.width, size?.width))
    let taps = ["nearest": 1, "bilinear": 2][mode] ?? 4
    guard rows >= 1 && columns >= 1 else {
      return .window(extent: Size2D(taps), stride: Size2D(Self.whole(1 / rows), Self.whole(1 / columns)))
    }
    return .enlarged(extent: Size2D(taps), by: Size2D(Self.whole(rows), Self.whole(columns)))
  }

  /// How many times the output is the input; 1 where that is open.
  private func factor(_ extent: Extent, _ fixed: Extent?) -> Double {
    if let by { return by }
    guard let fixed = fixed?.value, let pixels = extent.value, pixels > 0 else { return 1 }
    return Double(fixed) / Double(pixels)
  }

  /// The nearest whole step, at least 1.
  private static func whole(_ step: Double) -> Int { Int(exactly: max(1, min(step, 0x1p31)).rounded()) ?? 1 }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    guard let by else { return ["H', W' = size = \(output.height), \(output.width)"] }
    return [
      "H' = ⌊H·by⌋ = ⌊\(inputs[0].height)·\(by)⌋ = \(output.height)",
      "W' = ⌊W·by⌋ = ⌊\(inputs[0].width)·\(by)⌋ = \(output.width)",
    ]
  }

  package func count(by tool: CountingTool, for inputs: [Shape], output: Shape) -> Extent {
    switch tool {
    case .torchinfo: 0
    case .fvcore: output.elements * (["nearest": 1, "bilinear": 4][mode] ?? 0)
    case .ptflops: output.elements * 2
    case .thop: output.elements * (["nearest": 1, "bilinear": 11][mode] ?? 259)
    }
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let output = checkedOutputShape(of: inputs)
    let size = PixelSize(height: output[2], width: output[3])
    return Operations.Upsample(size, factor: by, mode: interpolation, alignCorners: alignCorners)(inputs)
  }

  private var interpolation: Interpolation {
    switch mode {
    case "bilinear": .bilinear
    case "bicubic": .bicubic
    default: .nearest
    }
  }

  package var summary: String {
    let factor = by.map { "×\(FieldValue.float($0))".replacingSuffix(".0", with: "") } ?? size.map { "to \($0)" } ?? ""
    return mode == "nearest" ? factor : "\(factor) \(mode)"
  }
}

extension String {
  /// The text with one ending exchanged for another, if it has it.
  fileprivate func replacingSuffix(_ suffix: String, with other: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) + other : self
  }
}

import Diagnostics
import GraphIR
import Layers
import Shapes
import SpecLanguage

/// Fields of single layers that give the value at the end of a chain another shape.
extension FixContext {
  /// What is wrong with a size: its border, or the scale that strides give it.
  enum Sizing: Hashable {
    case border
    case scale
  }

  /// The changes of one field after which the value at the end of a chain has a shape that fits.
  ///
  /// Shapes are computed along the chain, so that only what fits is tried by building.
  func sizings(
    of chain: Chain, _ sizing: Set<Sizing>, cost: Int, fits: (Shape) -> Bool
  ) -> [FixCandidate] {
    var result: [FixCandidate] = []
    for (index, node) in chain.nodes.enumerated() {
      func add(_ field: String, _ value: FieldValue, _ extra: Int) {
        guard has(field, node), self.value(of: field, in: node) != value,
          let shape = chain.end(changing: index, [field: value]), fits(shape)
        else { return }
        result += [setting(field, value.description, of: node, cost: cost + 2 * index + extra)].compactMap { $0 }
      }
      if sizing.contains(.border) {
        if let padding = paddings(of: node).first(where: { padding in
          self.value(of: "padding", in: node) != .padding(padding)
            && chain.end(changing: index, ["padding": .padding(padding)]).map(fits) ?? false
        }) {
          add("padding", .padding(padding), 0)
        }
        if case .size(let stride)? = value(of: "stride", in: node), has("output_padding", node) {
          for added in 0..<max(1, min(8, stride.largest)) { add("output_padding", .size(AxisSizes(added)), 0) }
        }
        for word in ["floor", "ceil"] { add("round", .word(word), 1) }
      }
      if sizing.contains(.scale) {
        for stride in 1...8 { add("stride", .size(AxisSizes(stride)), stride == 1 ? 0 : 1) }
        for factor in [2.0, 4, 8, 0.5] { add("by", .float(factor), 1) }
      }
    }
    return result
  }

  /// The paddings worth a try: the word, the number that keeps a dilated kernel's size, then by size; one for each side
  /// where a kernel is even.
  private func paddings(of node: Node) -> [Padding] {
    guard has("padding", node), case .size(let kernel)? = value(of: "kernel", in: node) else { return [] }
    // A pool of an even kernel has no padding that keeps its windows where they are.
    let axes = node.output.axisCount
    let isEven = kernel.numbers.contains { $0.isMultiple(of: 2) }
    if isEven, [.maxPool, .averagePool].contains(node.layer.operation) { return [] }
    var dilation = AxisSizes.one
    if case .size(let written)? = value(of: "dilation", in: node) { dilation = written }
    let spans = (0..<axes).map { saturatingProduct(dilation[$0], kernel[$0] - 1) }
    guard let widest = spans.max(), widest <= 256 else { return [] }
    // Who writes a number is shown a number.
    let half: [Padding] = [.half, .symmetric(AxisSizes(axes: spans.map { $0 / 2 }))]
    let isNumber: Bool =
      if case .padding(.explicit)? = value(of: "padding", in: node) { true } else { dilation != .one }
    var result = isNumber ? half.reversed() : half
    // More padding than that makes rows of zeros alone.
    result += [.valid] + (0..<min(16, widest / 2)).map { .symmetric(AxisSizes($0 + 1)) }
    if spans.contains(where: { !$0.isMultiple(of: 2) }) {
      result.append(.explicit(PaddingSizes(spans.map { AxisPadding(before: $0 / 2, after: $0 - $0 / 2) })))
    }
    return result
  }

  /// The change of the nearest layer with `out` after which the value at the end of a chain has other channels.
  func channelCandidates(of chain: Chain, _ channels: Int, cost: Int, fits: (Shape) -> Bool) -> [FixCandidate] {
    for (index, node) in chain.nodes.enumerated() where has("out", node) {
      guard let shape = chain.end(changing: index, ["out": .int(channels)]), fits(shape) else { return [] }
      return [setting("out", "\(channels)", of: node, cost: cost + index)].compactMap { $0 }
    }
    return []
  }
}

import Shapes
import Tensors

/// The product of inputs, element by element, where a gate is spread over the maps it scales.
///
/// Inputs have one shape, or one is C×H×W and the others are gates of it: a vector of C features, or of its rank with 1 in
/// place of some dimensions, such as C×1×1, 1×H×W, and a column or row of each channel, C×H×1 and C×1×W; of a volume
/// 1×1×H×W, too. Hu et al. 2017, arXiv:1709.01507 (squeeze and excitation); Hou et al. 2021, arXiv:2103.02907 (coordinate
/// attention).
package struct Multiply: FieldlessLayer {
  package static let keyword = "multiply"
  package static let inputCount = 2...Int.max
  package static let documentation = LayerDocumentation(
    .join, "The product of inputs; a gate of C×1×1, C, 1×H×W, C×H×1 or C×1×W is spread over C×H×W.",
    formula: "y = x₁ · x₂ · …", source: "Hu et al. 2017 (squeeze and excitation), arXiv:1709.01507",
    example: "{from: [features, gate], multiply}")
  package static let swift = SwiftSpelling.join("multiply", sign: .product)
  package static let torch = TorchSpelling.join(.product)

  init() {}

  package var operation: LayerOperation { .elementwise }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    // The maps are the first input that all others can be spread over.
    for shape in inputs where inputs.allSatisfy({ $0.spreads(over: shape) }) { return shape }
    let largest = inputs.first { $0.isMaps && !$0.looksLikeGate } ?? inputs[0]
    let wrong = inputs.firstIndex { !$0.spreads(over: largest) } ?? 0
    let number = (inputs.firstIndex(of: largest) ?? 0) + 1
    if largest.isMaps && inputs[wrong].looksLikeGate {
      throw ShapeError(
        .gateMismatch,
        "the gate, input \(wrong + 1), is \(inputs[wrong]) and cannot be spread over input \(number), \(largest); "
          + "a gate is \(largest.channels)\(String(repeating: "×1", count: largest.axisCount)), \(largest.channels) or 1×\(largest.pixels)",
        recovery: largest)
    }
    throw ShapeError(
      .joinMismatch,
      "multiply takes inputs of one shape, or gates, but input \(number) is \(largest) and input \(wrong + 1) is "
        + "\(inputs[wrong])", recovery: largest)
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["the output is \(output)"]
      + inputs.enumerated().filter { $1 != output }.map { "input \($0 + 1), \($1), is spread over it" }
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let output = checkedOutputShape(of: inputs)
    let maps = inputs.firstIndex { $0.shape == output } ?? 0
    return inputs.indices.filter { $0 != maps }.reduce(inputs[maps]) { product, index in
      Operations.Multiply()(product, spread(inputs[index], over: output))
    }
  }

  /// A gate that lacks pixels, such as a column or a row of each channel, as maps or volumes of the whole size; what the
  /// operation spreads itself, one pixel of all channels among it, as it is.
  private func spread(_ gate: Tensor, over shape: [Int]) -> Tensor {
    let (sizes, whole) = (gate.shape.dropFirst(2), shape.dropFirst(2))
    let isPixel = sizes.reduce(1, *) == 1 && gate.shape[1] == shape[1]
    guard gate.rank == shape.count, sizes != whole, !isPixel else { return gate }
    return gate.resized(to: Array(gate.shape[0..<2]) + whole) {
      Operations.Upsample($0, factor: nil, mode: .nearest, alignCorners: false)
    }
  }
}

extension Shape {
  fileprivate var looksLikeGate: Bool {
    rank == 1 || isMaps && (spatial.contains(1) || channels == 1)
  }

  /// Whether the shape is that of `maps`, or a gate of it.
  fileprivate func spreads(over maps: Shape) -> Bool {
    if self == maps { return true }
    guard maps.isMaps else { return false }
    if rank == 1 { return channels == maps.channels }
    return rank == maps.rank && zip(dimensions, maps.dimensions).allSatisfy { $0 == $1 || $0 == 1 }
  }
}

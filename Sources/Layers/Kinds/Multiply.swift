import Shapes
import Tensors

/// The product of inputs, element by element, where a gate is spread over the maps it scales.
///
/// Inputs have one shape, or one is C×H×W and the others are gates of it: C×1×1, a vector of C features or 1×H×W. Hu et
/// al. 2017, arXiv:1709.01507 (squeeze and excitation).
package struct Multiply: FieldlessLayer {
  package static let keyword = "multiply"
  package static let inputCount = 2...Int.max
  package static let documentation = LayerDocumentation(
    .join, "The product of inputs; a gate of C×1×1, C or 1×H×W is spread over C×H×W.",
    formula: "y = x₁ · x₂ · …", source: "Hu et al. 2017 (squeeze and excitation), arXiv:1709.01507",
    example: "{from: [features, gate], multiply}")
  package static let swift = SwiftSpelling.join("multiply", sign: .product)

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
          + "a gate is \(largest.channels)×1×1, \(largest.channels) or 1×\(largest.pixels)",
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
    return inputs.indices.filter { $0 != maps }.reduce(inputs[maps]) { Operations.Multiply()($0, inputs[$1]) }
  }
}

extension Shape {
  fileprivate var looksLikeGate: Bool {
    rank == 1 || isMaps && (height == 1 && width == 1 || channels == 1)
  }

  /// Whether the shape is that of `maps`, or a gate of it.
  fileprivate func spreads(over maps: Shape) -> Bool {
    if self == maps { return true }
    guard maps.isMaps else { return false }
    if rank == 1 || isMaps && height == 1 && width == 1 { return channels == maps.channels }
    return isMaps && channels == 1 && height == maps.height && width == maps.width
  }
}

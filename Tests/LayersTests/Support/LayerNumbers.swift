import Shapes
import Tensors
import Testing

@testable import Layers

extension LayerCase {
  /// Compares a layer's output with the numbers of the case; the layer's tensors hold what they do before training, or a
  /// half.
  func checkNumbers(of layer: any LayerKind) throws {
    let sides = try #require(numbers).split(separator: "→").map(String.init)
    try #require(sides.count == 2)
    let shapes = parseShapes(inputs)
    let values = try zip(sides[0].split(separator: ";"), shapes).map { text, shape in
      let elements = Self.numbers(text)
      let shape = try #require(shape.values)
      let count = shape.reduce(1, *)
      try #require(elements.count == count)
      return Tensor(elements, shape: [1] + shape)
    }
    let tensors = layer.tensors(for: shapes).map { tensor in
      if case .numbers(let pattern)? = layer.givenValues(of: tensor.name) {
        return (tensor.name, Tensor(pattern.filling(tensor.elements), shape: tensor.shape))
      }
      return (tensor.name, Tensor(repeating: Float(layer.firstValue(of: tensor.name) ?? 0.5), shape: tensor.shape))
    }
    let output = layer.output(values, ParameterSet(Dictionary(uniqueKeysWithValues: tensors)))
    #expect(output.imageShape == parseShape(self.output))
    let expected = Self.numbers(sides[1][...])
    try #require(output.elements.count == expected.count)
    for (found, expected) in zip(output.elements, expected) {
      let tolerance = 1e-5 * max(1, abs(expected))
      #expect(abs(found - expected) <= tolerance, "\(output.elements)")
    }
  }

  private static func numbers(_ text: Substring) -> [Float] { text.split(separator: " ").compactMap { Float($0) } }
}

import Shapes
import Tensors

/// The same elements in the same order under another shape: a vector, a signal C×L, maps C×H×W or a volume C×D×H×W.
///
/// One entry may be −1; it is what the number of elements leaves.
package struct Reshape: LayerKind {
  package static let keyword = "reshape"
  package static let documentation = LayerDocumentation(
    .arrangement, "The same elements in the same order under another shape.",
    formula: "the products of both shapes agree; one entry may be -1, which is what the others leave",
    example: "reshape: {shape: [512, 4, 4]}")
  package static let swift = SwiftSpelling.layer("Reshape", "reshape", fields: ["shape": .labelled("to")])

  package static let torch = TorchSpelling.layer(
    nil, "reshape", [.field("shape", "shape")],
    helpers: [
      TorchHelper(
        "reshape",
        #"""
        def reshape(x: Tensor, shape: Sequence[int]) -> Tensor:
            """The elements of each image in the same order under another shape."""
            return x.reshape(x.shape[0], *shape)
        """#)
    ])

  package let shape: [Int]

  package init(reading fields: inout FieldReader) throws(FieldError) {
    shape = fields.ints("shape", "features, or channels and the size along each axis; one may be -1")
    if fields.isDescribing { return }
    guard (1...4).contains(shape.count) else {
      throw FieldError(
        "shape",
        "shape has one entry (features), or channels and one to three sizes, not \(shape.count) entries")
    }
    guard shape.allSatisfy({ $0 == -1 || 1...FieldReader.largestInt ~= $0 }) else {
      throw FieldError(
        "shape", "the entries of shape are from 1 to \(FieldReader.largestInt), or -1 for what the others leave")
    }
    guard shape.filter({ $0 == -1 }).count <= 1 else { throw FieldError("shape", "only one entry of shape may be -1") }
  }

  package var operation: LayerOperation { .view }

  private var text: String { shape.map(String.init).joined(separator: "×") }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    guard let count = inputs[0].elements.value else {
      throw ShapeError(
        .symbolic, "reshape needs a known number of elements, but the input is \(inputs[0]); give a size with --input")
    }
    let others = shape.filter { $0 != -1 }.reduce(1, saturatingProduct)
    let isOpen = shape.contains(-1)
    guard isOpen ? count >= others && count.isMultiple(of: others) : count == others else {
      let recovery = isOpen ? nil : Shape(shape.map(Extent.known))
      throw ShapeError(
        .notDivisible, "\(inputs[0]) has \(count) elements, which do not fit \(text)", field: "shape",
        recovery: recovery)
    }
    return Shape(shape.map { .known($0 == -1 ? count / others : $0) })
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] {
    output.values.map { ["shape": .ints($0)] } ?? [:]
  }

  package func reach(over input: Shape) -> Reach {
    input.isMaps && input.spatial == shape.dropFirst().map(Extent.known) ? .pointwise : .global
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["\(inputs[0]) has \(inputs[0].elements) elements, as \(text) does: \(output)"]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    inputs[0].reshaped(to: checkedOutputShape(of: inputs))
  }

  package var summary: String { text }
}

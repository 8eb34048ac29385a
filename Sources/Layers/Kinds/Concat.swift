import Shapes
import Tensors

/// Inputs one behind the other along the channels, the height or the width; vectors join their features.
///
/// The sizes along the axis add up, all others agree. Szegedy et al. 2014, arXiv:1409.4842; Huang et al. 2016,
/// arXiv:1608.06993.
package struct Concat: LayerKind {
  package static let keyword = "concat"
  package static let inputCount = 1...Int.max
  package static let documentation = LayerDocumentation(
    .join, "Inputs one behind the other, along the channels unless another axis is given; vectors join their features.",
    formula: "C' = Σ C; the other dimensions agree", source: "Szegedy et al. 2014, arXiv:1409.4842",
    example: "concat: {axis: channels}")
  package static let swift = SwiftSpelling.join("concat", fields: ["axis": .choice("ConcatenationAxis")])
  package static let outputChannels = ChannelSource.sum

  package static let torch = TorchSpelling.join(.listFunction("torch.cat"))

  package static func torch(_ use: TorchUse) -> TorchSpelling {
    let axis = Shape.Axis.axes(use.axes).firstIndex { $0.name == use.word("axis") }
    return .join(.listFunction("torch.cat"), [.constant("dim=\(axis.map { $0 + 2 } ?? 1)")])
  }

  package let axis: String

  package init(reading fields: inout FieldReader) {
    axis = fields.word(
      "axis", of: ["channels"] + Shape.Axis.all.map(\.name), default: "channels", "the dimension that grows")
  }

  package var operation: LayerOperation { .movement }

  /// The axis among the dimensions of a shape; nil if the shape has no such axis.
  private func index(in shape: Shape) -> Int? {
    axis == "channels" ? (shape.rank > 0 ? 0 : nil) : shape.axes.firstIndex { $0.name == axis }.map { $0 + 1 }
  }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let first = inputs[0]
    guard let index = index(in: first) else {
      let names = ["channels"] + first.axes.map(\.name)
      throw ShapeError(
        .wrongRank,
        "concat along the \(axis) takes inputs that have one, but input 1 is \(first); it has \(names.joined(separator: ", "))",
        field: "axis")
    }
    var sum: Extent = 0
    for (number, shape) in inputs.enumerated() {
      var expected = first
      if shape.rank == first.rank { expected.dimensions[index] = shape.dimensions[index] }
      guard shape == expected else {
        throw ShapeError(
          .joinMismatch,
          "concat along the \(axis) takes inputs that agree otherwise, but input 1 is \(first) and input "
            + "\(number + 1) is \(shape)", recovery: recovery(inputs, along: index))
      }
      sum += shape.dimensions[index]
    }
    var output = first
    output.dimensions[index] = sum
    return output
  }

  /// The first shape with the sum of the sizes of all inputs of its rank.
  private func recovery(_ inputs: [Shape], along index: Int) -> Shape {
    var output = inputs[0]
    output.dimensions[index] = inputs.filter { $0.rank == output.rank }.map { $0.dimensions[index] }.reduce(0, +)
    return output
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    guard let index = index(in: output) else { return [] }
    let symbol = output.rank == 1 ? "features" : index == 0 ? "C'" : output.axes[index - 1].symbol + "'"
    let parts = inputs.map { $0.dimensions[index].description }.joined(separator: " + ")
    return ["\(symbol) = \(parts) = \(output.dimensions[index])"]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let index = index(in: inputs[0].imageShape) ?? 0
    switch (inputs[0].rank, index) {
    // As operations see a signal, its length is the width of one row.
    case (3, 1): return Operations.Concat(axis: 3)(inputs)
    // Of volumes, whose slices lie one below the other, the rows of a slice follow each other.
    case (5, 2):
      let shape = checkedOutputShape(of: inputs)
      let rows = inputs.map { $0.reshaped(to: Array($0.shape[0..<3]) + [$0.shape[3] * $0.shape[4]]) }
      return Operations.Concat(axis: 3)(rows).reshaped(to: shape)
    case (5, 3): return Operations.Concat(axis: 3)(inputs)
    default: return Operations.Concat(axis: index + 1)(inputs)
    }
  }

  package var summary: String { axis == "channels" ? "" : axis }
}

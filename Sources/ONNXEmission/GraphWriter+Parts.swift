import ONNX
import Tensors

// What several operations are made of.
extension GraphWriter {
  /// An operator of one value whose result has the value's shape.
  package mutating func elementwise(
    _ type: String, _ input: WrittenValue, _ attributes: [AttributeProto] = []
  ) -> WrittenValue {
    node(type, [input.name], attributes, shape: input.shape)
  }

  /// An operator of a value and a number.
  package mutating func with(_ number: Double, _ type: String, _ input: WrittenValue) -> WrittenValue {
    let number = self.number(number)
    return node(type, [input.name, number], shape: input.shape)
  }

  /// A number for each channel, or one for all, in a shape that spreads over a value's.
  package mutating func perChannel(_ weight: Computation.Value, over input: WrittenValue) -> WrittenValue {
    let weight = value(weight)
    guard weight.shape != [1], input.shape.count > 2, weight.shape.count == 1 else { return weight }
    return value(weight, as: weight.shape + input.shape.dropFirst(2).map { _ in 1 })
  }

  /// A value times and plus numbers for each channel, or for each element of an image, those of them that are there.
  package mutating func affine(
    _ input: WrittenValue, weight: Computation.Value?, bias: Computation.Value?
  ) -> WrittenValue {
    var result = input
    if let weight, shape(of: weight).count > 1 {
      // Numbers for each element have an image's own shape.
      result = value(input, as: [input.shape[0]] + shape(of: weight))
    }
    if let weight {
      let factors = perChannel(weight, over: result)
      result = node("Mul", [result.name, factors.name], shape: result.shape)
    }
    if let bias {
      let terms = perChannel(bias, over: result)
      result = node("Add", [result.name, terms.name], shape: result.shape)
    }
    return result
  }

  /// `ReduceMax`, `ReduceMean` or `ReduceSum` along one axis.
  package mutating func reduce(
    _ type: String, _ input: WrittenValue, axis: Int, keepsAxis: Bool = false
  ) -> WrittenValue {
    var shape = input.shape
    if keepsAxis { shape[axis] = 1 } else { shape.remove(at: axis) }
    let keeps = AttributeProto.int("keepdims", keepsAxis ? 1 : 0)
    // The axes became an input of ReduceSum in version 13 of the operators, of the others in version 18.
    if opset >= 18 || type == "ReduceSum" {
      let axes = integers([axis])
      return node(type, [input.name, axes], [keeps], shape: shape)
    }
    return node(type, [input.name], [.ints("axes", [axis]), keeps], shape: shape)
  }

  /// A value in the shape of another with as many elements; where sizes are open, the node asks for them.
  package mutating func reshaped(_ input: WrittenValue, like other: WrittenValue) -> WrittenValue {
    guard hasOpenSizes else { return value(input, as: other.shape) }
    let shape = node("Shape", [other.name], shape: [other.shape.count])
    return node("Reshape", [input.name, shape.name], shape: other.shape)
  }

  /// Elements of an axis by their places, in the shape of the list of places.
  package mutating func gather(
    _ input: WrittenValue, _ places: [Int], dims: [Int]? = nil, axis: Int
  ) -> WrittenValue {
    let dims = dims ?? [places.count]
    let indices = integers(places, dims: dims)
    let shape = input.shape[..<axis] + dims + input.shape[(axis + 1)...]
    return node("Gather", [input.name, indices], [.int("axis", axis)], shape: Array(shape))
  }

  /// Ranges of some axes.
  package mutating func slice(_ input: WrittenValue, _ ranges: [(axis: Int, range: Range<Int>)]) -> WrittenValue {
    let needed = ranges.filter { $0.range != 0..<input.shape[$0.axis] }
    if needed.isEmpty { return input }
    var shape = input.shape
    for (axis, range) in needed { shape[axis] = range.count }
    let starts = integers(needed.map(\.range.lowerBound))
    let ends = integers(needed.map(\.range.upperBound))
    let axes = integers(needed.map(\.axis))
    return node("Slice", [input.name, starts, ends, axes], shape: shape)
  }

  /// Elements before and behind each axis but the batch's.
  package mutating func pad(
    _ input: WrittenValue, before: [Int], after: [Int], mode: String = "constant", value: Double = 0
  ) -> WrittenValue {
    if (before + after).allSatisfy({ $0 == 0 }) { return input }
    let pads = integers([0] + before + [0] + after)
    let shape = [input.shape[0]] + input.shape.dropFirst().enumerated().map { before[$0] + $1 + after[$0] }
    if mode != "constant" { return node("Pad", [input.name, pads], [.string("mode", mode)], shape: shape) }
    let constant = number(value)
    return node("Pad", [input.name, pads, constant], [.string("mode", mode)], shape: shape)
  }

  /// Rows and columns of maps as weighted sums of rows and columns: `[outputs, inputs]` each; nil for an axis that stays.
  package mutating func mixed(_ maps: WrittenValue, rows: Tensor?, columns: Tensor?) -> WrittenValue {
    var result = maps
    if let columns {
      let matrix = tensor(columns.transposed, "columns")
      let shape = Array(result.shape.dropLast()) + [columns.shape[0]]
      result = node("MatMul", [result.name, matrix], shape: shape)
    }
    if let rows {
      let matrix = tensor(rows, "rows")
      var shape = result.shape
      shape[2] = rows.shape[0]
      result = node("MatMul", [matrix, result.name], shape: shape)
    }
    return result
  }
}

extension Tensor {
  /// A matrix with its rows and columns exchanged.
  fileprivate var transposed: Tensor {
    let (rows, columns) = (shape[0], shape[1])
    let elements = self.elements
    return Tensor((0..<count).map { elements[$0 % rows * columns + $0 / rows] }, shape: [columns, rows])
  }
}

import SyntheticTensors
import Testing

@testable import Tensors

/// An operation on operands of some shapes, whose gradient is compared with differences.
struct GradientCase: Sendable, CustomTestStringConvertible {
  var operation: any Operation
  var operands: Operands<[Int]>
  /// Whether the result is linear in its inputs, so that its gradient is exact.
  var isLinear = false
  /// Inputs that are no numbers to be moved, such as labels, by their positions.
  var fixed: [Int: [Double]] = [:]
  /// What is traced, where it is more than the operation.
  var apply: (@Sendable (Operands<Tensor>) -> Tensor)?

  init(
    _ operation: any Operation, _ inputs: [Int]..., weight: [Int]? = nil, bias: [Int]? = nil, mean: [Int]? = nil,
    variance: [Int]? = nil, isLinear: Bool = false, fixed: [Int: [Double]] = [:],
    apply: (@Sendable (Operands<Tensor>) -> Tensor)? = nil
  ) {
    self.operation = operation
    operands = Operands(inputs, weight: weight, bias: bias, mean: mean, variance: variance)
    (self.isLinear, self.fixed, self.apply) = (isLinear, fixed, apply)
  }

  var testDescription: String { "\(operation.name) \(operands.inputs)" }

  /// The gradient by each operand of the result's product with random numbers, beside what the operands and numbers were.
  struct Gradients {
    /// Takes the operands and the numbers that the result is multiplied by.
    var computation: Computation
    /// An operand's gradient among the outputs, behind the result and the scalar; nil where there is none.
    var gradients: [DoubleTensor?]
    var inputs: [DoubleTensor]
    var result: DoubleTensor
    var product: Double
  }

  func gradients(seed: UInt64) throws -> Gradients {
    let shapes = operands.all
    let (operation, operands, apply) = (operation, operands, apply)
    let output = apply == nil ? operation.outputShape(of: operands) : operands.input
    let computation = Computation.tracing(shapes + [output]) { inputs, _ in
      var rest = inputs[...]
      let traced = operands.map { _ in rest.removeFirst() }
      let result = apply?(traced) ?? operation(traced)
      return [result, InnerProduct()(result, inputs[shapes.count])]
    }
    let movable = shapes.indices.filter { fixed[$0] == nil }
    let made = try computation.gradient(
      of: computation.outputs[1], withRespectTo: movable.map { computation.inputs[$0] })
    var complete = made.computation
    complete.outputs += made.gradients.compactMap { $0 }
    var generator = SeededGenerator(state: seed)
    let inputs = (shapes + [output]).enumerated().map { index, shape -> DoubleTensor in
      if let fixed = fixed[index] { return DoubleTensor(fixed, shape: shape) }
      let isVariance = operands.variance != nil && index == shapes.count - 1
      return DoubleTensor(
        (0..<shape.reduce(1, *)).map { _ in .random(in: isVariance ? 0.5...2 : -2...2, using: &generator) },
        shape: shape)
    }
    let values = complete.plain(inputs)
    var found = values.dropFirst(2)
    var gradients: [DoubleTensor?] = Array(repeating: nil, count: shapes.count)
    for (place, gradient) in zip(movable, made.gradients) where gradient != nil { gradients[place] = found.popFirst() }
    return Gradients(
      computation: computation, gradients: gradients, inputs: inputs, result: values[0], product: values[1].elements[0])
  }
}

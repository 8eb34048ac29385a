import Runtime
import Tensors

extension TrainedComputation {
  /// What a step takes: images, the number of the step if something is random, labels, and numbers of the update, which
  /// nothing reads before it.
  func inputs(_ images: [Tensor], labels: Tensor, step: Int) -> [Tensor] {
    images + (isRandom ? [StepNumber.tensor(step)] : []) + [labels, Tensor(zeros: StepScalars.shape)]
  }

  // MARK: Numbers that are none

  /// A value on the way to the loss that has an element which is no finite number.
  package struct Fault: Sendable {
    /// What made it: `Convolution`.
    package var operation: String
    package var label: Computation.Label?
    package var number: Float
    /// The place of the image in the batch; nil for a value of all images together.
    package var image: Int?
  }

  /// The first value on the way to the loss with an element that is no finite number; nil if there is none.
  ///
  /// - Throws: `PlanError` if there is no memory to keep all values.
  package func firstFault(_ images: [Tensor], labels: Tensor, step: Int, threads: Int?) throws(PlanError) -> Fault? {
    let loss = computation.outputs[0]
    var isOfInputs = computation.nodes.map { _ in false }
    var forward = computation
    forward.outputs = []
    for index in 0...loss.index {
      switch computation.nodes[index].origin {
      case .input: isOfInputs[index] = true
      case .operation(_, let operands) where operands.all.contains(where: { isOfInputs[$0.index] }):
        isOfInputs[index] = true
        forward.outputs.append(Computation.Value(index: index))
      default: break
      }
    }
    let plan = try ExecutionPlan(forward, PlanOptions(threads: threads))
    try plan.requireRunMemory()
    let batch = images.first?.shape.first
    for (value, tensor) in zip(forward.outputs, plan(inputs(images, labels: labels, step: step))) {
      guard let place = tensor.firstFault, case .operation(let operation, _) = computation[value].origin else {
        continue
      }
      let isOfImages = tensor.shape.first == batch && tensor.rank > 1
      return Fault(
        operation: operation.name, label: computation[value].label, number: tensor.elements[place],
        image: isOfImages ? place / max(1, tensor.shape.dropFirst().reduce(1, *)) : nil)
    }
    return nil
  }

  // MARK: Gradients

  /// How far a planned gradient is from its definition in double precision.
  package struct GradientDeviation: Sendable {
    /// The parameter's name.
    package var path: String
    package var label: Computation.Label?
    /// The norm of the gradient, and of the difference over it; a norm counts as a thousandth of the largest at least.
    package var norm: Double
    package var error: Double
  }

  /// The gradients of a batch by a plan, by the parameters' names.
  ///
  /// - Throws: `PlanError` if the gradients cannot be planned.
  package func plannedGradients(
    _ images: [Tensor], labels: Tensor, _ options: PlanOptions
  ) throws(PlanError) -> [String: Tensor] {
    var all = computation
    all.outputs = gradients.map(\.value)
    let plan = try ExecutionPlan(all, options)
    try plan.requireRunMemory()
    return Dictionary(
      uniqueKeysWithValues: zip(gradients.map(\.path), plan(inputs(images, labels: labels, step: 0))))
  }

  /// The gradients of a batch by definition in double precision, by the parameters' names.
  package func definedGradients(_ images: [Tensor], labels: Tensor) -> [String: DoubleTensor] {
    var all = computation
    all.outputs = gradients.map(\.value)
    let inputs = inputs(images, labels: labels, step: 0)
    let found = all.plain(inputs.map { DoubleTensor(converting: $0) })
    return Dictionary(uniqueKeysWithValues: zip(gradients.map(\.path), found))
  }

  /// The gradients of a batch by a plan beside those by definition, and how far the loss is from its own, relative.
  ///
  /// - Throws: `PlanError` if the gradients cannot be planned.
  package func checkGradients(
    _ images: [Tensor], labels: Tensor, threads: Int?
  ) throws(PlanError) -> (loss: Double, gradients: [GradientDeviation]) {
    var all = computation
    all.outputs = [computation.outputs[0]] + gradients.map(\.value)
    let inputs = inputs(images, labels: labels, step: 0)
    let plan = try ExecutionPlan(all, PlanOptions(threads: threads))
    try plan.requireRunMemory()
    let found = plan(inputs)
    let expected = all.plain(inputs.map { DoubleTensor(converting: $0) })
    func norm(_ elements: [Double]) -> Double { elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let norms = expected.dropFirst().map { norm($0.elements) }
    let least = 1e-3 * (norms.max() ?? 0)
    var errors: [GradientDeviation] = []
    for (index, gradient) in gradients.enumerated() {
      let difference = zip(found[index + 1].elements, expected[index + 1].elements).map { Double($0) - $1 }
      let error = norm(difference) / max(norms[index], least, .leastNormalMagnitude)
      errors.append(
        GradientDeviation(
          path: gradient.path, label: computation[gradient.parameter].label, norm: norms[index],
          error: error.isFinite ? error : .infinity))
    }
    let (loss, definition) = (Double(found[0].elements[0]), expected[0].elements[0])
    return (abs(loss - definition) / max(abs(definition), 1e-3), errors)
  }
}

extension Tensor {
  /// The place of the first element that is no finite number; nil if all are.
  package var firstFault: Int? { withUnsafeBufferPointer { elements in elements.firstIndex { !$0.isFinite } } }
}

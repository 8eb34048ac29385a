import Runtime
import Tensors

/// A step of training made ready for batches of one size: forward, backward and updates in one arena, on a state that it
/// may share with other plans.
///
/// Steps give the same bits for any number of threads. Behind the first, a step allocates nothing, as the tests prove of
/// every kind of layer, form of weight, loss and optimizer; only weights that a program makes in ways of its own do.
package final class TrainingPlan {
  package let plan: ExecutionPlan
  private let state: TrainingState
  private let classes: Int?
  private let isRandom: Bool
  /// The shapes of a step's inputs and, last, its labels.
  private let shapes: [[Int]]
  private let scalars = AlignedFloats(count: StepScalars.shape[0])
  private let stepNumber = AlignedFloats(count: StepNumber.shape[0])
  private let results: [AlignedFloats]
  private var inputs: [UnsafePointer<Float>]
  private let outputPointers: [UnsafeMutablePointer<Float>]

  /// Plans a step on a state.
  ///
  /// - Throws: `PlanError` if a value is too large, or the system refuses memory.
  package init(
    _ trained: TrainedComputation, on state: TrainingState, _ options: PlanOptions = PlanOptions()
  ) throws(PlanError) {
    let steps = TrainingSteps(trained, settings: state.settings)
    plan = try ExecutionPlan(
      trained.computation, options, moving: steps.steps, moved: steps.moved, in: state.shared)
    try plan.requireRunMemory()
    (self.state, classes, isRandom) = (state, trained.classes, trained.isRandom)
    var shapes = plan.inputShapes
    shapes.removeLast()
    if trained.isRandom { shapes.remove(at: shapes.count - 2) }
    self.shapes = shapes
    results = plan.outputShapes.map { AlignedFloats(count: $0.reduce(1, *)) }
    outputPointers = results.map(\.start)
    inputs = Array(repeating: UnsafePointer(scalars.start), count: plan.inputShapes.count)
    if trained.isRandom { inputs[inputs.count - 3] = UnsafePointer(stepNumber.start) }
  }

  /// Makes a step, or a part of one where a batch comes in parts, and gives the loss before it.
  ///
  /// - Parameters:
  ///   - images: The network's inputs.
  ///   - labels: The labels of the batch, last of the shapes that the plan was made for.
  ///   - rate: The learning rate; nil for the optimizer's.
  ///   - momentum: The momentum, or β₁; nil for the optimizer's.
  /// - Throws: `TrainingError` if shapes are others than the plan's, or a label is no class; nothing has moved then.
  @discardableResult
  package func step(
    _ images: [Tensor], labels: Tensor, rate: Double? = nil, momentum: Double? = nil
  ) throws(TrainingError) -> Float {
    try check(images, labels)
    prepare(rate: rate, momentum: momentum)
    run(images, labels, from: 0, times: nil)
    advance()
    return results[0].start[0]
  }

  /// Makes a step and measures each step of the plan: nanoseconds, in their order.
  ///
  /// - Throws: As `step`.
  package func profile(_ images: [Tensor], labels: Tensor) throws(TrainingError) -> [UInt64] {
    try check(images, labels)
    prepare(rate: nil, momentum: nil)
    var times: [UInt64] = []
    run(images, labels, from: 0) { times = $0 }
    advance()
    return times
  }

  /// What the network gave in the last step, if the computation gives it: copies.
  package var outputs: [Tensor] {
    zip(plan.outputShapes, results).dropFirst().map { shape, memory in
      Tensor(UnsafeBufferPointer(start: memory.start, count: memory.count), shape: shape)
    }
  }

  private func check(_ images: [Tensor], _ labels: Tensor) throws(TrainingError) {
    guard images.count + 1 == shapes.count, labels.shape == shapes[images.count],
      images.indices.allSatisfy({ images[$0].shape == shapes[$0] })
    else { throw .shapes(expected: shapes, found: images.map(\.shape) + [labels.shape]) }
    try TrainingError.check(labels, classes: classes)
  }

  /// Writes what is new in this step.
  private func prepare(rate: Double?, momentum: Double?) {
    let (settings, part) = (state.settings, state.part)
    StepScalars(
      rate: rate ?? settings.optimizer.rate, momentum: momentum, step: state.step, isFirst: part == 0,
      isLast: part == settings.parts - 1
    ).store(at: scalars.start)
    let parts = StepNumber.parts(state.step * settings.parts + part)
    (stepNumber.start[0], stepNumber.start[1]) = (parts.low, parts.high)
  }

  private func advance() {
    state.part += 1
    guard state.part == state.settings.parts else { return }
    state.part = 0
    state.step += 1
  }

  private func run(_ images: [Tensor], _ labels: Tensor, from index: Int, times: (([UInt64]) -> Void)?) {
    let isLabels = index == images.count
    let place = isLabels ? inputs.count - 2 : index
    (isLabels ? labels : images[index]).aligned.withUnsafeBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      inputs[place] = start
      if !isLabels { return run(images, labels, from: index + 1, times: times) }
      if let times {
        times(plan.profile(inputs: inputs, outputs: outputPointers))
      } else {
        plan.run(inputs: inputs, outputs: outputPointers)
      }
    }
  }
}

/// Memory for a few floats at a multiple of 64 bytes.
private final class AlignedFloats {
  let start: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(64, 4 * count), alignment: 64)
    start = memory.bindMemory(to: Float.self, capacity: max(16, count))
    start.initialize(repeating: 0, count: max(16, count))
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }
}

import Kernels

/// Moves a parameter by an optimizer, with what is kept for it, and its average behind it.
///
/// It reads the gradient, the step's numbers, the parameter, the optimizer's slots, the factor of clipping if gradients are
/// clipped, and the average if there is one; it writes the parameter, the slots and the average. All lie in row-major order.
struct MoveKernel: ElementKernel {
  /// Elements of the parameter.
  var count: Int
  /// The rule, with the parameter's own decay.
  var optimizer: Optimizer
  /// What the step's rate is multiplied by.
  var rateFactor: Double
  var isClipped: Bool
  var average: WeightAverage?

  var name: String { "update" }

  func run(phase: Int, memory: KernelMemory, worker: Worker) {
    // Vectors that no two threads write.
    let share = worker.share(of: (count + 15) / 16)
    let elements = share.lowerBound * 16..<min(count, share.upperBound * 16)
    run(elements, of: memory.reads[0] + elements.lowerBound, memory: memory)
  }

  func run(_ elements: Range<Int>, of gradient: UnsafePointer<Float>, memory: KernelMemory) {
    let scalars = StepScalars(at: memory.reads[1])
    guard scalars.isLast, !elements.isEmpty else { return }
    var optimizer = optimizer
    optimizer.rate = scalars.rate * rateFactor
    let slots = optimizer.slotCount
    if let momentum = scalars.momentum, optimizer.momentum != 0 { optimizer = optimizer.with(momentum: momentum) }
    let factor = isClipped ? Float(number(at: memory.reads[3 + slots])) : 1
    let move = OptimizerMove<Float>(optimizer, step: scalars.step, factor: factor)
    let start = elements.lowerBound
    move(
      memory.writes[0] + start, gradient: gradient, slots > 0 ? memory.writes[1] + start : nil,
      slots > 1 ? memory.writes[2] + start : nil, count: elements.count)
    average?.update(memory.writes[1 + slots] + start, towards: memory.writes[0] + start, count: elements.count)
  }
}

/// A double that lies in a state.
func number(at start: UnsafePointer<Float>) -> Double { UnsafeRawPointer(start).load(as: Double.self) }

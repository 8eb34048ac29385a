import Kernels
import Tensors

/// A network made ready to run on inputs of one shape, again and again.
///
/// Making it takes the decisions: what is fused into what, which algorithm computes a layer, where each value lies in one
/// arena; and packs the weights. Running it allocates nothing but what the caller asks for, and gives the same bits for
/// any number of threads.
public final class ExecutionPlan: Sendable {
  /// The shapes of the inputs, with the batch.
  public let inputShapes: [[Int]]
  /// The shapes of the outputs, with the batch.
  public let outputShapes: [[Int]]
  /// The threads of a run.
  public let threads: Int
  /// The instruction set of the inner loops.
  package let instructionSet: InstructionSet
  let steps: [Step]
  let rounds: Rounds
  let weights: MemoryRegion
  let arenaCount: Int
  let buffers: [PlannedBuffer]
  /// What the verifier found, if it was asked to look; a fault is a mistake of the planner.
  package let faults: [String]
  let sessions: SessionPool

  /// Plans a computation and packs its weights.
  ///
  /// - Throws: `PlanError` if a value is too large, or the instruction set is not this processor's.
  package init(_ computation: Computation, _ options: PlanOptions = PlanOptions()) throws(PlanError) {
    let builder = try StepBuilder(computation, options)
    let (graph, placement) = (builder.graph, builder.placement)
    instructionSet = builder.loops.set
    let threads = options.threads ?? ThreadCount.standard
    let layout = StepLayout(
      builder.drafts, graph: graph, placement: placement, rounds: builder.rounds, threads: threads)
    rounds = builder.rounds
    inputShapes = graph.inputs.map { graph.shape(of: $0) }
    outputShapes = graph.outputs.map { graph.shape(of: $0) }
    arenaCount = layout.arenaCount
    buffers = layout.buffers
    faults = options.verifies ? builder.graphFaults + builder.faults(in: layout) : []
    weights = MemoryRegion(count: layout.weightCount)
    let session = Session(arenaCount: arenaCount, threads: threads)
    self.threads = session.team.count
    session.pack(layout, of: graph, into: weights)
    steps = layout.steps.map(\.releasingWeights)
    sessions = SessionPool(first: session, arenaCount: arenaCount, threads: threads)
  }

  /// The outputs for inputs of the planned shapes.
  public func callAsFunction(_ inputs: Tensor...) -> [Tensor] { self(inputs) }

  /// The outputs for a list of inputs of the planned shapes.
  public func callAsFunction(_ inputs: [Tensor]) -> [Tensor] {
    precondition(
      inputs.map(\.shape) == inputShapes, "the plan is for inputs of \(inputShapes), not \(inputs.map(\.shape))")
    var outputs = outputShapes.map { Tensor(zeros: $0) }
    withPointers(to: inputs.map(\.aligned)[...], []) { inputs in
      withMutablePointers(to: &outputs, from: 0, []) { outputs in run(inputs: inputs, outputs: outputs) }
    }
    return outputs
  }

  /// Runs on the caller's memory, one pointer for each input and output, whose elements are in row-major order in the
  /// planned shapes and begin at multiples of 64 bytes. Runs from several threads at once each take an arena of their own.
  public func run(inputs: [UnsafePointer<Float>], outputs: [UnsafeMutablePointer<Float>]) {
    precondition(inputs.count == inputShapes.count && outputs.count == outputShapes.count)
    sessions.with { session in session.run(self, inputs: inputs, outputs: outputs) }
  }

  /// Runs once and measures each step: nanoseconds, in the order of the steps.
  package func profile(inputs: [UnsafePointer<Float>], outputs: [UnsafeMutablePointer<Float>]) -> [UInt64] {
    var times = [UInt64](repeating: 0, count: steps.count)
    sessions.with { session in session.run(self, inputs: inputs, outputs: outputs, times: &times) }
    return times
  }

  private func withPointers(
    to tensors: ArraySlice<Tensor>, _ pointers: [UnsafePointer<Float>], _ body: ([UnsafePointer<Float>]) -> Void
  ) {
    guard let first = tensors.first else { return body(pointers) }
    first.withUnsafeBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      withPointers(to: tensors.dropFirst(), pointers + [start], body)
    }
  }

  private func withMutablePointers(
    to tensors: inout [Tensor], from index: Int, _ pointers: [UnsafeMutablePointer<Float>],
    _ body: ([UnsafeMutablePointer<Float>]) -> Void
  ) {
    guard index < tensors.count else { return body(pointers) }
    var tensor = tensors[index]
    tensors[index] = Tensor(zeros: [0])
    tensor.withUnsafeMutableBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      withMutablePointers(to: &tensors, from: index + 1, pointers + [start], body)
    }
    tensors[index] = tensor
  }
}

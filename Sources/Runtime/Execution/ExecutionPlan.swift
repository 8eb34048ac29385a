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
  let rounds: Rounds
  /// The steps and their memory.
  let layout: StepLayout
  /// What the numbers are made from, without those of the parameters.
  private let given: GivenTensors
  let numbers: PlanNumbers
  /// What the verifiers found, if they were asked to look; a fault is a mistake of the planner.
  package let faults: [String]
  /// The graph after each pass of the planner, if the options asked for it.
  package let passes: [PlannedPass]
  let sessions: SessionPool

  var steps: [Step] { layout.steps }

  /// Plans a computation and packs its weights.
  ///
  /// - Throws: `PlanError` if a value is too large, the system refuses the memory, or the instruction set is not this
  ///   processor's.
  package convenience init(_ computation: Computation, _ options: PlanOptions = PlanOptions()) throws(PlanError) {
    try self.init(computation, options, moves: nil, state: nil)
  }

  /// Plans a computation in training, with steps that move a state; its parameters are those of the state.
  ///
  /// - Throws: As above.
  package convenience init(
    _ computation: Computation, _ options: PlanOptions, moving steps: [StateStep], moved: Set<StateTensor>,
    in state: SharedState
  ) throws(PlanError) {
    let moves = StateMoves(state.directory, steps: steps, moved: moved)
    try self.init(computation, options, moves: moves, state: state)
  }

  private init(
    _ computation: Computation, _ options: PlanOptions, moves: StateMoves?, state: SharedState?
  ) throws(PlanError) {
    let builder = try StepBuilder(computation, options, moves: moves)
    let graph = builder.graph
    instructionSet = builder.loops.set
    let threads = options.threads ?? ThreadCount.standard
    let layout = StepLayout(
      builder.drafts, graph: graph, placement: builder.placement, rounds: builder.rounds, threads: threads,
      shared: moves?.directory ?? StateDirectory())
    rounds = builder.rounds
    (inputShapes, outputShapes) = (computation.inputShapes, computation.outputShapes)
    passes = builder.passes
    faults = options.verifies ? builder.graphFaults + builder.faults(in: layout) : []
    let (arenaCount, table) = (layout.arenaCount, StepTable(layout.steps))
    let makeSession: @Sendable () throws(AllocationError) -> Session = { () throws(AllocationError) -> Session in
      try Session(table, arenaCount: arenaCount, threads: threads)
    }
    let session: Session
    do throws(AllocationError) {
      session = try makeSession()
    } catch {
      throw .outOfMemory("the arena", largest: layout.largestLayer, error)
    }
    self.threads = session.team.count
    numbers = try PlanNumbers(layout, given: graph.given, team: session.team, shared: state)
    given = graph.given.released
    self.layout = layout
    sessions = SessionPool(first: session, makeSession)
  }

  /// A plan with other parameters.
  private init(_ plan: ExecutionPlan, given: GivenTensors) throws(PlanError) {
    (inputShapes, outputShapes) = (plan.inputShapes, plan.outputShapes)
    (threads, instructionSet, rounds, layout) = (plan.threads, plan.instructionSet, plan.rounds, plan.layout)
    (faults, passes, sessions, self.given) = (plan.faults, plan.passes, plan.sessions, plan.given)
    let made = plan.sessions.with { session in
      Result<PlanNumbers, PlanError> { () throws(PlanError) -> PlanNumbers in
        try PlanNumbers(plan.layout, given: given, team: session.team, shared: plan.numbers.shared)
      }
    }
    numbers = try made.get()
  }

  /// The same plan with other parameters, by the names they have in files of weights; others may be among them. Nothing
  /// is planned anew, weights are only packed; this plan stays as it is, and runs of both may be at the same time.
  ///
  /// - Throws: `PlanError` if a parameter is missing or of another shape, or the system refuses memory.
  public func replacingParameters(with parameters: [String: Tensor]) throws(PlanError) -> ExecutionPlan {
    try ExecutionPlan(self, given: try given.replacing(parameters))
  }

  /// Asks for the memory of inputs and outputs, so that a run of a size that a user chose fails with an error.
  ///
  /// - Throws: `PlanError.outOfMemory` if the system would refuse it.
  package func requireRunMemory() throws(PlanError) {
    let counts = (inputShapes + inputShapes + outputShapes).map(\.saturatingProduct)
    do throws(AllocationError) {
      try SystemMemory.require(floats: counts.reduce(0) { $0.saturatingAdded($1) })
    } catch {
      throw .outOfMemory("inputs and outputs", largest: nil, error)
    }
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
    sessions.with { session in
      session.run(rounds: rounds, on: numbers, inputs: inputs, outputs: outputs)
    }
  }

  /// Runs once and measures each step: nanoseconds, in the order of the steps.
  package func profile(inputs: [UnsafePointer<Float>], outputs: [UnsafeMutablePointer<Float>]) -> [UInt64] {
    var times = [UInt64](repeating: 0, count: steps.count)
    sessions.with { session in
      session.run(rounds: rounds, on: numbers, inputs: inputs, outputs: outputs, times: &times)
    }
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

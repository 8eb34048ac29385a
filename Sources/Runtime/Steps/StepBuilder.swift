import Kernels
import Tensors

/// Turns the nodes of a placed graph into steps.
struct StepBuilder {
  let graph: FusedGraph
  let placement: Placement
  let loops: Loops
  let options: PlanOptions
  /// What moves the state in training.
  let moves: StateMoves?
  /// Weights that steps make: by definition, in row-major order.
  let madeWeights: Set<Computation.Value>
  /// The values that are no maps and lie in row-major order.
  let vectors: Set<Computation.Value>
  /// Batch norms' values that steps of others make too.
  let batchNorms: BatchNormSteps
  private(set) var drafts: [StepDraft] = []
  /// Which of the steps run for a few images at a time.
  private(set) var rounds = Rounds.none
  /// What was wrong with the graph after a pass, if that was looked at.
  private(set) var graphFaults: [String] = []
  /// The graph after each pass, if that is to be kept.
  private(set) var passes: [PlannedPass] = []

  init(
    _ graph: FusedGraph, placement: Placement, loops: Loops, options: PlanOptions, moves: StateMoves? = nil
  ) {
    (self.graph, self.placement, self.loops, self.options) = (graph, placement, loops, options)
    (self.moves, madeWeights, vectors) = (moves, graph.madeWeights, graph.vectors)
    batchNorms = BatchNormSteps(graph)
    addSteps()
    rounds = Rounds(drafts, graph: graph, placement: placement, options: options)
    guard rounds.steps > 0 else { return }
    // Again, with the first kernels for the images of a round.
    drafts = []
    addSteps()
  }

  private mutating func addSteps() {
    addInputs()
    let others = batchNorms.valuesMadeWithOthers
    for node in graph.nodes where !placement.views.contains(node.output) && !others.contains(node.output) { add(node) }
    addOutputs()
    if let moves { drafts = drafts(moving: moves) }
  }

  /// Fuses and places a computation, and turns it into steps.
  ///
  /// - Throws: `PlanError` if a value is too large, or the instruction set is not this processor's.
  init(_ computation: Computation, _ options: PlanOptions, moves: StateMoves? = nil) throws(PlanError) {
    let loops = try options.loops()
    try Self.checkSizes(computation)
    let kept = moves?.steps.flatMap(\.values) ?? []
    var graph = FusedGraph(computation.forInference(), kept: kept, isTraining: moves != nil)
    var faults: [String] = []
    var passes: [PlannedPass] = []
    func look(isLowered: Bool, after name: String) {
      if options.keepsPasses { passes.append(PlannedPass(name: name, nodes: graph.nodes.map(\.description))) }
      if options.verifies { faults += graph.verify(isLowered: isLowered).map { "\(name): \($0)" } }
    }
    look(isLowered: false, after: "the trace")
    for pass in FusedGraph.passes(fuses: options.fuses, isTraining: moves != nil) {
      pass.run(&graph)
      look(isLowered: pass.leavesLowered, after: pass.name)
    }
    var placement = Placement(graph, sharesSlices: options.fuses)
    if options.recomputes, moves != nil {
      graph.recompute(placement)
      look(isLowered: true, after: "recomputation")
      placement = Placement(graph, sharesSlices: options.fuses)
    }
    try Self.checkMemory(graph, placement)
    self.init(graph, placement: placement, loops: loops, options: options, moves: moves)
    (graphFaults, self.passes) = (faults, passes)
  }

  /// Whether the system would give the memory for the largest value in blocks: kernels have tables of the maps' sizes, so
  /// this must be known before they are made.
  private static func checkMemory(_ graph: FusedGraph, _ placement: Placement) throws(PlanError) {
    for node in graph.nodes {
      let values = Set(node.reads + [node.output])
      let floats = values.reduce(0) { $0.saturatingAdded(placement.slot(of: $1).maps.count) }
      do throws(AllocationError) {
        try SystemMemory.require(floats: floats)
      } catch {
        throw .outOfMemory("the values", largest: node.labels.first?.path, error)
      }
    }
  }

  /// No value may have more elements than this: two billion.
  private static let largestValue = 1 << 31

  private static func checkSizes(_ computation: Computation) throws(PlanError) {
    for node in computation.nodes {
      var elements = 1
      for size in node.shape {
        let (product, overflows) = elements.multipliedReportingOverflow(by: size)
        guard !overflows, product <= largestValue else {
          throw .tooLarge(path: node.label?.path ?? "input", shape: node.shape)
        }
        elements = product
      }
    }
  }

  /// Where and how a value lies for the step that comes next: the images of a round, or all.
  func maps(of value: Computation.Value) -> BlockedMaps {
    var maps = placement.slot(of: value).maps
    if drafts.count < rounds.steps { maps.images = rounds.images }
    return maps
  }

  /// The caller's inputs and the constants are brought into blocks, unless everyone who reads them takes them as they
  /// are.
  private mutating func addInputs() {
    var readers: Set<Computation.Value> = Set(graph.results)
    for node in graph.nodes {
      for value in node.reads where planarInput(of: node) != value && !isReadInPlace(value, by: node) {
        readers.insert(value)
      }
      if node.residual.map({ planarInput(of: node) == $0 }) ?? false { readers.formUnion(node.reads) }
    }
    for (index, value) in graph.inputs.enumerated() where readers.contains(value) {
      addPack(of: value, from: .input(index))
    }
    // Those that kernels read as they are need no copy in blocks.
    for value in graph.readConstants where readers.contains(value) { addPack(of: value, from: given(value)) }
  }

  /// Where a given tensor lies: in the plan's own state, or in training the one that moves.
  func given(_ value: Computation.Value) -> StepDraft.Operand {
    guard let moves, let path = graph.given.path(of: value), moves.directory.places[StateTensor(path)] != nil else {
      return .state(value)
    }
    return .shared(StateTensor(path))
  }

  /// Where a weight that a kernel reads in row-major order lies.
  func weight(_ value: Computation.Value) -> StepDraft.Operand {
    graph.given.contains(value) ? given(value) : .value(value)
  }

  /// Whether a node's kernel reads a value from the state, in row-major order.
  func isReadInPlace(_ value: Computation.Value, by node: FusedNode) -> Bool {
    guard graph.given.contains(value) else { return false }
    if isWeightForm(node) { return true }
    guard !node.inputs.contains(value), node.operands.weights.contains(value) else { return false }
    switch node.operation {
    case is Operations.ConvolutionInputGradient, is Operations.LinearInputGradient,
      is Operations.GroupNormInputGradient, is Operations.ChannelNormInputGradient, is Operations.PReLUInputGradient,
      is Operations.RadialBasisInputGradient, is Operations.RadialBasisWeightGradient:
      return true
    case is Operations.BatchNormInputGradient: return batchNorms.sums[node.output] != nil
    case let norm as Operations.BatchNorm: return norm.isOfBatch && node.hasVectors(in: graph)
    default: return false
    }
  }

  private mutating func addPack(of value: Computation.Value, from operand: StepDraft.Operand) {
    drafts.append(
      StepDraft(
        kernel: PackKernel(output: maps(of: value), loops: loops), reads: [operand],
        writes: [StepDraft.Write(operand: .value(value))], labels: [], shape: graph.shape(of: value)))
  }

  private mutating func addOutputs() {
    for (index, value) in graph.outputs.enumerated() {
      drafts.append(
        StepDraft(
          kernel: UnpackKernel(input: maps(of: value), loops: loops), reads: [.value(value)],
          writes: [StepDraft.Write(operand: .output(index))], labels: [], shape: graph.shape(of: value)))
    }
  }

  /// The caller's input that a node reads in row-major order: a first convolution, whose few channels would leave most
  /// lanes of a block empty.
  func planarInput(of node: FusedNode) -> Computation.Value? {
    guard node.operation.readsPlanar, graph.inputs.contains(node.inputs[0]),
      graph.shape(of: node.inputs[0])[1] <= 4, !(convolution(of: node)?.isMostlyPadding ?? false)
    else { return nil }
    return node.inputs[0]
  }

  private mutating func add(_ node: FusedNode) {
    if let axis = node.operation.concatenationAxis, !madeWeights.contains(node.output) {
      return addConcatenation(node, axis: axis)
    }
    let isPlanar = planarInput(of: node) != nil
    let gradient = weightFormStep(of: node) ?? gradientStep(of: node)
    var reads = gradient?.reads ?? node.reads.map { StepDraft.Operand.value($0) }
    if isPlanar { reads[0] = .input(graph.inputs.firstIndex(of: node.inputs[0]) ?? 0) }
    var draft = StepDraft(
      kernel: gradient?.kernel
        ?? (madeWeights.contains(node.output) ? definition(of: node) : kernel(for: node, isPlanar: isPlanar)),
      reads: reads,
      writes: (gradient?.writes ?? [node.output]).map { StepDraft.Write(operand: .value($0)) }, labels: node.labels,
      shape: graph.shape(of: node.output))
    draft.macs = node.operation.macs(of: graph.operandShapes(of: node))
    draft.mixesImages = node.operation.mixesImages
    if draft.kernel.weightCount > 0, node.operands.weights.contains(where: isMoving) {
      let shapes = graph.operandShapes(of: node).mapWeights { $0 }
      if let scaling = node.operation as? any ChannelScalingOperation, let kernel = draft.kernel as? AffineKernel {
        draft.kernel = ReadScalingKernel(
          kernel, operation: scaling, weights: shapes, channels: maps(of: node.output).channels)
      } else {
        draft.kernel = ReadWeightsKernel(draft.kernel, weights: shapes)
      }
      draft.reads += node.operands.weights.map(weight)
    } else if draft.kernel.weightCount > 0 {
      draft.weights = StepWeights(
        operation: node.operation, operands: node.operands, scalings: node.scalings,
        channels: maps(of: node.output).channels)
    }
    if options.packing == .eachRun, let kernel = draft.kernel as? any WeightedKernel {
      draft.kernel = kernel.packingWhileRunning
    }
    drafts.append(draft)
  }

  /// Whether a weight may be another in each run.
  private func isMoving(_ weight: Computation.Value) -> Bool {
    moves != nil && (!graph.given.contains(weight) || graph.given.path(of: weight) != nil)
  }

  /// The inputs that do not lie in their slices yet are copied there.
  private mutating func addConcatenation(_ node: FusedNode, axis: Int) {
    var position = 0
    for (index, input) in node.inputs.enumerated() {
      let shape = graph.shape(of: input)
      defer { position += shape[axis] }
      let copied = Placement.CopiedInput(concat: node.output, position: index)
      if axis == 1, !placement.copied.contains(copied) { continue }
      var draft = StepDraft(
        kernel: copyKernel(from: maps(of: input), to: maps(of: node.output), axis: axis, position: position),
        reads: [.value(input)],
        writes: [
          StepDraft.Write(operand: .value(node.output), channels: axis == 1 ? position..<position + shape[1] : nil)
        ], labels: node.labels, shape: shape)
      draft.mixesImages = node.operation.mixesImages
      drafts.append(draft)
    }
  }
}

import GraphIR
import Interpreter
import Layers
import NetworkWeights
import Runtime
import Tensors
import Training
import Weights

/// Runs a network by cnnc's plan and by peers, and compares.
package struct NetworkVerification {
  /// What is compared beside the outputs.
  package struct Scope: Sendable {
    /// The values of layers, even where the outputs agree.
    package var layers = false
    /// The gradients of the loss by all tensors that are learned.
    package var gradients = false
    /// Steps of training; 0 for none.
    package var steps = 0

    package init() {}

    /// The steps that a peer makes, whose first gives the gradients.
    var trainedSteps: Int { max(steps, gradients ? 1 : 0) }
  }

  private let graph: Graph
  private let parameters: [String: Tensor]
  private let inputs: [Tensor]
  private let scope: Scope
  private let threads: Int
  private let network: PeerJob.Network
  private let outputs: [Tensor]
  /// The outputs that are as good as the same whatever the network is given, by their places.
  private let constantOutputs: Set<Int>
  private let trained: TrainedReference?

  /// Computes what peers are compared with.
  ///
  /// - Parameters:
  ///   - inputs: A batch for each input of the network.
  ///   - network: The network as peers read it.
  /// - Throws: `InterpreterError` if the network cannot run on the batch, `TrainedReference.Failure` if it cannot be
  ///   trained.
  package init(
    _ graph: Graph, parameters: [String: Tensor], inputs: [Tensor], as network: PeerJob.Network, scope: Scope,
    threads: Int
  ) throws {
    (self.graph, self.parameters, self.inputs) = (graph, parameters, inputs)
    (self.scope, self.threads, self.network) = (scope, threads, network)
    let plan = try Interpreter(graph, parameters: parameters).plan(
      batch: inputs[0].shape[0], options: PlanOptions(threads: threads))
    let outputs = plan(inputs)
    self.outputs = outputs
    // One image, or the same ones, are beside others.
    let isVaried = inputs.contains { $0.variation > 0 }
    let others = isVaried ? nil : plan(inputs.map { Tensor($0.elements.map { 1 - $0 }, shape: $0.shape) })
    constantOutputs = Set(
      outputs.indices.filter { index in
        let variation = others.map { Difference("", outputs[index], $0[index], deviation: nil).error }
        return variation ?? outputs[index].variation <= Difference.leastVariation
      })
    trained =
      scope.trainedSteps == 0
      ? nil
      : try TrainedReference(graph, parameters: parameters, inputs: inputs, steps: scope.trainedSteps, threads: threads)
  }

  private var outputNames: [String] { graph.outputs.map { $0.name ?? "output" } }

  /// Whether there are heads for training, and their tensors, if they have any, among the parameters.
  private var hasHeads: Bool {
    let heads = graph.nodes.filter { $0.head != nil }
    let tensors = heads.flatMap { node in node.parameters.map { graph.tensorName($0, of: node) } }
    return !heads.isEmpty && (tensors.isEmpty || tensors.contains { parameters[$0] != nil })
  }

  /// Puts what every job reads into its folder: inputs, weights, labels.
  ///
  /// - Throws: `WeightError` if a file cannot be written.
  package func prepare(_ run: PeerRun) throws(WeightError) {
    try write(inputs, to: run)
    let weights = parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    try Self.write(weights, to: run.path(PeerJob.File.weights))
    if let trained { try Self.write([("labels", trained.labels)], to: run.path(PeerJob.File.labels)) }
  }

  private func write(_ inputs: [Tensor], to run: PeerRun) throws(WeightError) {
    let names = graph.inputs.map { $0.name ?? "input" }
    try Self.write(Array(zip(names, inputs)), to: run.path(PeerJob.File.inputs))
  }

  private static func write(_ tensors: [(String, Tensor)], to path: String) throws(WeightError) {
    let tensors = tensors.map { name, tensor in
      WeightWriter.Tensor(name: name, shape: tensor.shape) { tensor.elements }
    }
    try WeightWriter.write(tensors, to: path, format: .npz)
  }

  /// Compares with a peer.
  ///
  /// - Throws: `PeerError` if it gives nothing to compare; `InterpreterError`, `WeightError` for what is run and written
  ///   layer by layer.
  package func report(of engine: PeerEngine, _ run: PeerRun) throws -> PeerReport {
    var job = PeerJob(engine, network, threads: threads)
    (job.heads, job.outputs) = (hasHeads, outputNames)
    if engine == .torch { job.training = trained?.training }
    var outcome = try run(job)
    var report = PeerReport(engine, version: outcome.version, outputs: differences(of: outcome))
    if engine.readsONNX, report.outputs.contains(where: { !$0.isWithin }) {
      // Slow, so only where it decides.
      job.double = true
      outcome = try run(job)
      report.outputs = differences(of: outcome)
    }
    if let trained, engine == .torch {
      let differences = trained.differences(from: outcome, scope)
      // Slow as well.
      report.training = try differences.isEqual ? differences : trained.judged(differences, of: outcome, run, job)
    }
    if scope.layers || report.outputs.contains(where: { !$0.isWithin }) {
      let layers = try layers(of: engine, run, image: worstImage(of: outcome))
      report.layers = layers
      if layers.allSatisfy(\.difference.isWithin) { allow(layers, for: &report.outputs) }
    }
    return report
  }

  private func differences(of outcome: PeerOutcome) -> [Difference] {
    zip(graph.outputs, outputs).enumerated().map { index, pair in
      let (key, name) = ("output:\(index)", pair.0.name ?? "output")
      guard let theirs = outcome.values[key] else { return Difference(name, error: .infinity, deviation: nil) }
      var result = Difference(name, pair.1, theirs, deviation: outcome.deviations[key])
      if result.emptiness == nil, constantOutputs.contains(index) { result.emptiness = .constant }
      return result
    }
  }

  /// The image whose outputs differ most.
  private func worstImage(of outcome: PeerOutcome) -> Int {
    let errors = (0..<inputs[0].shape[0]).map { image in
      outputs.enumerated().reduce(0.0) { worst, pair in
        guard let theirs = outcome.values["output:\(pair.offset)"], theirs.shape == pair.element.shape else {
          return worst
        }
        return max(
          worst, Difference("", pair.element.image(image), theirs.image(image), deviation: nil).error)
      }
    }
    return errors.indices.max { errors[$0] < errors[$1] } ?? 0
  }

  /// Runs one image layer by layer, in cnnc by a plan that gives the values of all, and compares those that the peer has.
  private func layers(of engine: PeerEngine, _ run: PeerRun, image: Int) throws -> [LayerDifference] {
    let one = inputs.map { $0.image(image) }
    let nodes = graph.mainNodes
    let plan = try Interpreter(graph, parameters: parameters).plan(
      batch: 1, taps: nodes.map(\.path), options: PlanOptions(threads: threads))
    let values = plan(one).suffix(nodes.count)
    try write(one, to: run)
    var job = PeerJob(engine, network, layers: nodes.map(\.path), threads: threads)
    (job.heads, job.outputs) = (hasHeads, outputNames)
    let outcome = try run(job)
    // The next engine begins with all images again.
    try write(inputs, to: run)
    return try compare(Array(zip(nodes, values)), outcome, one)
  }

  /// Compares values of layers with a peer's. What differs by more than is allowed is judged by what the layer makes of the
  /// peer's own values before it, up to the first layer that is another by that.
  private func compare(
    _ values: [(Node, Tensor)], _ outcome: PeerOutcome, _ batches: [Tensor]
  ) throws -> [LayerDifference] {
    var given = GivenValues(graph, try Interpreter(graph, parameters: parameters), inputs: batches)
    var differences: [LayerDifference] = []
    var isFaulty = false
    for (node, value) in values {
      let output = graph.outputs.firstIndex { $0.value.node == node.id }.map { "output:\($0)" }
      let keys = ["layer:\(node.path)"] + (output.map { [$0] } ?? [])
      guard let key = keys.first(where: { outcome.values[$0] != nil }), let found = outcome.values[key]
      else { continue }
      // A value may have another form there on its way: a signal a row, a volume maps.
      let theirs = found.count == value.count ? found.reshaped(to: value.shape) : found
      given.add(theirs, of: node)
      var difference = Difference(node.path, value, theirs, deviation: outcome.deviations[key])
      if !difference.isWithin, difference.shapes == nil, !isFaulty { difference.step = given.step(to: node) }
      if !difference.isWithin { isFaulty = true }
      differences.append(
        LayerDifference(
          difference, keyword: node.keyword, place: graph.place(of: node),
          unseen: difference.isWithin ? [] : given.unseenNodes(before: node).map(\.path)))
    }
    return differences
  }

  /// Allows outputs what they were seen to come to for one image, where every layer is right by itself: what norms make of
  /// rounding is none of the engine's faults.
  private func allow(_ layers: [LayerDifference], for differences: inout [Difference]) {
    for (index, output) in graph.outputs.enumerated() where !differences[index].isWithin {
      guard let node = output.value.node,
        let layer = layers.first(where: { $0.difference.name == graph.nodes[node].path }),
        layer.difference.error.isFinite
      else { continue }
      differences[index].deviation = max(differences[index].deviation ?? 0, layer.difference.error)
    }
  }
}

extension Tensor {
  /// How far images of a batch are from the first: the largest difference over the largest element.
  fileprivate var variation: Double {
    (1..<max(1, shape[0])).reduce(0) { max($0, Difference("", image(0), image($1), deviation: nil).error) }
  }

  /// One image of a batch, as a batch.
  fileprivate func image(_ index: Int) -> Tensor {
    let size = shape.dropFirst().reduce(1, *)
    return Tensor(Array(elements[(index * size)..<((index + 1) * size)]), shape: [1] + shape.dropFirst())
  }
}

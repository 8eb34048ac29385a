import SyntheticTensors
import Tensors
import Testing

@testable import Runtime
@testable import Training

/// Plans of training on networks drawn at random, against the plain path in double precision.
@Suite("Plans of training")
struct TrainingPlanTests {
  /// A way of training, each in some of the seeds.
  private static func settings(seed: Int, paths: [String]) -> TrainingSettings {
    let optimizers: [Optimizer] = [
      .sgd(rate: 0.01), .sgd(rate: 0.01, momentum: 0.9, decay: 0.01), .adamW(rate: 0.01, epsilon: 0.1),
      .sgd(rate: 0.01, momentum: 0.8, nesterov: true), .adam(rate: 0.01, epsilon: 0.1, decay: 0.1),
      .rmsprop(rate: 0.01, epsilon: 0.1, momentum: 0.5, epsilonInside: true),
    ]
    var settings = TrainingSettings(optimizers[seed % optimizers.count], seed: 5)
    if seed % 4 == 1 { settings.clipping = GradientClipping(largestNorm: 0.05) }
    if seed % 3 == 1 { settings.average = WeightAverage(decay: 0.75) }
    if seed % 5 == 2 { settings.parts = 2 }
    if seed % 7 == 3 {
      for (index, path) in paths.enumerated() {
        settings.rules[path] = ParameterRule(
          rateFactor: index % 2 == 0 ? 0.5 : 1, decays: index % 3 == 0, isFrozen: index % 4 == 1)
      }
    }
    return settings
  }

  /// The plain path's training, in double precision.
  private struct Reference {
    let trained: TrainedNetwork
    let settings: TrainingSettings
    var values: [String: [Double]] = [:]
    var slots: [String: [[Double]]] = [:]
    var averages: [String: [Double]] = [:]
    var losses: [Double] = []

    init(_ trained: TrainedNetwork, _ settings: TrainingSettings) {
      (self.trained, self.settings) = (trained, settings)
      for parameter in trained.network.parameters { values[parameter.path] = parameter.value.doubles }
      averages = values
    }

    mutating func step(_ number: Int, _ parts: [[Tensor]]) {
      var sums: [String: [Double]] = [:]
      for (part, inputs) in parts.enumerated() {
        var inputs = inputs.map { DoubleTensor(converting: $0) }
        if trained.isRandom {
          let draw = StepNumber.tensor(number * settings.parts + part)
          inputs.insert(DoubleTensor(converting: draw), at: inputs.count - 1)
        }
        let parameters = Dictionary(
          uniqueKeysWithValues: trained.network.parameters.map {
            ($0.path, DoubleTensor(values[$0.path] ?? [], shape: $0.value.shape))
          })
        var results = trained.computation.plain(inputs, parameters: parameters)[...]
        losses.append(results.removeFirst().elements[0])
        for path in trained.paths {
          let gradient = results.removeFirst().elements.map { $0 / Double(parts.count) }
          sums[path] = sums[path].map { zip($0, gradient).map { $0 + $1 } } ?? gradient
        }
        for path in trained.moved { values[path] = results.removeFirst().elements; average(path) }
      }
      let norm = sums.values.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }.squareRoot()
      let factor = settings.clipping?.factor(norm: norm) ?? 1
      for (path, sum) in sums { move(path, sum.map { $0 * factor }, step: number) }
    }

    private mutating func average(_ path: String) {
      guard let decay = settings.average?.decay, let old = averages[path], let new = values[path] else { return }
      averages[path] = zip(old, new).map { decay * $0 + (1 - decay) * $1 }
    }

    private mutating func move(_ path: String, _ gradient: [Double], step: Int) {
      let rule = settings.rules[path] ?? ParameterRule()
      var optimizer = settings.optimizer
      optimizer.rate *= rule.rateFactor
      if !rule.decays { optimizer.decay = 0 }
      var value = values[path] ?? []
      let kept = slots[path] ?? optimizer.slots.map { Array(repeating: $0.start, count: value.count) }
      let memory = kept.map { slot in
        let memory = UnsafeMutableBufferPointer<Double>.allocate(capacity: slot.count)
        _ = memory.initialize(from: slot)
        return memory
      }
      defer { for slot in memory { slot.deallocate() } }
      value.withUnsafeMutableBufferPointer { value in
        gradient.withUnsafeBufferPointer { optimizer.update(value, gradient: $0, slots: memory, step: step) }
      }
      (values[path], slots[path]) = (value, memory.map { Array($0) })
      average(path)
    }
  }

  /// A random network with a loss, and all that it gives of gradients.
  private struct TrainedNetwork {
    let network: Computation
    let labels: [Int]
    let computation: Computation
    let isRandom: Bool
    let paths: [String]
    let moved: [String]

    init?(seed: Int, isFrozen: (String) -> Bool = { _ in false }) throws {
      network = RandomNetwork.computation(seed: UInt64(seed), length: 4 + seed % 12)
      let training = network.forTraining(seed: 5) { _ in !seed.isMultiple(of: 2) }
      isRandom = training.step != nil
      let output = training.computation.outputs[0]
      labels = training.computation[output].shape
      let loss = training.computation.adding(.meanSquared, to: [.init(output)], labels: labels)
      let trained = loss.computation.trainedParameters.filter { !isFrozen($0.path) }
      let made = try loss.computation.gradient(of: loss.loss, withRespectTo: trained.map(\.value))
      var computation = made.computation
      let gradients = zip(trained, made.gradients).compactMap { trained, gradient in gradient.map { (trained.path, $0) }
      }
      // A statistic that is a constant stays.
      let updates = computation.updates.filter { computation.path(of: $0.parameter) != nil }
      computation.outputs = [loss.loss] + gradients.map(\.1) + updates.map(\.value)
      self.computation = computation
      paths = gradients.map(\.0)
      moved = updates.compactMap { computation.path(of: $0.parameter) }
      if paths.isEmpty { return nil }
    }

    /// All the layers of odd seeds keep their statistics.
    func frozenNorms(seed: Int) -> Set<String> {
      seed.isMultiple(of: 2) ? [] : Set(network.nodes.map { $0.label?.path ?? "" })
    }
  }

  @Test(arguments: Draws.seeds(20))
  func moveParametersAsThePlainPathDoes(seed: Int) throws {
    guard let all = try TrainedNetwork(seed: seed) else { return }
    var settings = Self.settings(seed: seed, paths: all.paths)
    settings.frozenNorms = all.frozenNorms(seed: seed)
    guard let trained = try TrainedNetwork(seed: seed, isFrozen: { settings.rules[$0]?.isFrozen ?? false }) else {
      return
    }
    let computation = try TrainedComputation(
      trained.network, loss: .meanSquared, labels: trained.labels, settings: settings)
    var reference = Reference(trained, settings)
    let batches = (0..<3).map { step in
      (0..<settings.parts).map { part in
        let shapes = trained.network.inputShapes + [trained.labels]
        return Computation.tracing(shapes) { inputs, _ in inputs }.randomInputs(seed: UInt64(10 * step + part + seed))
      }
    }
    for (step, parts) in batches.enumerated() { reference.step(step, parts) }
    var found: [[String: Tensor]] = []
    let ways = [(1, true, false), (3, true, false), (1, false, false), (2, true, true), (1, false, true)]
    for (threads, fuses, recomputes) in ways {
      let state = try TrainingState(trained.network, settings: settings)
      let plan = try TrainingPlan(
        computation, on: state,
        PlanOptions(threads: threads, fuses: fuses, verifies: true, recomputes: recomputes))
      #expect(plan.plan.faults.isEmpty, "\(plan.plan.faults)")
      var losses: [Double] = []
      for parts in batches {
        for inputs in parts {
          losses.append(Double(try plan.step(inputs.dropLast(), labels: inputs[inputs.count - 1])))
        }
      }
      #expect(state.step == 3)
      #expect(Self.error(losses, reference.losses) < 1e-4, "\(losses) \(reference.losses)")
      for (path, value) in state.parameters {
        let error = Self.error(value.doubles, reference.values[path] ?? [])
        #expect(error < 1e-4, "'\(path)' is off by \(error), fused: \(fuses)\n\(plan.plan)")
      }
      for (path, value) in state.averages where settings.average != nil {
        let error = Self.error(value.doubles, reference.averages[path] ?? [])
        #expect(error < 1e-4, "the average of '\(path)' is off by \(error)")
      }
      found.append(state.parameters.merging(state.kept) { $1 })
    }
    #expect(found[0] == found[1], "other bits on three threads")
    #expect(found[0] == found[3] && found[2] == found[4], "other bits where values are made again")
  }

  /// Updates that come early, twice or not at all are found.
  @Test(arguments: [0, 4, 9, 14])
  func verifierFindsWrongUpdates(seed: Int) throws {
    let trained = try #require(try TrainedNetwork(seed: seed))
    let settings = TrainingSettings(.sgd(rate: 0.1, momentum: 0.9))
    let computation = try TrainedComputation(
      trained.network, loss: .meanSquared, labels: trained.labels, settings: settings)
    let steps = TrainingSteps(computation, settings: settings)
    let directory = StateDirectory(trained.network.parameters, settings: settings)
    let builder = try StepBuilder(
      computation.computation, PlanOptions(), moves: StateMoves(directory, steps: steps.steps, moved: steps.moved))
    let drafts = builder.drafts
    #expect(builder.stateFaults(in: drafts) == [])
    var found = 0
    for (index, draft) in drafts.enumerated() {
      for case .shared(let tensor) in draft.writes.map(\.operand) where tensor.slot == nil {
        var changed = drafts
        changed.remove(at: index)
        #expect(builder.stateFaults(in: changed) == ["no step moves '\(tensor.path)'"])
        #expect(!builder.stateFaults(in: drafts + [draft]).isEmpty)
        guard drafts[..<index].contains(where: { $0.reads.contains(.shared(tensor)) }) else { continue }
        #expect(!builder.stateFaults(in: [draft] + changed).isEmpty)
        found += 1
      }
    }
    #expect(found > 0)
  }

  /// The gradient of a large linear layer is made by the step that moves its weight, a block of outputs at a time, with the
  /// bits that both have apart; where gradients are clipped, or come in parts, it waits as a whole.
  @Test func largeLinearLayersMoveAsTheirGradientIsMade() throws {
    let (inputs, outputs) = (4099, 263)
    func numbers(_ shape: [Int]) -> Tensor {
      let count = shape.reduce(1, *)
      let elements = (0..<count).map { (index: Int) -> Float in Float(index * 7919 % 1000) / 5000 - 0.1 }
      return Tensor(elements, shape: shape)
    }
    let (first, second) = (numbers([outputs, inputs]), numbers([5, outputs]))
    let network = Computation.tracing([[3, inputs]]) { inputs, trace in
      let hidden = Operations.Linear()(inputs[0], weight: trace.parameter("a.weight", .weight, first))
      return [Operations.Linear()(hidden, weight: trace.parameter("b.weight", .weight, second))]
    }
    let images = [numbers([3, inputs])]
    func run(
      _ settings: TrainingSettings, threads: Int, fuses: Bool, steps: Int = 2
    ) throws -> (TrainingState, ExecutionPlan) {
      let trained = try TrainedComputation(network, loss: .crossEntropy(), labels: [3], settings: settings)
      let state = try TrainingState(network, settings: settings)
      let plan = try TrainingPlan(trained, on: state, PlanOptions(threads: threads, fuses: fuses, verifies: true))
      #expect(plan.plan.faults.isEmpty, "\(plan.plan.faults)")
      for _ in 0..<steps { try plan.step(images, labels: Tensor([0, 4, 2])) }
      return (state, plan.plan)
    }
    let average = WeightAverage(decay: 0.9)
    let momentum = TrainingSettings(.sgd(rate: 1e-3, momentum: 0.9, decay: 1e-3), average: average)
    for (settings, threads) in [(momentum, [1, 3]), (TrainingSettings(.adam(rate: 1e-3), average: average), [2])] {
      let (apart, long) = try run(settings, threads: 1, fuses: false)
      for threads in threads {
        let (joint, short) = try run(settings, threads: threads, fuses: true)
        #expect(short.steps.contains { $0.kernel.name == "linear weight gradient, update" })
        #expect(short.arenaBytes < long.arenaBytes && long.arenaBytes > 4 * inputs * outputs)
        #expect(joint.parameters == apart.parameters && joint.kept == apart.kept, "other bits on \(threads) threads")
      }
    }
    for settings in [
      TrainingSettings(.sgd(rate: 1e-3), clipping: GradientClipping(largestNorm: 1)),
      TrainingSettings(.sgd(rate: 1e-3), parts: 2),
    ] {
      let (_, plan) = try run(settings, threads: 2, fuses: true, steps: 0)
      #expect(!plan.steps.contains { $0.kernel.name.contains(", update") })
    }
  }

  /// A label that is no class, and inputs of other shapes, are errors, and nothing has moved.
  @Test func wrongLabelsAreErrors() throws {
    let network = Computation.tracing([[2, 4]]) { inputs, trace in
      let weight = trace.parameter("fc.weight", .weight, Tensor(repeating: 0.5, shape: [3, 4]))
      return [Operations.Linear()(inputs[0], weight: weight)]
    }
    let settings = TrainingSettings(.sgd(rate: 0.1))
    let trained = try TrainedComputation(network, loss: .crossEntropy(), labels: [2], settings: settings)
    let state = try TrainingState(network, settings: settings)
    let plan = try TrainingPlan(trained, on: state, PlanOptions(threads: 1))
    let images = [Tensor(repeating: 1, shape: [2, 4])]
    for label: Float in [3, -1, 0.5, .infinity] {
      #expect(throws: TrainingError.label(label, position: 1, classes: 3)) {
        try plan.step(images, labels: Tensor([0, label]))
      }
    }
    #expect(throws: TrainingError.self) { try plan.step(images, labels: Tensor([0, .nan])) }
    let shapes = TrainingError.shapes(expected: [[2, 4], [2]], found: [[2, 4], [3]])
    #expect(throws: shapes) { try plan.step(images, labels: Tensor([0, 1, 2])) }
    #expect(throws: TrainingError.self) { try plan.step([], labels: Tensor([0, 1])) }
    #expect(state.step == 0 && state.parameters["fc.weight"] == Tensor(repeating: 0.5, shape: [3, 4]))
    #expect(try plan.step(images, labels: Tensor([0, 1])) > 0 && state.step == 1)
  }

  private static func error(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let largest = max(expected.map(abs).max() ?? 0, 1e-2)
    let error = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
    return error.isFinite ? error / largest : .infinity
  }
}

import Foundation
import GraphIR
import Interpreter
import Runtime
import Shapes
import SyntheticTensors
import Tensors
import Testing
import Training

/// Steps of training against PyTorch's: by the plain path in double precision, and planned.
@Suite("Steps of training", .serialized)
struct TrainingTests {
  #if DEBUG
    private static let isOptimized = false
  #else
    private static let isOptimized = true
  #endif

  /// A network with the file of what training does to it; `steps` are as many as take the plain path no more than seconds,
  /// none for the largest.
  struct Network: Sendable, CustomTestStringConvertible {
    var name: String
    var spec: String
    var variant: String?
    var steps = 5
    /// Whether the plan is compared too: not of the one that `CornerTests` is about.
    var isPlanned = true

    var testDescription: String { name }
  }

  private static let lenet5 = Network(name: "lenet5", spec: "lenet5")
  private static let networks = [
    lenet5, Network(name: "fashion_cnn", spec: "fashion_cnn"),
    Network(name: "mobilenet_v1", spec: "mobilenet_v1", steps: 2),
    Network(name: "resnet18", spec: "resnet18", steps: 1, isPlanned: false),
    Network(name: "efficientnet_b0", spec: "efficientnet", variant: "b0", steps: 1),
    Network(name: "densenet121", spec: "densenet121", steps: 1),
    Network(name: "googlenet", spec: "googlenet", steps: 1),
    Network(name: "alexnet", spec: "alexnet", steps: 0), Network(name: "resnet50", spec: "resnet50", steps: 0),
    Network(name: "vgg16_bn", spec: "vgg16", variant: "vgg16_bn", steps: 0),
    Network(name: "xception", spec: "xception", steps: 0),
    Network(name: "efficientnet_lite0", spec: "efficientnet_lite0", variant: "efficientnet_lite0_timm", steps: 0),
  ]

  /// LeNet-5's file stands beside the tests, so that something is compared everywhere.
  @Test func lenet5AgreesWithPyTorch() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let reference = try TrainingReference(contentsOf: folder.appendingPathComponent("Fixtures/lenet5_training.json"))
    let network = try TrainedNetwork(Self.lenet5, reference)
    try compareByDefinition(network, steps: 5, with: reference)
    try comparePlanned(network, with: reference)
  }

  /// Spectral norms iterate, and running statistics move, in each use of a layer: the network of record_moving_buffers.py.
  @Test func buffersMoveInEachUse() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("Fixtures/moving_buffers_training.json")
    let reference = try TrainingReference(contentsOf: file)
    let graph = try buildGraph(
      layers: """
          - {name: up, transposed_conv: {out: 6, kernel: 2, stride: 2, normalize_weight: spectral_norm}}
          - {name: first, conv: {out: 8, kernel: 3, stride: 2, padding: 1, normalize_weight: spectral_norm}}
          - leaky_relu: {slope: 0.2}
          - {name: twice, conv: {out: 8, kernel: 3, padding: 1, bias: false, normalize_weight: spectral_norm}}
          - {name: norm, batch_norm}
          - leaky_relu: {slope: 0.2}
          - share: twice
          - share: norm
          - leaky_relu: {slope: 0.2}
          - global_avg_pool
          - flatten
          - {name: fc, linear: {out: 5, normalize_weight: spectral_norm}}
        """, input: "{channels: 3, size: 6}")
    let network = try TrainedNetwork(graph, "moving buffers", reference)
    #expect(network.moved.count == 10 && Set(network.moved).count == 10)
    try compareByDefinition(network, steps: 5, with: reference)
    try comparePlanned(network, with: reference)
  }

  @Test(
    .enabled(if: isOptimized, "too slow without optimization: run `make test-reference`"),
    .enabled(
      if: ReferenceOutput.folder != nil, "no reference files: set CNNC_SHARED to the folder that has reference/"),
    arguments: networks)
  func networksAgreeWithPyTorch(_ network: Network) throws {
    let folder = try #require(ReferenceOutput.folder)
    let reference = try TrainingReference(contentsOf: folder.appendingPathComponent("training/\(network.name).json"))
    let training = try TrainedNetwork(network, reference)
    if network.steps > 0 { try compareByDefinition(training, steps: network.steps, with: reference) }
    if network.isPlanned { try comparePlanned(training, with: reference) }
  }

  private func compareByDefinition(
    _ training: TrainedNetwork, steps: Int, with reference: TrainingReference
  ) throws {
    let inputs = training.inputs.map { DoubleTensor(converting: $0) }
    var run = TrainingRun<DoubleTensor>(training, reference) { training.computation.plain(inputs, parameters: $0) }
    let errors = try run.errors(steps: steps, against: reference)
    #expect(errors.largest <= 1e-9, "\(errors)")
    print("\(training.name), by definition: \(errors)")
  }

  /// By plans of training, in single precision, where PyTorch's own deviates too; with the same bits on one thread and two.
  private func comparePlanned(_ training: TrainedNetwork, with reference: TrainingReference) throws {
    var weights: [[String: Tensor]] = []
    var arena = 0
    for threads in [1, 2] {
      let options = PlanOptions(threads: threads, verifies: threads == 1)
      var run = try PlannedRun(training, reference, options)
      #expect(run.plan.plan.faults.isEmpty, "\(run.plan.plan.faults)")
      let errors = try run.errors(against: reference)
      let deviation = reference.deviation
      #expect(errors.losses <= max(1e-5, 3 * deviation.losses), "\(errors)")
      #expect(errors.gradients <= max(1e-5, 3 * deviation.gradients), "\(errors)")
      #expect(errors.trained <= max(1e-5, 3 * deviation.trained), "\(errors)")
      #expect(errors.updates <= max(1e-5, 3 * deviation.updates), "\(errors)")
      if threads == 1 { print("\(training.name), planned: \(errors), PyTorch's own \(deviation)") }
      weights.append(run.state.parameters)
      arena = run.plan.plan.arenaBytes
    }
    #expect(weights[0] == weights[1], "other bits on two threads")
    var low = try PlannedRun(training, reference, PlanOptions(threads: 2, verifies: true, recomputes: true))
    #expect(low.plan.plan.faults.isEmpty, "\(low.plan.plan.faults)")
    #expect(low.plan.plan.arenaBytes <= arena, "more than \(arena) bytes")
    _ = try low.errors(against: reference)
    #expect(low.state.parameters == weights[0], "other bits where values are made again")
  }
}

/// A network with its loss, the gradients by all that training moves, and what its statistics become.
struct TrainedNetwork {
  let name: String
  /// The network as its author means it, and what its outputs count in the loss.
  let network: Computation
  let factors: [Double]
  let computation: Computation
  let initial: [String: Tensor]
  let inputs: [Tensor]
  /// The names of what training moves, and of the statistics.
  let trained: [String]
  let moved: [String]

  init(_ network: TrainingTests.Network, _ reference: TrainingReference) throws {
    let sizes = reference.input.map { Extent.known($0) }
    let graph = try buildGraph(
      spec: network.spec, variant: network.variant, input: .maps(sizes[0], sizes[1], sizes[2]))
    try self.init(graph, network.name, reference)
  }

  init(_ graph: Graph, _ name: String, _ reference: TrainingReference) throws {
    self.name = name
    initial = graph.nodes.reduce(into: [:]) { tensors, node in
      for parameter in node.ownParameters {
        let path = "\(node.path).\(parameter.name)"
        tensors[path] = Tensor(synthetic: path, shape: parameter.shape)
      }
    }
    inputs = [Tensor(syntheticInput: "input", shape: [reference.batch] + reference.input), Tensor(reference.labels)]
    self.network = try Interpreter(graph, parameters: initial, heads: true).computation(batch: reference.batch)
    let training = self.network.forTraining(seed: nil).computation
    factors = [1] + graph.heads.map { $0.weight ?? 1 }
    let heads = zip(training.outputs, factors).map { Computation.Head($0, factor: $1) }
    let loss = training.adding(.crossEntropy(), to: heads, labels: [reference.batch])
    let weights = loss.computation.trainedParameters
    let made = try loss.computation.gradient(of: loss.loss, withRespectTo: weights.map(\.value))
    var computation = made.computation
    computation.outputs = [loss.loss] + made.gradients.compactMap { $0 } + made.computation.updates.map(\.value)
    self.computation = computation
    trained = weights.map(\.path)
    moved = computation.updates.compactMap { computation.path(of: $0.parameter) }
  }
}

/// Steps of a plan of training.
private struct PlannedRun {
  let plan: TrainingPlan
  let state: TrainingState
  private let training: TrainedNetwork

  init(_ training: TrainedNetwork, _ reference: TrainingReference, _ options: PlanOptions) throws {
    let optimizer = Optimizer.sgd(rate: reference.lr, momentum: reference.momentum, decay: reference.weightDecay)
    let settings = TrainingSettings(optimizer, seed: nil)
    let computation = try TrainedComputation(
      training.network, factors: training.factors, loss: .crossEntropy(), labels: [reference.batch],
      settings: settings)
    state = try TrainingState(training.network, settings: settings)
    plan = try TrainingPlan(computation, on: state, options)
    self.training = training
  }

  /// How far all recorded steps are from those of the plan.
  mutating func errors(against reference: TrainingReference) throws -> TrainingReference.Deviation {
    var result = TrainingReference.Deviation()
    for (step, expected) in reference.losses.enumerated() {
      let loss = Double(
        try plan.step(Array(training.inputs.dropLast()), labels: training.inputs[training.inputs.count - 1]))
      result.losses = max(result.losses, abs(loss - expected) / abs(expected))
      if step == 0 {
        result.gradients = TrainingReference.error(of: firstGradients(reference), from: reference.gradients)
      }
    }
    result.compare(state.parameters.mapValues(\.doubles), initial: training.initial, with: reference)
    return result
  }

  /// The gradients of the first step: the momentum behind it, without the decay.
  private func firstGradients(_ reference: TrainingReference) -> [String: [Double]] {
    let kept = state.kept
    var result: [String: [Double]] = [:]
    for path in training.trained {
      guard let momentum = kept["\(path).momentum"], let initial = training.initial[path] else { continue }
      result[path] = zip(momentum.doubles, initial.doubles).map { $0 - reference.weightDecay * $1 }
    }
    return result
  }
}

extension TrainingReference.Deviation {
  /// Compares tensors after all steps, and how far they have moved.
  fileprivate mutating func compare(
    _ trained: [String: [Double]], initial: [String: Tensor], with reference: TrainingReference
  ) {
    self.trained = TrainingReference.error(of: trained, from: reference.trained)
    var updates: [String: [Double]] = [:]
    for (name, value) in trained {
      updates[name] = zip(value, initial[name]?.elements ?? []).map { $0 - Double($1) }
    }
    self.updates = TrainingReference.error(of: updates, from: reference.updates)
  }
}

/// Stochastic gradient descent on a network by the plain path.
private struct TrainingRun<T: PlainTensor> {
  /// Every tensor of the network by its name.
  private(set) var values: [String: T]
  private let network: TrainedNetwork
  private let optimizer: Optimizer
  private let compute: ([String: T]) throws -> [T]
  private var slots: [String: [T.Scalar]] = [:]
  private var steps = 0

  /// - Parameter compute: The loss, gradients and statistics for the network's tensors.
  init(_ network: TrainedNetwork, _ reference: TrainingReference, compute: @escaping ([String: T]) throws -> [T]) {
    values = network.initial.mapValues { T(converting: $0) }
    optimizer = .sgd(rate: reference.lr, momentum: reference.momentum, decay: reference.weightDecay)
    (self.network, self.compute) = (network, compute)
  }

  /// How far a number of steps are from those recorded; tensors and updates only where all recorded steps were made.
  mutating func errors(steps: Int, against reference: TrainingReference) throws -> TrainingReference.Deviation {
    var result = TrainingReference.Deviation()
    for step in 0..<steps {
      let (loss, gradients) = try self.step()
      result.losses = max(result.losses, abs(loss - reference.losses[step]) / abs(reference.losses[step]))
      if step == 0 { result.gradients = TrainingReference.error(of: gradients, from: reference.gradients) }
    }
    guard steps == reference.losses.count else { return result }
    result.compare(values.mapValues { $0.elements.map { Double($0) } }, initial: network.initial, with: reference)
    return result
  }

  /// The loss before a step, and the gradient by each tensor that it moves.
  private mutating func step() throws -> (loss: Double, gradients: [String: [Double]]) {
    let results = try compute(values)
    var gradients: [String: [Double]] = [:]
    for (name, gradient) in zip(network.trained, results.dropFirst()) {
      gradients[name] = gradient.elements.map { Double($0) }
      update(name, gradient)
    }
    for (name, value) in zip(network.moved, results.dropFirst(1 + network.trained.count)) { values[name] = value }
    steps += 1
    return (Double(results[0].elements[0]), gradients)
  }

  private mutating func update(_ name: String, _ gradient: T) {
    guard var value = values[name] else { return }
    var slot = slots[name] ?? Array(repeating: 0, count: value.count)
    let (optimizer, steps) = (optimizer, steps)
    value.withUnsafeMutableBufferPointer { value in
      gradient.withUnsafeBufferPointer { gradient in
        slot.withUnsafeMutableBufferPointer { slot in
          optimizer.update(value, gradient: gradient, slots: [slot], step: steps)
        }
      }
    }
    (values[name], slots[name]) = (value, slot)
  }
}

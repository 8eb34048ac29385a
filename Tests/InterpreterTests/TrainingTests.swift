import Foundation
import GraphIR
import Interpreter
import SyntheticTensors
import Tensors
import Testing
import Training

/// Steps of training by the plain path in double precision, against PyTorch's.
@Suite("Training by definition", .serialized)
struct TrainingTests {
  #if DEBUG
    private static let isOptimized = false
  #else
    private static let isOptimized = true
  #endif

  /// A network with the file of what training does to it; `steps` are as many as it takes no more than seconds to compute.
  struct Network: Sendable, CustomTestStringConvertible {
    var name: String
    var spec: String
    var variant: String?
    var steps = 5

    var testDescription: String { name }
  }

  private static let networks = [
    Network(name: "lenet5", spec: "lenet5"), Network(name: "fashion_cnn", spec: "fashion_cnn"),
    Network(name: "mobilenet_v1", spec: "mobilenet_v1", steps: 2),
    Network(name: "resnet18", spec: "resnet18", steps: 1),
    Network(name: "efficientnet_lite0", spec: "efficientnet_lite0", variant: "efficientnet_lite0_timm", steps: 1),
    Network(name: "efficientnet_b0", spec: "efficientnet", variant: "b0", steps: 1),
    Network(name: "alexnet", spec: "alexnet", steps: 1), Network(name: "densenet121", spec: "densenet121", steps: 1),
    Network(name: "resnet50", spec: "resnet50", steps: 1), Network(name: "xception", spec: "xception", steps: 1),
    Network(name: "vgg16_bn", spec: "vgg16", variant: "vgg16_bn", steps: 1),
  ]

  /// LeNet-5's file stands beside the tests, so that something is compared everywhere.
  @Test func lenet5AgreesWithPyTorch() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("Fixtures/lenet5_training.json")
    try compare(Network(name: "lenet5", spec: "lenet5"), with: TrainingReference(contentsOf: file))
  }

  @Test(
    .enabled(if: isOptimized, "too slow without optimization: run `make test-reference`"),
    .enabled(
      if: ReferenceOutput.folder != nil, "no reference files: set CNNC_SHARED to the folder that has reference/"),
    arguments: networks)
  func networksAgreeWithPyTorch(_ network: Network) throws {
    let folder = try #require(ReferenceOutput.folder)
    try compare(
      network, with: TrainingReference(contentsOf: folder.appendingPathComponent("training/\(network.name).json")))
  }

  private func compare(_ network: Network, with reference: TrainingReference) throws {
    let graph = try buildGraph(
      spec: network.spec, variant: network.variant,
      input: .maps(.known(reference.input[0]), .known(reference.input[1]), .known(reference.input[2])))
    let initial = graph.syntheticParameters
    var run = try TrainingByDefinition(graph, initial, reference)
    var losses: [Double] = []
    for step in 0..<network.steps {
      let (loss, gradients) = run.step()
      losses.append(loss)
      if step == 0 {
        let error = TrainingReference.error(of: gradients, from: reference.gradients)
        #expect(error <= 1e-9, "gradients")
        print("\(network.name): gradients \(error)")
      }
    }
    for (found, expected) in zip(losses, reference.losses) { #expect(abs(found - expected) <= 1e-9 * abs(expected)) }
    guard network.steps == reference.losses.count else { return }
    let trained = run.values.mapValues { $0.elements }
    #expect(TrainingReference.error(of: trained, from: reference.trained) <= 1e-9, "trained tensors")
    let updates = trained.reduce(into: [String: [Double]]()) { updates, tensor in
      let start = initial[tensor.key]?.elements ?? []
      updates[tensor.key] = zip(tensor.value, start).map { $0 - Double($1) }
    }
    #expect(TrainingReference.error(of: updates, from: reference.updates) <= 1e-9, "updates")
  }
}

/// Stochastic gradient descent on a network by the plain path.
private struct TrainingByDefinition {
  /// Every tensor of the network by its name.
  private(set) var values: [String: DoubleTensor]
  private let computation: Computation
  private let trained: [String]
  private let moved: [String]
  private let inputs: [DoubleTensor]
  private let optimizer: Optimizer
  private var slots: [String: [Double]] = [:]
  private var steps = 0

  init(_ graph: Graph, _ parameters: [String: Tensor], _ reference: TrainingReference) throws {
    values = parameters.mapValues { DoubleTensor(converting: $0) }
    let images = Tensor(syntheticInput: "input", shape: [reference.batch] + reference.input)
    inputs = [images, Tensor(reference.labels)].map { DoubleTensor(converting: $0) }
    optimizer = .sgd(rate: reference.lr, momentum: reference.momentum, decay: reference.weightDecay)
    let network = try Interpreter(graph, parameters: parameters).computation(batch: reference.batch)
    let training = network.forTraining(seed: nil).computation
    let loss = training.adding(.crossEntropy(), to: [.init(training.outputs[0])], labels: [reference.batch])
    let weights = loss.computation.trainedParameters
    let made = try loss.computation.gradient(of: loss.loss, withRespectTo: weights.map(\.value))
    trained = weights.map(\.path)
    moved = made.computation.updates.map { made.computation.path(of: $0.parameter) ?? "" }
    var computation = made.computation
    computation.outputs = [loss.loss] + made.gradients.compactMap { $0 } + made.computation.updates.map(\.value)
    self.computation = computation
  }

  /// The loss before a step, and the gradient by each trained tensor.
  mutating func step() -> (loss: Double, gradients: [String: [Double]]) {
    let results = computation.plain(inputs, parameters: values)
    var gradients: [String: [Double]] = [:]
    for (name, gradient) in zip(trained, results.dropFirst()) {
      gradients[name] = gradient.elements
      update(name, gradient)
    }
    for (name, value) in zip(moved, results.dropFirst(1 + trained.count)) { values[name] = value }
    steps += 1
    return (results[0].elements[0], gradients)
  }

  private mutating func update(_ name: String, _ gradient: DoubleTensor) {
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

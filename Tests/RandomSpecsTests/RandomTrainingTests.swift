import Foundation
import GraphIR
import Interpreter
import NetworkWeights
import SpecLanguage
import SyntheticTensors
import Tensors
import Testing
import Training

@testable import Runtime

/// Training of networks that were drawn as specs.
@Suite("Random specs in training") struct RandomTrainingTests {
  /// A drawn network as operations on two images, with what training it takes.
  struct Trainee {
    let name: String
    let network: Computation
    /// The labels' shape, and what the loss of each output counts.
    let labels: [Int]
    let factors: [Double]
    let loss: Loss
    let settings: TrainingSettings
    let trained: TrainedComputation

    /// Nil for what has no sizes, or nothing to train.
    ///
    /// - Throws: `GradientError` if an operation has no gradient.
    init?(_ drawn: DrawnNetwork, seed: UInt64) throws {
      guard let graph = drawn.compilation.graph, Totals(graph.nodes).trainable < 2_000_000 else { return nil }
      var parameters: [String: Tensor] = [:]
      for node in graph.nodes {
        for parameter in node.ownParameters {
          let path = graph.tensorName(parameter, of: node)
          parameters[path] = Tensor(synthetic: path, shape: parameter.shape)
        }
      }
      for tensor in try graph.fixedTensors(from: MemoryFiles(texts: drawn.texts)) {
        parameters[tensor.name] = Tensor(tensor.values, shape: tensor.shape)
      }
      network = try Interpreter(graph, parameters: parameters, heads: true).computation(batch: 2)
      let output = network.outputShapes[0]
      name = drawn.name
      // In turns the loss that `check --train` means, and one that looks at every element.
      loss = seed.isMultiple(of: 2) ? .crossEntropy() : .meanSquared
      labels = seed.isMultiple(of: 2) ? [2] + output.dropFirst(2) : output
      factors = [1] + network.outputShapes.dropFirst().map { $0 == output ? 0.3 : 0 }
      let optimizer: Optimizer =
        seed.isMultiple(of: 3) ? .adam(rate: 1e-3) : .sgd(rate: 1e-3, momentum: 0.9, decay: 1e-4)
      settings = TrainingSettings(
        optimizer, clipping: seed.isMultiple(of: 5) ? GradientClipping(largestNorm: 1) : nil,
        parts: seed.isMultiple(of: 7) ? 2 : 1, seed: 5)
      trained = try TrainedComputation(network, factors: factors, loss: loss, labels: labels, settings: settings)
    }

    var inputs: [Tensor] {
      network.inputShapes.enumerated().map { Tensor(syntheticInput: "input\($0)", shape: $1) }
    }

    /// Classes for a cross entropy, numbers for squares.
    var truth: Tensor {
      guard loss == .crossEntropy() else { return Tensor(syntheticInput: "labels", shape: labels) }
      let classes = network.outputShapes[0].count > 1 ? network.outputShapes[0][1] : 1
      return Tensor((0..<labels.reduce(1, *)).map { Float($0 * 7 % classes) }, shape: labels)
    }
  }

  /// `cnnc check --train` says before what a plan takes then.
  @Test(arguments: 0..<Drawn.parts) func takeTheMemoryThatIsSaid(_ part: Int) throws {
    var planned = 0
    for seed in Drawn.seeds(part, of: 12) {
      for drawn in DrawnNetwork.all(seed: seed) {
        guard let trainee = try Trainee(drawn, seed: seed) else { continue }
        let options = PlanOptions(threads: 1 + Int(seed % 3))
        let memory = try TrainingMemory(trainee.trained, of: trainee.network, settings: trainee.settings, options)
        let state = try TrainingState(trainee.network, settings: trainee.settings)
        let plan = try TrainingPlan(trainee.trained, on: state, options)
        #expect(plan.plan.arenaBytes == memory.arena.bytes, "\(trainee.name)")
        #expect(state.bytes == memory.parameters + memory.kept, "\(trainee.name)")
        planned += 1
      }
    }
    #expect(planned > 0)
  }

  /// Gradients by everything, and what statistics become, as they are planned and by definition in double precision. How far
  /// single precision takes a network off, the definition says too, run in it.
  @Test(arguments: 0..<Drawn.parts) func haveTheGradientsOfTheirDefinition(_ part: Int) throws {
    var compared = 0
    for seed in Drawn.seeds(part, of: 40) {
      for drawn in DrawnNetwork.all(seed: seed) {
        guard let trainee = try Trainee(drawn, seed: seed), trainee.isSmall else { continue }
        let computation = try trainee.gradients()
        let inputs =
          trainee.inputs
          + computation.inputShapes.dropFirst(trainee.inputs.count).dropLast().map {
            Tensor(Array(repeating: 1, count: $0.reduce(1, *)), shape: $0)
          } + [trainee.truth]
        let exact = computation.plain(inputs.map { DoubleTensor(converting: $0) })
        let single = computation.plain(inputs)
        let scale = exact.flatMap { $0.elements.map(abs) }.max() ?? 0
        // A network that leaves the numbers there are says nothing.
        guard scale.isFinite, single.allSatisfy({ $0.elements.allSatisfy(\.isFinite) }) else { continue }
        compared += 1
        for fuses in [true, false] {
          let plan = try ExecutionPlan(computation, PlanOptions(threads: 1, fuses: fuses, verifies: true))
          #expect(plan.faults.isEmpty, "\(trainee.name): \(plan.faults)")
          let found = plan(inputs)
          for (index, exact) in exact.enumerated() {
            let own = exact.elements.map(abs).max() ?? 0
            func error(_ tensor: Tensor) -> Double {
              zip(tensor.elements, exact.elements).map { abs(Double($0) - $1) }.max() ?? 0
            }
            // What is nothing in the end is a sum of numbers as large as others.
            let bound = max(1e-4 * own, 1e-5 * scale, 30 * error(single[index]))
            #expect(
              found[index].shape == exact.shape && error(found[index]) <= bound,
              "\(trainee.name), output \(index), fused: \(fuses), off by \(error(found[index])) of \(own), in single precision by \(error(single[index]))"
            )
          }
          #expect(
            try ExecutionPlan(computation, PlanOptions(threads: 3, fuses: fuses))(inputs).areSame(found),
            "\(trainee.name)")
        }
      }
    }
    #expect(compared > 0)
  }

  /// Steps move everything to the same bits on one thread and three, by kernels alone.
  @Test(arguments: 0..<Drawn.parts) func areTrainedAlikeOnAnyThreads(_ part: Int) throws {
    var trained = 0
    for seed in Drawn.seeds(part, of: 12) {
      for drawn in DrawnNetwork.all(seed: seed) {
        guard let trainee = try Trainee(drawn, seed: seed) else { continue }
        var results: [[String: Tensor]] = []
        for threads in [1, 3] {
          let state = try TrainingState(trainee.network, settings: trainee.settings)
          let plan = try TrainingPlan(trainee.trained, on: state, PlanOptions(threads: threads))
          let definitions = plan.plan.steps.map(\.kernel.name).filter { $0.hasPrefix("definition") }
          #expect(definitions.isEmpty, "\(trainee.name)")
          for _ in 0..<2 { try plan.step(trainee.inputs, labels: trainee.truth) }
          results.append(state.parameters.merging(state.kept) { first, _ in first })
        }
        let names = results[0].keys.sorted()
        #expect(names == results[1].keys.sorted())
        let other = names.filter { name in
          [results[0], results[1]].map { [$0[name]].compactMap(\.self).bits }.reduce(into: Set()) { $0.insert($1) }
            .count > 1
        }
        #expect(other.isEmpty, "\(trainee.name): other bits in \(other)")
        trained += 1
      }
    }
    #expect(trained > 0)
  }
}

extension RandomTrainingTests.Trainee {
  /// Whether the definition is done with it soon, without optimization.
  fileprivate var isSmall: Bool {
    network.nodes.reduce(0) { $0 + $1.shape.reduce(1, *) } < 60_000
      && network.parameters.reduce(0) { $0 + $1.value.count } < 30_000
  }

  /// The loss, its gradients by all inputs and by all that training moves, and what statistics become. Batch norms of few
  /// numbers are frozen: with the batch's statistics they leave a gradient of nothing but rounding.
  fileprivate func gradients() throws -> Computation {
    var frozen: Set<String> = []
    for node in network.nodes {
      guard case .operation(let operation, _) = node.origin, operation is Operations.BatchNorm else { continue }
      let numbers = node.shape[0] * node.shape.dropFirst(2).reduce(1, *)
      if numbers < 16 { frozen.insert(node.label?.path ?? "") }
    }
    let training = network.forTraining(seed: 5) { frozen.contains($0) }.computation
    let heads = zip(training.outputs, factors).filter { $1 != 0 }.map { Computation.Head($0, factor: $1) }
    let loss = training.adding(self.loss, to: heads, labels: labels)
    let values = loss.computation.trainedParameters.map(\.value) + training.inputs.prefix(network.inputShapes.count)
    let made = try loss.computation.gradient(of: loss.loss, withRespectTo: values)
    var result = made.computation
    result.outputs = [loss.loss] + made.gradients.compactMap { $0 } + result.updates.map(\.value)
    return result
  }
}

extension [Tensor] {
  /// The bits, which differ where a zero has another sign and agree where both are NaN.
  fileprivate var bits: [[UInt32]] { map { $0.elements.map(\.bitPattern) } }

  fileprivate func areSame(_ other: [Tensor]) -> Bool { bits == other.bits }
}

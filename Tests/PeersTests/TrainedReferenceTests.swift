import Foundation
import Frontend
import GraphIR
import Interpreter
import SpecLanguage
import Tensors
import Testing
import Training
import Weights

@testable import Peers

/// Training beside a peer that gives what cnnc itself comes to, but for what a test changes.
@Suite("Verifying steps of training")
struct TrainedReferenceTests {
  private let graph: Graph
  private var parameters: [String: Tensor]
  private let input: Tensor
  private var reference: TrainedReference
  private var scope = NetworkVerification.Scope()

  /// What the peer says.
  private struct Answer {
    var gradients: [String: Tensor]
    var exact: [String: Tensor]
    var losses: [Float]
    /// The tensors and momenta behind each step.
    var tensors: [[String: Tensor]]
    var momenta: [[String: Tensor]]
    var deviations: [String: Double] = [:]
    /// Of a step from a point beside: that, and what is said of it.
    var point: [String: Tensor] = [:]
    var beside: [String: Tensor] = [:]
    var lossBeside: Float?
  }

  init() throws {
    let text = """
      cnnc: 1
      model: Small
      input: {channels: 2, size: 2}
      layers: [{name: norm, batch_norm}, flatten, {name: head, linear: {out: 3}}]

      """
    graph = try #require(Compilation("small.yaml", files: MemoryFiles(texts: ["small.yaml": text])).graph)
    let pixels = (0..<24).map { (index: Int) -> Float in Float(index * 7 % 11) / 5 - 1 }
    let weights = (0..<24).map { (index: Int) -> Float in Float(index * 5 % 7) / 7 - 0.4 }
    input = Tensor(pixels, shape: [3, 2, 2, 2])
    parameters = [
      "norm.weight": Tensor([1, 0.5]), "norm.bias": Tensor([0.1, -0.2]), "norm.running_mean": Tensor([0, 0.1]),
      "norm.running_var": Tensor([1, 1.5]), "head.bias": Tensor([0.1, 0.2, -0.3]),
      "head.weight": Tensor(weights, shape: [3, 8]),
    ]
    reference = try TrainedReference(graph, parameters: parameters, inputs: [input], steps: 3, threads: 1)
    (scope.gradients, scope.steps) = (true, 3)
  }

  /// What cnnc comes to.
  private func own() throws -> Answer {
    let (network, step) = try reference.step(images: 3)
    let exact = step.definedGradients([input], labels: reference.labels)
    let state = try TrainingState(network, settings: reference.settings)
    let plan = try TrainingPlan(step, on: state, reference.options)
    var answer = Answer(
      gradients: try step.plannedGradients([input], labels: reference.labels, reference.options),
      exact: exact.mapValues { Tensor($0.elements.map(Float.init), shape: $0.shape) }, losses: [], tensors: [],
      momenta: [])
    for _ in 0..<3 {
      answer.losses.append(try plan.step([input], labels: reference.labels))
      answer.tensors.append(state.parameters)
      let kept = state.kept.map { (String($0.key.dropLast(".momentum".count)), $0.value) }
      answer.momenta.append(Dictionary(uniqueKeysWithValues: kept))
    }
    return answer
  }

  /// The report on a peer that gives an answer.
  private func report(_ answer: Answer) throws -> PeerReport { try reportAndJobs(answer).report }

  /// The same, and for every job of the peer the steps whose rounding was asked for, in the order of the jobs.
  private func reportAndJobs(_ answer: Answer) throws -> (report: PeerReport, rounded: [String]) {
    let run = try PeerProgram.run(
      """
      for file in answer-*; do cp "$file" "${file#answer-}"; done
      grep -o '"rounded_steps": *[[][^]]*' job.json | tr -cd '0-9,\\n' >> rounded
      if grep -q '"seed"' job.json; then cp beside.npz values.npz; cp beside.json report.json; fi
      """)
    func write(_ tensors: [String: Tensor], _ name: String) throws {
      let tensors = tensors.sorted { $0.key < $1.key }.map { name, tensor in
        WeightWriter.Tensor(name: name, shape: tensor.shape) { tensor.elements }
      }
      try WeightWriter.write(tensors, to: run.path(name == "beside.npz" ? name : "answer-\(name)"), format: .npz)
    }
    let plan = try Interpreter(graph, parameters: parameters).plan(batch: 3)
    var values = ["output:0": plan([input])[0]]
    for (name, tensor) in answer.gradients { values["gradient:\(name)"] = tensor }
    for (name, tensor) in answer.exact { values["exact:\(name)"] = tensor }
    for (name, tensor) in answer.tensors[2] { values["trained:\(name)"] = tensor }
    try write(values, "values.npz")
    try write(answer.point, "point.npz")
    try write(answer.beside, "beside.npz")
    for number in 1...3 {
      try write(answer.tensors[number - 1], "tensors\(number).npz")
      try write(answer.momenta[number - 1], "momenta\(number).npz")
    }
    let deviations = answer.deviations.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
    for (losses, file) in [
      (answer.losses, "answer-report.json"), (answer.lossBeside.map { [$0] } ?? [], "beside.json"),
    ] {
      let losses = losses.map { $0.isFinite ? "\($0)" : "null" }.joined(separator: ", ")
      try run.write("{\"version\": \"1\", \"deviations\": {\(deviations)}, \"losses\": [\(losses)]}", to: file)
    }
    let verification = try NetworkVerification(
      graph, parameters: parameters, inputs: [input], as: PeerJob.Network(), scope: scope, threads: 1)
    try verification.prepare(run)
    let report = try verification.report(of: .torch, run)
    let rounded = try String(contentsOfFile: run.path("rounded"), encoding: .utf8)
    return (report, rounded.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init))
  }

  /// What cnnc comes to beside the tensors before a step of an answer, with a plan that has made the steps before it.
  private func addPoint(before number: Int, to answer: inout Answer) throws {
    let before = number == 1 ? parameters : answer.tensors[number - 2]
    answer.point = before.mapValues { Tensor($0.elements.map { $0 * 1.001 }, shape: $0.shape) }
    let (network, step) = try reference.step(images: 3)
    let state = try TrainingState(network, settings: reference.settings)
    let plan = try TrainingPlan(step, on: state, reference.options)
    for _ in 1..<number { try plan.step([input], labels: reference.labels) }
    try state.load(parameters: answer.point, kept: state.kept)
    answer.lossBeside = try plan.step([input], labels: reference.labels)
    let made = try reference.step(images: 3, from: answer.point).step
    answer.beside = [:]
    for (name, tensor) in try made.plannedGradients([input], labels: reference.labels, reference.options) {
      answer.beside["gradient:\(name)"] = tensor
    }
    for (name, tensor) in state.parameters { answer.beside["trained:\(name)"] = tensor }
  }

  private func off(_ tensor: Tensor?, by share: Float) throws -> Tensor {
    let tensor = try #require(tensor)
    return Tensor(tensor.elements.map { $0 * (1 + share) }, shape: tensor.shape)
  }

  @Test("a peer that comes to the same is equal, and nothing is looked at more closely")
  func same() throws {
    let found = try report(own())
    #expect(found.verdict == .equal)
    let count = 3 + 4 + 6
    #expect(found.training?.all.count == count)
    #expect(found.training?.all.allSatisfy { $0.step == nil && $0.rounding == nil } == true)
  }

  @Test("a gradient that is off by what rounding comes to is judged in double precision")
  func roundedGradient() throws {
    var answer = try own()
    answer.gradients["norm.weight"] = try off(answer.gradients["norm.weight"], by: 0.05)
    answer.deviations["gradient:norm.weight"] = 0.02
    let found = try report(answer)
    #expect(found.verdict == .equal)
    let gradient = try #require(found.training?.gradients.first { $0.name == "norm.weight" })
    #expect(gradient.error > 0.04 && gradient.rounding == 0.02)
    #expect(gradient.judged.error < 1e-6 && gradient.judged.limit == 1e-6)

    answer.exact["norm.weight"] = try off(answer.exact["norm.weight"], by: 1e-5)
    #expect(try report(answer).verdict == .different)
  }

  @Test("a gradient that is off by more than rounding comes to is a fault, whatever it is in double precision")
  func wrongGradient() throws {
    var answer = try own()
    answer.gradients["norm.weight"] = try off(answer.gradients["norm.weight"], by: 0.05)
    answer.deviations["gradient:norm.weight"] = 0.004
    #expect(try report(answer).verdict == .different)
    answer.deviations = [:]
    #expect(try report(answer).verdict == .different)
  }

  @Test("a loss that is no finite number at the peer alone is a fault, and on both sides says nothing")
  func infiniteLoss() throws {
    var answer = try own()
    answer.losses[1] = .nan
    let found = try report(answer)
    #expect(found.verdict == .different)
    #expect(found.training?.losses.map(\.isWithin) == [true, false, true])

    for (ours, theirs) in [(Double.nan, Double.nan), (.infinity, .nan)] {
      let both = TrainedReference.difference(step: 1, ours, theirs)
      #expect(both.isWithin && both.nothing == .infinite)
    }
    #expect(!TrainedReference.difference(step: 1, .infinity, 3).isWithin)
    #expect(!TrainedReference.difference(step: 1, 3, nil).isWithin)
    #expect(TrainedReference.difference(step: 1, 3, 3.0001).nothing == nil)
  }

  @Test("where losses become infinite on both sides nothing is compared, unless what comes before is off")
  func overflow() throws {
    // Logits of 10³⁰ move the norm before them so far that those of the next step are infinite.
    var large = self
    let weight = try #require(parameters["head.weight"])
    large.parameters["head.weight"] = Tensor(weight.elements.map { $0 * 1e30 }, shape: weight.shape)
    large.reference = try TrainedReference(
      graph, parameters: large.parameters, inputs: [input], steps: 3, threads: 1)
    var answer = try large.own()
    #expect(answer.losses.map(\.isFinite) == [true, false, false])
    // What is left there of numbers depends on the engine.
    answer.tensors[2]["norm.weight"] = Tensor([.infinity, 3])
    answer.losses[2] = .infinity
    let found = try large.report(answer)
    #expect(found.verdict == .void)
    #expect(found.training?.losses.map(\.nothing) == [nil, .infinite, .infinite])
    #expect(found.training?.tensors.allSatisfy { $0.nothing == .infinite } == true)
    answer.losses[0] *= 1.01
    #expect(try large.report(answer).verdict == .different)
  }

  @Test("rounding is measured in the steps alone that are off by definition")
  func roundedSteps() throws {
    #expect(try reportAndJobs(own()).rounded == [""])
    var answer = try own()
    answer.tensors[2]["norm.bias"] = try off(answer.tensors[2]["norm.bias"], by: 0.01)
    answer.deviations["step 3:norm.bias"] = 0.02
    var found = try reportAndJobs(answer)
    #expect(found.report.verdict == .equal)
    #expect(found.rounded == ["", "3"])
    // Rounding that comes to no tenth of it leaves the points.
    answer.deviations["step 3:norm.bias"] = 0.0005
    try addPoint(before: 3, to: &answer)
    answer.beside["trained:norm.bias"] = nil
    found = try reportAndJobs(answer)
    #expect(found.report.verdict == .different)
    #expect(found.rounded == ["", "3", "", "", "", ""])
  }

  @Test("losses and tensors that drift apart are judged by each step from the peer's own tensors and momenta")
  func drift() throws {
    // As if the peer had come to other tensors and momenta behind the first step.
    var answer = try own()
    let (network, step) = try reference.step(images: 3)
    let state = try TrainingState(network, settings: reference.settings)
    let plan = try TrainingPlan(step, on: state, reference.options)
    try plan.step([input], labels: reference.labels)
    answer.tensors[0]["norm.bias"] = try off(answer.tensors[0]["norm.bias"], by: 0.03)
    answer.momenta[0]["head.weight"] = try off(answer.momenta[0]["head.weight"], by: 0.5)
    let kept = Dictionary(uniqueKeysWithValues: answer.momenta[0].map { ("\($0.key).momentum", $0.value) })
    try state.load(parameters: answer.tensors[0], kept: kept)
    for number in 1...2 {
      answer.losses[number] = try plan.step([input], labels: reference.labels)
      answer.tensors[number] = state.parameters
      let kept = state.kept.map { (String($0.key.dropLast(".momentum".count)), $0.value) }
      answer.momenta[number] = Dictionary(uniqueKeysWithValues: kept)
    }
    // Of the first step alone rounding says what it comes to.
    answer.deviations["step 1:norm.bias"] = 0.02
    let found = try report(answer)
    #expect(found.verdict == .equal)
    let losses = try #require(found.training?.losses)
    #expect(losses[1].error > 1e-4 && losses[1].judged.error < 1e-6)

    var wrong = answer
    wrong.losses[2] *= 1.001
    #expect(try report(wrong).verdict == .different)
    // A tensor that was not decayed, or did not move.
    wrong = answer
    wrong.tensors[2]["head.weight"] = answer.tensors[1]["head.weight"]
    #expect(try report(wrong).verdict == .different)
    // Running statistics with another momentum.
    wrong = answer
    wrong.tensors[2]["norm.running_var"] = try off(answer.tensors[2]["norm.running_var"], by: 0.01)
    #expect(try report(wrong).verdict == .different)
  }

  @Test("what is off through no draw of rounding is judged by the same step from points beside")
  func turned() throws {
    var answer = try own()
    answer.gradients["head.bias"] = try off(answer.gradients["head.bias"], by: 0.01)
    try addPoint(before: 1, to: &answer)
    let found = try report(answer)
    #expect(found.verdict == .equal)
    let gradient = try #require(found.training?.gradients.first { $0.name == "head.bias" })
    #expect(gradient.error > 5e-3 && gradient.step?.manner == .beside && gradient.judged.error < 1e-6)
    answer.beside["gradient:head.bias"] = try off(answer.beside["gradient:head.bias"], by: 0.01)
    #expect(try report(answer).verdict == .different)

    // A loss before a step.
    answer = try own()
    answer.losses[1] *= 1.001
    try addPoint(before: 2, to: &answer)
    let third = try report(answer)
    #expect(third.verdict == .equal)
    let loss = try #require(third.training?.losses[1])
    #expect(loss.error > 5e-4 && loss.step?.manner == .beside && loss.judged.error < 1e-6)
    answer.lossBeside? *= 1.001
    #expect(try report(answer).verdict == .different)

    // Behind the last step a tensor is off.
    answer = try own()
    answer.tensors[2]["head.weight"] = try off(answer.tensors[2]["head.weight"], by: 0.01)
    try addPoint(before: 3, to: &answer)
    let other = try report(answer)
    #expect(other.verdict == .equal)
    let tensor = try #require(other.training?.tensors.first { $0.name == "head.weight" })
    #expect(tensor.error > 5e-3 && tensor.step?.manner == .beside && tensor.judged.error < 1e-6)
    #expect(other.training?.tensors.count { $0.step?.manner == .beside } == 1)
    answer.beside["trained:head.weight"] = try off(answer.beside["trained:head.weight"], by: 0.01)
    #expect(try report(answer).verdict == .different)
    // The point says nothing of a tensor that has another shape there, or none.
    answer.beside["trained:head.weight"] = nil
    #expect(try report(answer).verdict == .different)
  }

  @Test("the loss of a head that gives another shape is left out, and its tensors stay")
  func otherHead() throws {
    let text = """
      cnnc: 1
      model: Other
      input: {channels: 2, size: 2}
      layers: [{name: norm, batch_norm}, flatten, {name: head, linear: {out: 3}}]
      aux:
        early: {from: norm, conv: {out: 3, kernel: 1}}

      """
    let graph = try #require(Compilation("other.yaml", files: MemoryFiles(texts: ["other.yaml": text])).graph)
    let head = ["early.weight": Tensor(zeros: [3, 2, 1, 1]), "early.bias": Tensor([0.5, 1, 2])]
    let reference = try TrainedReference(
      graph, parameters: parameters.merging(head) { $1 }, inputs: [input], steps: 2, threads: 1)
    #expect(reference.training.factors == [1, 0])
    let outcome = PeerOutcome(version: "1", values: [:], deviations: [:], losses: [])
    let found = reference.differences(from: outcome, scope)
    #expect(found.leftOut == ["early gives 3×2×2, and the network 3"])
    #expect(found.gradients.map(\.name) == ["head.bias", "head.weight", "norm.bias", "norm.weight"])
    #expect(self.reference.differences(from: outcome, scope).leftOut.isEmpty)
  }
}

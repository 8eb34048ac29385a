import Kernels
import Runtime
import Shapes
import SyntheticTensors
import Tensors
import Testing

@testable import Layers

/// What a plan computes for one layer against the plain implementation, for every kind of layer.
@Suite("Planned layers")
struct PlannedForwardTests {
  /// A layer with inputs and tensors.
  private struct Setting {
    var name: String
    var layer: any LayerKind
    var inputs: [Tensor]
    var parameters: ParameterSet

    var expected: Tensor { layer.output(inputs, parameters) }

    func plan(_ options: PlanOptions) throws -> ExecutionPlan {
      try ExecutionPlan(
        Computation.tracing(inputs.map(\.shape)) { inputs, _ in [layer.output(inputs, parameters)] }, options)
    }
  }

  /// Draws that fit together are computed; a kind without a maker fails.
  @Test(arguments: RegistryTests.keywords)
  func agreeWithThePlainImplementation(_ keyword: String) throws {
    let count = ["conv": 30, "depthwise_conv": 15, "transposed_conv": 15, "upsample": 15, "pad": 15][keyword] ?? 8
    var random = RandomLayers(seed: 1)
    for index in Draws.seeds(count) { try check(setting(keyword, batch: 1 + index % 5, &random)) }
  }

  private func setting(_ keyword: String, batch: Int, _ random: inout RandomLayers) throws -> Setting {
    for _ in 0..<200 {
      let drawn = random.draw(keyword)
      let draw = try #require(drawn, "RandomLayers has no maker for \(keyword)")
      let shapes = draw.inputs.map { Shape($0.map(Extent.known)) }
      let text = ([keyword] + draw.fields).joined(separator: " ")
      guard let layer = try? parseLayer(text), let output = try? layer.outputShape(of: shapes),
        let elements = output.elements.value,
        batch * max(elements, layer.macs(for: shapes, output: output).value ?? 0) < 300_000
      else { continue }
      let tensors = layer.tensors(for: shapes).map { ($0.name, Tensor(synthetic: $0.name, shape: $0.shape)) }
      return Setting(
        name: "\(text) of \(batch) × \(draw.inputs)", layer: layer,
        inputs: draw.inputs.enumerated().map {
          Tensor(syntheticInput: "input\($0)", shape: [batch] + $1, amplitude: 4)
        },
        parameters: ParameterSet(Dictionary(uniqueKeysWithValues: tensors)))
    }
    throw TextError(description: "no draw of \(keyword) fits together")
  }

  private func check(_ setting: Setting) throws {
    let expected = setting.expected
    for fuses in [true, false] {
      let plan = try setting.plan(PlanOptions(threads: 1, fuses: fuses, verifies: true))
      #expect(plan.faults.isEmpty, "\(setting.name): \(plan.faults)")
      let found = try #require(plan(setting.inputs).first)
      try compare(found, expected, "\(setting.name), fused: \(fuses)\n\(plan)")
      for threads in [2, 3] {
        let other = try setting.plan(PlanOptions(threads: threads, fuses: fuses))
        #expect(bits(other(setting.inputs)[0]) == bits(found), "\(setting.name) on \(threads) threads")
      }
    }
    for set in InstructionSet.allCases where set.loops != nil {
      var options = PlanOptions(threads: 1, algorithm: .direct)
      options.instructionSet = set
      let found = try #require(setting.plan(options)(setting.inputs).first)
      try compare(found, expected, "\(setting.name) by \(set)")
      options.packing = .eachRun
      let packing = try #require(setting.plan(options)(setting.inputs).first)
      #expect(bits(packing) == bits(found), "\(setting.name) by \(set), packing in the run")
    }
  }

  /// Numbers differ by rounding; those that are infinite or none are the same.
  private func compare(_ found: Tensor, _ expected: Tensor, _ name: String) throws {
    try #require(found.shape == expected.shape, "\(name)")
    let pairs = zip(found.elements, expected.elements)
    let largest = expected.elements.filter(\.isFinite).map(abs).max() ?? 0
    let isClose = pairs.allSatisfy { found, expected in
      expected.isFinite ? abs(found - expected) <= 2e-5 * largest : found.bitPattern == expected.bitPattern
    }
    #expect(isClose, "\(name)")
  }

  private func bits(_ tensor: Tensor) -> [UInt32] { tensor.elements.map(\.bitPattern) }
}

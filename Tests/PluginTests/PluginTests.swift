import NeuralNetworks
import SyntheticTensors
import Tensors
import Testing

/// The plugin has generated `Digits` from digits.yaml when this is compiled.
@Suite("The build plugin")
struct PluginTests {
  private func digits() throws -> Digits {
    var model = Digits()
    try model.load(
      model.parameters.reduce(into: [:]) { $0[$1.key] = Tensor(synthetic: $1.key, shape: $1.value.shape) })
    return model
  }

  @Test func theTypeIsThere() throws {
    let model = try digits()
    #expect(Digits.inputShape == [1, 28, 28])
    #expect(model.parameters["stage2.widen.weight"]?.shape == [16, 8, 1, 1])
    #expect(model(Tensor(syntheticInput: "input", shape: [2, 1, 28, 28])).shape == [2, 10])
  }

  @Test func plannedOutputsAreThoseOfThePlainPath() throws {
    let model = try digits()
    let input = Tensor(syntheticInput: "input", shape: [2, 1, 28, 28])
    let (plain, planned) = (model(input), try model.plan(input: [2, 1, 28, 28])(input))
    let largest = plain.elements.map(abs).max() ?? 0
    let error = zip(plain.elements, planned.elements).map { abs($0 - $1) }.max() ?? 0
    #expect(planned.shape == plain.shape && largest > 0 && error <= 1e-4 * largest)
  }
}

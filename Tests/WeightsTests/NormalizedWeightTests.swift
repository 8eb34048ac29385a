import Frontend
import GraphIR
import NetworkWeights
import SpecLanguage
import Tensors
import Testing
import Weights

/// Weights that are computed from other tensors, in files and at first.
@Suite struct NormalizedWeightTests {
  private func graph(_ fields: String) throws -> Graph {
    let text = """
      cnnc: 1
      model: M
      input: {channels: 4, size: 8}
      layers: [{name: a, \(fields)}]

      """
    return try #require(Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).graph)
  }

  /// The names of `torch.nn.utils`, and those of `torch.nn.utils.parametrizations`.
  @Test(arguments: [
    ("weight_norm", ["bias", "weight_g", "weight_v"]),
    ("weight_norm", ["bias", "parametrizations.weight.original0", "parametrizations.weight.original1"]),
    ("spectral_norm", ["bias", "weight_orig", "weight_u", "weight_v"]),
    (
      "spectral_norm",
      ["bias", "parametrizations.weight.original", "parametrizations.weight.0._u", "parametrizations.weight.0._v"]
    ), ("scaled_standardize", ["weight", "bias", "gain"]),
  ])
  func namesOfFiles(form: String, names: [String]) throws {
    let graph = try graph("conv: {out: 6, kernel: 3, normalize_weight: \(form)}")
    let expected = graph.expectedTensors
    #expect(expected.count == names.count)
    let found = zip(names, expected).map { TensorInfo(name: "a.\($0)", shape: $1.shape, type: .float32) }
    let binding = WeightBinding.match(expected, to: found)
    #expect(binding.isComplete)
    #expect(binding.bound.map(\.source) == found.map(\.name))
  }

  private func first(_ graph: Graph) throws -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: try graph.initialTensors(from: MemoryFiles([:])).map { tensor in
        let count = tensor.shape.reduce(1, *)
        return (
          tensor.name,
          Tensor(tensor.initialization.values(count: count, name: tensor.name, seed: 3), shape: tensor.shape)
        )
      })
  }

  /// As PyTorch wraps a layer: the lengths of the rows are those that were drawn.
  @Test func weightNormBeginsWithTheWeightThatWasDrawn() throws {
    let tensors = try first(graph("conv: {out: 6, kernel: 3, normalize_weight: weight_norm, init: he_normal}"))
    let (v, g) = (try #require(tensors["a.weight_v"]), try #require(tensors["a.weight_g"]))
    #expect(v.shape == [6, 4, 3, 3] && g.shape == [6, 1, 1, 1])
    let weight = Plain.weightNorm(v, gain: g)
    for (found, drawn) in zip(weight.elements, v.elements) { #expect(abs(found - drawn) < 1e-6) }
  }

  /// The vectors are those of the largest singular value, so the normalized weight makes no vector longer.
  @Test(arguments: [("conv", 0), ("transposed_conv", 1)])
  func spectralNormBeginsWithSingularVectors(kind: String, dimension: Int) throws {
    let tensors = try first(graph("\(kind): {out: 6, kernel: 2, normalize_weight: spectral_norm}"))
    let weight = try #require(tensors["a.weight_orig"])
    let (u, v) = (try #require(tensors["a.weight_u"]), try #require(tensors["a.weight_v"]))
    #expect(u.count == 6 && v.count == 16)
    let normalized = Plain.spectralNorm(weight, u: u, v: v, dimension: dimension)
    let again = Plain.singularVectors(normalized, dimension: dimension, iterations: 200)
    let same = Plain.spectralNorm(
      normalized, u: Tensor(again.u, shape: [6]), v: Tensor(again.v, shape: [16]), dimension: dimension)
    // Divided by its own largest singular value once more: it was about 1.
    for (once, twice) in zip(normalized.elements, same.elements) {
      let tolerance = 0.05 * abs(once) + 1e-6
      #expect(abs(once - twice) < tolerance)
    }
  }

  @Test func aGainBeginsWithOne() throws {
    let tensors = try first(graph("conv: {out: 6, kernel: 3, normalize_weight: scaled_standardize}"))
    #expect(tensors["a.gain"]?.elements == Array(repeating: 1, count: 6))
  }
}

import RandomSpecs
import SpecLanguage
import SyntheticTensors
import Tensors
import Testing

@testable import ONNXEmission

/// What is made of a computation before it is written computes the same.
@Suite("Passes before a network is written") struct PassTests {
  private func expectEqual(_ network: TestNetwork, _ name: String, batch: Int = 2) throws {
    let computation = try network.computation(batch: batch)
    let inputs = network.inputs(batch: batch)
    let expected = computation.plain(inputs)
    let joined = computation.forExport()
    for (pass, other) in [("joined", joined), ("folded", joined.foldingScalings())] {
      let found = other.outputs.map { $0.index }
      #expect(found.count == expected.count)
      for (mine, theirs) in zip(other.plain(inputs), expected) {
        let largest = theirs.elements.map(abs).max() ?? 0
        let difference = zip(mine.elements, theirs.elements).map { abs($0 - $1) }.max() ?? 0
        #expect(difference <= 2e-5 * max(largest, 1e-6), "\(name), \(pass)")
      }
    }
  }

  @Test func kindsStayTheSame() throws {
    let path = repository.appendingPathComponent("Tests/SwiftEmissionTests/Fixtures/kinds.yaml").path
    try expectEqual(try TestNetwork(path), "kinds.yaml", batch: 1)
  }

  @Test func volumesAreOneConvolution() throws {
    let layers = """
        - {conv: {out: 6, kernel: [3, 2, 3], stride: [2, 1, 1], padding: half, groups: 2, bias: false}}
        - batch_norm
        - {transposed_conv: {out: 4, kernel: 3, stride: 2, output_padding: 1, padding: 1}}
        - {max_pool: {kernel: 2}}
      """
    let network = try TestNetwork(layers: layers, input: "{channels: 4, depth: 6, size: [5, 7]}")
    let joined = try network.computation(batch: 2).forExport()
    let kinds = joined.written.sorted().compactMap { index -> String? in
      guard case .operation(let operation, _) = joined.nodes[index].origin else { return nil }
      return operation.name
    }
    #expect(kinds.filter { $0 == "VolumeConvolution" }.count == 2)
    #expect(!kinds.contains("DepthUnfold") && !kinds.contains("DepthSum"))
    try expectEqual(network, "volumes")
    let model = try network.model()
    #expect(model.operators.prefix(3) == ["Conv", "BatchNormalization", "ConvTranspose"])
    #expect(try network.model { $0.foldsNorms = true }.operators.prefix(2) == ["Conv", "ConvTranspose"])
  }

  @Test(arguments: 0..<4) func randomNetworksStayTheSame(_ part: UInt64) throws {
    for seed in Draws.seeds(4).map(UInt64.init) where seed % 4 == part {
      let random = RandomSpec(seed: seed)
      guard let network = try? TestNetwork(random.path, files: MemoryFiles(texts: random.files)) else { continue }
      try expectEqual(network, random.path, batch: 1)
    }
  }

  @Test func normsAreFoldedOnlyWhereNothingElseReads() throws {
    let network = try TestNetwork(
      layers: """
          - {name: a, conv: {out: 4, kernel: 1}}
          - {name: b, batch_norm}
          - {from: [a, b], name: c, add}
          - {name: d, conv: {out: 4, kernel: 1, bias: false}}
          - {name: e, batch_norm}
          - {name: f, scale: {by: 2}}
        """)
    #expect(
      try network.model().operators == ["Conv", "BatchNormalization", "Add", "Conv", "BatchNormalization", "Mul"])
    let folded = try network.model { $0.foldsNorms = true }
    #expect(folded.operators == ["Conv", "BatchNormalization", "Add", "Conv"])
    #expect(folded.graph?.initializer.map(\.name).contains("d.bias") == true)
  }
}

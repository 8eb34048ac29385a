import Foundation
import Testing
import Weights

@testable import cnnc

/// A network that PyTorch has trained for a few steps, as `scripts/make_weight_fixtures.py` has it, from every file it
/// can be in.
@Suite("A network from PyTorch") struct PretrainedNetworkTests {
  private static let spec = """
    cnnc: 1
    model: Residual
    input: {channels: 3, height: 9, width: 7}
    layers:
      - {name: conv1, conv: {out: 8, kernel: 3, stride: 2, padding: 1, bias: false}}
      - {name: bn1, batch_norm}
      - relu
      - residual:
          - {name: conv2, conv: {out: 8, kernel: 3, padding: 1, bias: false}}
          - {name: bn2, batch_norm}
      - relu
      - global_avg_pool
      - flatten
      - {name: fc, linear: {out: 5}}

    """

  private static func fixture(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
  }

  /// The elements of an array of 32-bit floats.
  private func elements(of path: String) throws -> [Float] {
    let file = try WeightFile.open(path)
    return try file.float32(named: try #require(file.tensors.first).name)
  }

  /// Both forms of .pth and what they are converted to give the same bits, and those are PyTorch's but for rounding.
  @Test(
    "a .pth and its conversions give identical bits, planned, unfused and plain",
    arguments: [[], ["--no-fuse"], ["--plain"]])
  func conversions(options: [String]) throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    var files = [Self.fixture("network.pth"), Self.fixture("network_legacy.pth")]
    for (index, name) in ["a.safetensors", "b.npz", "c.safetensors"].enumerated() {
      let arguments = ["weights", "convert", files[index % 2], folder.path(name)]
      #expect(try status(of: arguments + (index == 2 ? ["--spec", spec] : [])) == .success)
      files.append(folder.path(name))
    }
    let expected = try elements(of: Self.fixture("outputs.npy"))
    var first: [UInt32] = []
    for (index, file) in files.enumerated() {
      let output = folder.path("out\(index).npy")
      let run = ["run", spec, "--weights", file, "--input", Self.fixture("images.npy"), "-o", output]
      #expect(try status(of: run + options) == .success)
      let found = try elements(of: output)
      try #require(found.count == expected.count)
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(found)")
      if index == 0 { first = found.map(\.bitPattern) }
      #expect(found.map(\.bitPattern) == first, "\(file)")
    }
  }
}

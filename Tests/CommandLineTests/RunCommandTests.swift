import ArgumentParser
import Foundation
import Testing
import Weights

@testable import cnnc

@Suite("cnnc run") struct RunCommandTests {
  private static let spec = """
    cnnc: 1
    model: Small
    input: {channels: 2, size: 4}
    layers:
      - {name: c, conv: {out: 3, kernel: 3, padding: half}}
      - relu
      - global_avg_pool
      - flatten
      - {name: fc, linear: {out: 5}}

    """

  private func write(_ shape: [Int], to path: String) throws {
    let count = shape.reduce(1, *)
    let tensor = WeightWriter.Tensor(name: "image", shape: shape) { (0..<count).map { Float($0 % 7) / 7 } }
    try WeightWriter.write([tensor], to: path, format: .safetensors)
  }

  @Test("a file of weights and the same weights drawn anew give the same outputs, batched or not")
  func outputs() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let (image, batch) = (folder.path("image.safetensors"), folder.path("batch.safetensors"))
    try write([2, 4, 4], to: image)
    try write([1, 2, 4, 4], to: batch)
    #expect(try status(of: ["weights", "init", spec, "--seed", "7", "-o", folder.path("w.safetensors")]) == .success)
    let runs = [
      ["--weights", "random:7", "--input", image], ["--weights", folder.path("w.safetensors"), "--input", batch],
    ]
    var values: [[Float]] = []
    for (index, run) in runs.enumerated() {
      let output = folder.path("out\(index).npz")
      #expect(try status(of: ["run", spec, "-o", output, "--tap", "c"] + run) == .success)
      let file = try WeightFile.open(output)
      #expect(file.tensors.map(\.shape) == [[1, 5], [1, 3, 4, 4]])
      #expect(file.tensors.map(\.name) == ["output", "c"])
      values.append(try file.float32(named: "output"))
    }
    #expect(values[0] == values[1])
    #expect(Set(values[0]).count == 5)
  }

  @Test("a tap is what a reference of the spec would be: a layer, a block, a list, a combinator")
  func tapsByName() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(
      """
      cnnc: 1
      input: {channels: 2, size: 4}
      blocks: {B: {layers: [conv: {out: 2, kernel: 1}, relu]}}
      layers:
        - {name: b, B}
        - {name: s, seq: [relu, conv: {out: 2, kernel: 1}]}
        - {name: r, residual: [conv: {out: 2, kernel: 1}, batch_norm]}
        - {name: g, gate: [global_avg_pool, sigmoid]}
        - {name: one, residual: {conv: {out: 2, kernel: 1}}}
        - {name: k, B, repeat: 2}

      """, to: "m.yaml")
    let image = folder.path("image.safetensors")
    try write([2, 4, 4], to: image)
    let names = ["b", "b.relu1", "s", "s.1", "r", "r.1", "r.add1", "g", "one", "add1", "k", "k.1.relu1"]
    for (index, options) in [[], ["--plain"]].enumerated() {
      let output = folder.path("out\(index).npz")
      let taps = names.flatMap { ["--tap", $0] }
      #expect(
        try status(of: ["run", spec, "--weights", "random:1", "--input", image, "-o", output] + taps + options)
          == .success)
      let file = try WeightFile.open(output)
      #expect(file.tensors.map(\.name) == ["output"] + names.sorted())
      func values(_ name: String) throws -> [Float] { try file.float32(named: name) }
      for (a, b) in [
        ("b", "b.relu1"), ("s", "s.1"), ("r", "r.add1"), ("one", "add1"), ("k", "k.1.relu1"), ("k", "output"),
      ] {
        #expect(try values(a) == values(b), "\(a), \(b)")
      }
      #expect(try values("r") != values("r.1"))
    }
  }

  @Test("what does not fit is said, and nothing is written")
  func misfits() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let image = folder.path("image.safetensors")
    try write([2, 5, 5], to: image)
    let output = folder.path("out.npz")
    #expect(try status(of: ["run", spec, "--weights", "random:1", "--input", image, "-o", output]) == .findings)
    try write([2, 4, 4], to: image)
    #expect(try status(of: ["run", spec, "--weights", image, "--input", image, "-o", output]) == .findings)
    let run = ["run", spec, "--weights", "random:1", "--input", image, "-o"]
    #expect(throws: ValidationError.self) { try status(of: run + [output, "--tap", "x"]) }
    #expect(try status(of: run + [folder.path("none/y.npy")]) == .unusable)
    #expect(try status(of: ["run", spec, "--weights", "none.pth", "--input", image, "-o", output]) == .unusable)
    #expect(try folder.names() == ["image.safetensors", "m.yaml"])
  }

  @Test("LeNet-5 of 1998 runs: the codes of its last layer are those of the file that the spec names")
  func fixedTensors() throws {
    let folder = try TemporaryFolder()
    let spec = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../specs/lenet5_1998.yaml").standardized
    let image = folder.path("image.safetensors")
    try write([1, 32, 32], to: image)
    for (index, more) in [[], ["--plain"]].enumerated() {
      let output = folder.path("out\(index).npz")
      let run = ["run", spec.path, "--weights", "random:1", "--input", image, "-o", output, "--tap", "f6"]
      #expect(try status(of: run + more) == .success)
    }
    let (planned, plain) = (try WeightFile.open(folder.path("out0.npz")), try WeightFile.open(folder.path("out1.npz")))
    let codes = try String(
      contentsOf: spec.deletingLastPathComponent().appendingPathComponent("lenet5-codes.txt"), encoding: .utf8)
    let rows = codes.split(separator: "\n").map { $0.split(separator: " ").compactMap { Float($0) } }
    // The output is after the squashing function that follows f6.
    let features = try planned.float32(named: "f6").map { 1.7159 * Foundation.tanh(2 / 3 * $0) }
    for (index, row) in rows.enumerated() {
      let distance = zip(features, row).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
      #expect(abs(try planned.float32(named: "output")[index] - distance) < 1e-3 * distance)
      #expect(abs(try plain.float32(named: "output")[index] - distance) < 1e-3 * distance)
    }
    #expect(rows.count == 10)
  }
}

import ArgumentParser
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
    #expect(
      try status(of: ["run", spec, "--weights", "random:1", "--input", image, "-o", output, "--tap", "x"]) == .findings
    )
    #expect(try status(of: ["run", spec, "--weights", "none.pth", "--input", image, "-o", output]) == .unusable)
    #expect(try folder.names() == ["image.safetensors", "m.yaml"])
  }
}

import ArgumentParser
import Foundation
import ONNX
import Tensors
import Testing

@testable import cnnc

@Suite("cnnc export") struct ExportCommandTests {
  private static let spec = """
    cnnc: 1
    model: Small
    params: {width: int = 3}
    input: {channels: 2, size: 4}
    layers:
      - {name: c, conv: {out: width, kernel: 3, padding: half}}
      - relu
      - global_avg_pool
      - flatten
      - {name: fc, linear: {out: 2}}
    labels: [cat, dog]
    preprocess: {mean: [0.5], std: [0.25]}
    variants: {wide: {width: 5}}

    """

  private func model(_ path: String) throws -> ModelProto {
    try ModelProto(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
  }

  @Test("a file says where it is from, and is the same when it is written again")
  func files() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let (file, again) = (folder.path("m.onnx"), folder.path("again.onnx"))
    #expect(try status(of: ["export", spec, "--weights", "random:3", "-o", file, "--variant", "wide"]) == .success)
    #expect(try status(of: ["export", spec, "--weights", "random:3", "-o", again, "--variant", "wide"]) == .success)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(contentsOf: URL(fileURLWithPath: again)))
    let model = try model(file)
    #expect(model.producerName == "cnnc" && model.graph?.name == "Small")
    #expect(
      model.metadataProps.map(\.key) == [
        "cnnc.spec", "cnnc.spec_sha256", "cnnc.variant", "cnnc.set", "preprocess", "labels",
      ])
    let values = Dictionary(uniqueKeysWithValues: model.metadataProps.map { ($0.key, $0.value) })
    #expect(values["labels"] == #"["cat","dog"]"#)
    #expect(values["cnnc.spec"] == "m.yaml" && values["cnnc.variant"] == "wide")
    #expect(values["preprocess"]?.contains(#""mean":[0.5],"std":[0.25]"#) == true)
    #expect(model.graph?.initializer.first?.dims == [5, 2, 3, 3])
    // Another comment is another spec.
    _ = try folder.write(Self.spec + "# more\n", to: "m.yaml")
    #expect(try status(of: ["export", spec, "--weights", "random:3", "-o", again, "--variant", "wide"]) == .success)
    #expect(try self.model(again).metadataProps[1] != model.metadataProps[1])
  }

  @Test("numbers that are none are exported, and said")
  func faultyWeights() throws {
    func warning(_ tensors: [String: Tensor]) -> String? { ExportCommand.warning(of: tensors, from: .file("w.pth")) }
    let sound = Tensor([1, 2], shape: [2])
    #expect(warning(["a": sound]) == nil)
    #expect(
      warning(["a": sound, "c": Tensor([1, -.infinity], shape: [2]), "b": Tensor([.nan], shape: [1])])
        == "w.pth: NaN or infinity in 'b', 'c'; the file has them too")
    let many = Dictionary(uniqueKeysWithValues: (0..<7).map { ("t\($0)", Tensor([.nan], shape: [1])) })
    #expect(warning(many)?.contains("'t4' and 2 more") == true)
  }

  @Test("a size that is another node's is no factor, so a file for any size is refused")
  func otherNodesSizes() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(
      """
      cnnc: 1
      input: {channels: 1, size: 8}
      layers:
        - {name: a, max_pool: {kernel: 3, stride: 2, padding: 1}}
        - max_pool: {kernel: 3, stride: 2, padding: 1}
        - upsample: {like: a}

      """, to: "like.yaml")
    let file = folder.path("like.onnx")
    #expect(try status(of: ["export", spec, "--input", "1xHxW", "-o", file]) == .findings)
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(try status(of: ["export", spec, "-o", file]) == .success)
    // A file of this name is nobody's wish.
    #expect(throws: (any Error).self) { try Cnnc.parseAsRoot(["export", spec, "-o", "-"]) }
  }

  @Test("what is read is not written over", arguments: ["export", "generate", "graph"])
  func writesOverNothing(_ command: String) throws {
    let folder = try TemporaryFolder()
    // Without an ending, which would be refused before.
    let spec = try folder.write(Self.spec, to: "spec")
    #expect(
      try status(of: [command, spec, "-o", spec] + (command == "graph" ? ["--format", "dot"] : [])) == .unusable)
    #expect(try String(contentsOfFile: spec, encoding: .utf8) == Self.spec)
  }

  @Test("batch and sizes are open or not, as the command line says")
  func sizes() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let file = folder.path("m.onnx")
    #expect(try status(of: ["export", spec, "-o", file, "--batch", "7"]) == .success)
    #expect(
      try model(file).graph?.input == [ValueInfoProto("input", [.value(7), .value(2), .value(4), .value(4)])])
    #expect(try status(of: ["export", spec, "-o", file, "--input", "2xHx32W", "--softmax"]) == .success)
    let open = try model(file)
    #expect(
      open.graph?.input
        == [ValueInfoProto("input", [.parameter("N"), .value(2), .parameter("H"), .parameter("32·W")])])
    #expect(open.graph?.node.last?.opType == "Softmax")
    // A layer that needs the size is in the way, and nothing is written.
    let fixed = try folder.write(
      Self.spec.replacing("global_avg_pool", with: "adaptive_avg_pool: {size: 2}"), to: "f.yaml")
    let other = folder.path("f.onnx")
    #expect(try status(of: ["export", fixed, "-o", other, "--input", "2xHxW"]) == .findings)
    #expect(try folder.names().contains("f.onnx") == false)
  }
}

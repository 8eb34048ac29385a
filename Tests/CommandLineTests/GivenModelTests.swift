import ArgumentParser
import Foundation
import Frontend
import GraphIR
import ONNX
import Peers
import SpecLanguage
import Tensors
import Testing

@testable import cnnc

@Suite("ONNX files given to cnnc verify") struct GivenModelTests {
  private static let spec = """
    cnnc: 1
    model: Small
    inputs: {left: {channels: 2, size: 4}, right: {channels: 2, size: 4}}
    layers:
      - {name: sum, from: [left, right], add}
      - {name: c, conv: {out: 3, kernel: 3}}

    """

  private func refusal(_ body: () throws(PeerError) -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      guard case .file(let reason) = error else { return "\(error)" }
      return reason
    }
  }

  private func model(_ folder: TemporaryFolder, _ options: String...) throws -> GivenModel {
    let file = folder.path("m.onnx")
    let spec = try folder.write(Self.spec, to: "m.yaml")
    #expect(try status(of: ["export", spec, "--weights", "random:1", "-o", file] + options) == .success)
    return try GivenModel(file, called: "m.onnx")
  }

  private func refusal(of model: GivenModel, _ shapes: [Int]..., text: String = spec) throws -> String? {
    let graph = try #require(Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).graph)
    let inputs = shapes.map { Tensor(zeros: $0) }
    return refusal { () throws(PeerError) in try model.requireInputs(inputs, of: graph) }
  }

  @Test("inputs are taken in any order of any batch, or of the file's own")
  func inputs() throws {
    let folder = try TemporaryFolder()
    let open = try model(folder)
    #expect(try refusal(of: open, [5, 2, 4, 4], [5, 2, 4, 4]) == nil)
    #expect(try refusal(of: open, [5, 2, 4, 4]) == "m.onnx takes 2 inputs, and the network 1")
    #expect(open.data.isEmpty)
    let fixed = try model(folder, "--batch", "2")
    #expect(try refusal(of: fixed, [2, 2, 4, 4], [2, 2, 4, 4]) == nil)
    let found = try refusal(of: fixed, [5, 2, 4, 4], [5, 2, 4, 4])
    #expect(found?.hasPrefix("m.onnx takes batches of 2, and 5 images are compared; --samples 2 ") == true)
  }

  @Test("an input of another shape is named with both")
  func shapes() throws {
    let text = Self.spec.replacing("left: {channels: 2, size: 4}", with: "left: {channels: 2, size: [4, 4]}")
      .replacing("right: {channels: 2, size: 4}", with: "right: {channels: 1, size: 4}")
      .replacing("add}", with: "concat}")
    let found = try refusal(of: try model(try TemporaryFolder()), [1, 2, 4, 4], [1, 1, 4, 4], text: text)
    #expect(found == "the input 'right' of m.onnx is N×2×4×4, and the network's N×1×4×4")
  }

  @Test("what is no model is refused with its name", arguments: ["", "cnnc: 1\n", "\u{8}\u{8}"])
  func noModel(_ text: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(text, to: "x.onnx")
    let found = refusal { () throws(PeerError) in _ = try GivenModel(file, called: "x.onnx") }
    #expect(found?.hasPrefix("x.onnx is no ONNX model: ") == true)
  }

  @Test("the files of tensors are known, and none outside of the folder")
  func data() throws {
    let folder = try TemporaryFolder()
    var model = ModelProto()
    model.graph = GraphProto()
    model.graph?.output = [ValueInfoProto("y", [])]
    func read(_ locations: [String]) throws -> GivenModel {
      model.graph?.initializer = locations.enumerated().map { index, location in
        var tensor = TensorProto([], dims: [0], name: "t\(index)")
        tensor.isExternal = true
        tensor.externalData = ExternalData(location: location).entries
        return tensor
      }
      try model.write(to: folder.path("x.onnx"))
      return try GivenModel(folder.path("x.onnx"), called: "x.onnx")
    }
    #expect(try read(["b.data", "a/c.data", "b.data", "./d"]).data.map(\.location) == ["b.data", "a/c.data", "./d"])
    #expect(throws: PeerError.self) { try read(["../b.data"]) }
  }

  @Test("elements of another type are refused, and no number of samples that cannot be is advised")
  func types() throws {
    let folder = try TemporaryFolder()
    func read(type: Int32, batch: Int64) throws -> GivenModel {
      var model = ModelProto()
      model.graph = GraphProto()
      model.graph?.output = [ValueInfoProto("y", [])]
      var (left, right) = (ValueInfoProto("left", []), ValueInfoProto("right", []))
      let shape = TensorShapeProto([.value(batch), .value(2), .value(4), .value(4)])
      left.type = TypeProto(tensor: TypeProto.Tensor(elemType: type, shape: shape))
      right.type = left.type
      model.graph?.input = [left, right]
      try model.write(to: folder.path("x.onnx"))
      return try GivenModel(folder.path("x.onnx"), called: "x.onnx")
    }
    #expect(try refusal(of: read(type: 1, batch: 1), [1, 2, 4, 4], [1, 2, 4, 4]) == nil)
    #expect(try refusal(of: read(type: 10, batch: 1), [1, 2, 4, 4], [1, 2, 4, 4])?.contains("ONNX's type 10") == true)
    let large = try refusal(of: read(type: 1, batch: 1 << 62), [1, 2, 4, 4], [1, 2, 4, 4])
    #expect(large?.contains("takes batches of \(1 << 62)") == true && large?.contains("--samples") == false)
    #expect(try refusal(of: read(type: 1, batch: -1), [1, 2, 4, 4], [1, 2, 4, 4])?.contains("is -1×2×4×4") == true)
  }

  @Test("pipes, and tensors behind a file's end, are refused before an engine runs")
  func places() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    func verified(_ file: String) throws -> ExitCode {
      // A Python that fails is the engine's fault, 1.
      try status(of: ["verify", spec, "--with", "onnx", "--python", "false", "--onnx-file", folder.path(file)])
    }
    #expect(try status(of: ["export", spec, "--weights", "random:1", "-o", folder.path("m.onnx")]) == .success)
    #expect(try verified("m.onnx") == .findings)
    #expect(mkfifo(folder.path("pipe.onnx"), 0o600) == 0)
    #expect(try verified("pipe.onnx") == .unusable)
    #expect(try verified("none.onnx") == .unusable)

    var model = try ModelProto(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path("m.onnx")))))
    var tensor = try #require(model.graph?.initializer.first)
    (tensor.raw, tensor.isExternal) = (nil, true)
    tensor.externalData = ExternalData(location: "m.data", offset: 4, length: 8).entries
    model.graph?.initializer[0] = tensor
    try model.write(to: folder.path("m.onnx"))
    _ = try folder.write(String(repeating: "x", count: 12), to: "m.data")
    #expect(try verified("m.onnx") == .findings)
    _ = try folder.write(String(repeating: "x", count: 11), to: "m.data")
    #expect(try verified("m.onnx") == .unusable)
  }
}

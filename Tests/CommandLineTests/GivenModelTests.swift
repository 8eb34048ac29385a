import ArgumentParser
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
    #expect(try read(["b.data", "a/c.data", "b.data"]).data.map(\.location) == ["b.data", "a/c.data"])
    #expect(throws: PeerError.self) { try read(["../b.data"]) }
  }
}

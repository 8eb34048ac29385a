import Foundation
import ONNX
import ProtocolBuffers
import Tensors
import Testing

@Suite("Messages of ONNX") struct MessageTests {
  @Test func whatIsWrittenIsRead() throws {
    let bytes = ModelProto.full.encoded
    #expect(bytes.count == ModelProto.full.encodedSize)
    let read = try ModelProto(bytes: bytes)
    #expect(read == ModelProto.full)
    #expect(read.encoded == bytes)
  }

  /// What `onnx` 1.23 writes of `helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3])`.
  /// Of `helper.make_node("Conv", ["x", "w"], ["y"], name="c", kernel_shape=[3, 3], group=2)`.
  @Test("files of ONNX's own package and of cnnc are read, and written as they are; scripts/fuzz.sh begins with them")
  func files() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".onnx") }
    #expect(names.count >= 4)
    for name in names {
      let bytes = try [UInt8](Data(contentsOf: folder.appendingPathComponent(name)))
      let model = try ModelProto(bytes: bytes)
      #expect(model.graph?.node.isEmpty == false, "\(name)")
      let written = model.encoded
      #expect(try ModelProto(bytes: written).encoded == written, "\(name)")
    }
  }

  @Test func bytesAreThoseOfONNX() {
    var node = NodeProto("Conv", ["x", "w"], ["y"], [.int("group", 2), .ints("kernel_shape", [3, 3])])
    node.name = "c"
    let hexadecimal = node.encoded.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    #expect(
      hexadecimal == "0a01780a01771201791a01632204436f6e762a0c0a0567726f75701802a00102"
        + "2a150a0c6b65726e656c5f736861706540034003a00107")
    #expect(
      ValueInfoProto("x", [.parameter("N"), .value(3)]).encoded
        == [
          0x0A, 0x01, 0x78, 0x12, 0x0F, 0x0A, 0x0D, 0x08, 0x01, 0x12, 0x09, 0x0A, 0x03, 0x12, 0x01, 0x4E, 0x0A, 0x02,
          0x08, 0x03,
        ])
  }

  @Test func largeTensorsGoIntoAnotherFile() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("onnx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var model = ModelProto()
    var graph = GraphProto()
    let large = Tensor((0..<600).map(Float.init), shape: [20, 30])
    graph.initializer = [
      TensorProto(large, name: "a"), TensorProto(Tensor([1, 2]), name: "small"), TensorProto(large, name: "b"),
    ]
    model.graph = graph
    model.opsetImport = [OperatorSetIdProto(version: 17)]
    let path = folder.appendingPathComponent("m.onnx").path
    try model.write(to: path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["m.onnx"])
    #expect(try ModelProto(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))) == model)
    try model.write(to: path, largest: 1000)
    let read = try ModelProto(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + ".data")))
    let tensors = try #require(read.graph?.initializer)
    #expect(tensors.map(\.isExternal) == [true, false, true])
    for index in [0, 2] {
      let place = try ExternalData(tensors[index].externalData)
      #expect(place.location == "m.onnx.data" && place.offset.isMultiple(of: 4096) && place.length == 2400)
      #expect(RawData(data[place.offset..<place.offset + 2400]) == RawData(large))
    }
  }

  @Test(
    arguments: [
      "../secret", "/etc/passwd", "a/../../b", "..", "", "a//b", "C:\\x", "a\\..\\b", ".", "a/.", "./",
      "a\u{0}b", "a\nb",
    ])
  func pathsLeadNowhereElse(_ path: String) {
    #expect(throws: ONNXError.self) { _ = try ExternalData([StringStringEntryProto("location", path)]) }
    var model = ModelProto.full
    model.graph?.initializer[2].externalData = [StringStringEntryProto("location", path)]
    #expect(throws: ONNXError.self) { _ = try ModelProto(bytes: model.encoded) }
  }

  @Test(arguments: ["-1", "1e3", "+4", "99999999999999999999", " 1", ""])
  func placesAreNumbers(_ number: String) {
    let entries = [StringStringEntryProto("location", "a"), StringStringEntryProto("offset", number)]
    #expect(throws: ONNXError.self) { _ = try ExternalData(entries) }
  }
}

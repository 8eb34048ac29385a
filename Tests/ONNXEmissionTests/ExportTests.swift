import Foundation
import GraphIR
import Hashing
import ONNX
import ProtocolBuffers
import RandomSpecs
import Shapes
import SpecLanguage
import Tensors
import Testing

@testable import ONNXEmission

@Suite("Networks as ONNX") struct ExportTests {
  /// The file is read as it was written, is sound, has all that the network has, and depends on no batch.
  private func check(_ network: TestNetwork, _ name: String) throws {
    let model = try network.model()
    let bytes = model.encoded
    let read = try ModelProto(bytes: bytes)
    #expect(read == model, "\(name)")
    #expect(model.problem == nil, "\(name)")
    #expect(try network.model().encoded == bytes, "\(name)")
    #expect(model.graph?.input.map(\.name) == network.graph.inputNames, "\(name)")
    #expect(model.graph?.output.map(\.name) == network.graph.outputNames, "\(name)")
    var three = try network.model { $0.batch = 3 }
    three.graph?.input = model.graph?.input ?? []
    three.graph?.output = model.graph?.output ?? []
    #expect(three == model, "\(name) has nodes that know the batch")
    let functions = try network.model { $0.keepsBlocks = true }
    #expect(functions.problem == nil, "\(name), with functions")
    #expect(try ModelProto(bytes: functions.encoded) == functions, "\(name), with functions")
    #expect(try network.model { $0.foldsNorms = true }.problem == nil, "\(name), folded")
    for tensor in model.graph?.initializer ?? [] {
      guard let own = network.parameters[tensor.name] else { continue }
      #expect(tensor == TensorProto(own, name: tensor.name), "\(name): \(tensor.name)")
    }
  }

  @Test(arguments: 0..<4) func randomSpecs(_ part: UInt64) throws {
    var exported = 0
    for seed in stride(from: part, to: 40, by: 4) {
      let random = RandomSpec(seed: seed)
      guard let network = try? TestNetwork(random.path, files: MemoryFiles(texts: random.files)) else { continue }
      exported += 1
      try check(network, random.path)
    }
    #expect(exported > 5)
  }

  @Test func everyKind() throws {
    try check(
      try TestNetwork(repository.appendingPathComponent("Tests/SwiftEmissionTests/Fixtures/kinds.yaml").path), "kinds")
  }

  /// The bytes of some networks, by their hash; what they are is tested by scripts/test_onnx.py beside the engines.
  @Test(arguments: ["lenet5", "resnet20_cifar", "m5", "espcn", "lenet5_1998"])
  func bytesStayTheSame(_ name: String) throws {
    let network = try TestNetwork(repository.appendingPathComponent("specs/\(name).yaml").path)
    var model = try network.model()
    // Where the repository lies is in no file that is compared.
    for index in model.nodes.indices {
      let place = model.nodes[index].docString.split(separator: "/").last.map(String.init) ?? ""
      model.graph?.node[index].docString = place
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/\(name).txt")
    let operators = Dictionary(grouping: model.operators) { $0 }.mapValues(\.count).sorted { $0.key < $1.key }
    let text = operators.map { "\($0.key) \($0.value)\n" }.joined() + "sha256 \(SHA256.hash(model.encoded))\n"
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test func namesAreTheSpecs() throws {
    let network = try TestNetwork(
      layers: """
          - {name: stem, conv: {out: 4, kernel: 3, padding: half}}
          - {name: act, silu}
          - {name: pool, global_avg_pool}
          - {name: flat, flatten}
          - {name: fc, linear: {out: 3}}
        """)
    let model = try network.model()
    #expect(model.nodes.map(\.name) == ["stem", "act/Sigmoid", "act/Mul", "pool", "flat", "fc"])
    #expect(model.nodes.flatMap(\.output) == ["stem", "act/Sigmoid", "act", "pool", "flat", "output"])
    #expect(model.nodes[0].docString == "net.yaml:6")
    #expect(model.graph?.initializer.map(\.name) == ["stem.weight", "stem.bias", "fc.weight", "fc.bias"])
    #expect(model.irVersion == 8 && model.opsetImport.map(\.version) == [17])
  }

  @Test func sharedTensorsAreThereOnce() throws {
    let network = try TestNetwork(
      layers: """
          - {name: a, conv: {out: 4, kernel: 1, normalize_weight: weight_norm}}
          - {name: b, share: a}
        """)
    let model = try network.model()
    #expect(model.graph?.initializer.map(\.name) == ["a.weight", "a.bias"])
    #expect(Set(model.nodes.map { $0.input[1] }) == ["a.weight"])
  }

  @Test func signalsStaySignals() throws {
    let network = try TestNetwork(
      layers: """
          - {conv: {out: 4, kernel: 3, stride: 2}}
          - batch_norm
          - {max_pool: {kernel: 2}}
          - {transposed_conv: {out: 2, kernel: 4}}
        """, input: "{channels: 1, length: 50}")
    let model = try network.model()
    #expect(model.operators == ["Conv", "BatchNormalization", "MaxPool", "ConvTranspose"])
    #expect(model.nodes[0]["kernel_shape"] == .ints([3]))
  }

  @Test func olderOperatorsAreRefusedWithTheReason() throws {
    let norm = try TestNetwork(layers: "  - layer_norm")
    #expect(throws: ExportError("LayerNormalization needs opset 17, and 16 was asked for", at: "net.yaml:6")) {
      _ = try norm.model { $0.opset = 16 }
    }
    let gelu = try TestNetwork(layers: "  - gelu")
    #expect(try gelu.model().operators == ["Mul", "Erf", "Add", "Mul", "Mul"])
    let newer = try gelu.model { $0.opset = 20 }
    #expect(newer.operators == ["Gelu"] && newer.irVersion == 9)
  }

  @Test func softmaxIsPutBehindLogitsOnly() throws {
    let linear = try TestNetwork(layers: "  - flatten\n  - {linear: {out: 3}}")
    #expect(try linear.model { $0.appendsSoftmax = true }.operators == ["Flatten", "Gemm", "Softmax"])
    let softmax = try TestNetwork(layers: "  - flatten\n  - {linear: {out: 3}}\n  - softmax")
    #expect(try softmax.model { $0.appendsSoftmax = true }.operators == ["Flatten", "Gemm", "Softmax"])
    let sigmoid = try TestNetwork(layers: "  - flatten\n  - sigmoid")
    #expect(try sigmoid.model { $0.appendsSoftmax = true }.operators == ["Flatten", "Sigmoid"])
  }

  @Test func blocksBecomeFunctions() throws {
    let blocks = """
      blocks:
        Unit:
          params: {width: int}
          layers:
            - {name: conv, conv: {out: width, kernel: 3, padding: half}}
            - {name: act, relu6}
      """
    let network = try TestNetwork(
      layers: "  - {name: a, Unit: {width: 4}}\n  - {name: b, Unit: {width: 4}}\n  - {name: c, Unit: {width: 5}}",
      more: blocks)
    let model = try network.model { $0.keepsBlocks = true }
    #expect(model.operators == ["Unit", "Unit", "Unit"] && model.nodes.map(\.name) == ["a", "b", "c"])
    #expect(model.functions.map(\.name) == ["Unit"])
    #expect(model.functions[0].node.map(\.opType) == ["Constant", "Constant", "Conv", "Clip"])
    #expect(model.functions[0].input == ["input", "conv.weight", "conv.bias"])
    #expect(
      model.nodes[1].input == ["a", "b.conv.weight", "b.conv.bias"] || model.nodes[1].input[1] == "b.conv.weight")
    #expect(model.graph?.initializer.count == 6)
  }
}

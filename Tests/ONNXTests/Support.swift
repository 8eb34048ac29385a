import Foundation
import ONNX
import Tensors

extension ModelProto {
  /// A model with every field of every message.
  static var full: ModelProto {
    var model = ModelProto()
    model.irVersion = 8
    model.producerName = "tests"
    model.producerVersion = "1.2"
    model.domain = "org.example"
    model.modelVersion = 3
    model.docString = "Zahlen: ½ ≠ ⅓"
    model.opsetImport = [OperatorSetIdProto(version: 17), OperatorSetIdProto(domain: "blocks", version: 1)]
    model.metadataProps = [StringStringEntryProto("labels", "[\"a\",\"b\"]")]
    model.functions = [block]
    model.graph = wholeGraph
    return model
  }

  private static var block: FunctionProto {
    var block = FunctionProto()
    block.name = "Block"
    block.domain = "blocks"
    block.input = ["x", "w"]
    block.output = ["y"]
    block.attribute = ["alpha"]
    block.docString = "a block"
    block.opsetImport = [OperatorSetIdProto(version: 17)]
    var relu = NodeProto("LeakyRelu", ["z"], ["y"], [AttributeProto("alpha", .float(0))])
    relu.attribute[0].reference = "alpha"
    block.node = [NodeProto("Mul", ["x", "w"], ["z"]), relu]
    return block
  }

  private static var wholeGraph: GraphProto {
    var graph = GraphProto()
    graph.name = "net"
    graph.docString = "a graph"
    graph.input = [ValueInfoProto("x", [.parameter("N"), .value(2), .unknown])]
    graph.output = [ValueInfoProto("y", [.parameter("N"), .value(2)])]
    graph.valueInfo = [ValueInfoProto("a", [])]
    graph.initializer = [
      TensorProto(Tensor([1, -2.5, 3, 4], shape: [2, 2]), name: "w"), TensorProto([0, -1], dims: [2], name: "shape"),
      external, typed,
    ]
    var call = NodeProto("Block", ["x", "w"], ["a"], [.float("alpha", 0.25)])
    call.domain = "blocks"
    call.name = "first"
    call.docString = "net.yaml:3"
    var inner = GraphProto()
    inner.name = "inner"
    inner.node = [NodeProto("Relu", ["a"], ["r"])]
    inner.output = [ValueInfoProto("r", [])]
    let attributes: [AttributeProto] = [
      .int("axis", -1), .ints("pads", [0, 1, Int.min]), .string("mode", "edge"),
      AttributeProto("value", .tensor(TensorProto([7], dims: [], name: ""))),
      AttributeProto("floats", .floats([0.5, .infinity])), AttributeProto("strings", .strings([[1, 2], []])),
      AttributeProto("tensors", .tensors([TensorProto([1], dims: [1], name: "t")])),
      AttributeProto("then", .graph(inner)), AttributeProto("graphs", .graphs([inner])),
      AttributeProto("type", .other(type: 13)),
    ]
    graph.node = [call, NodeProto("Everything", ["a", "", "shape"], ["y"], attributes)]
    return graph
  }

  private static var external: TensorProto {
    var tensor = TensorProto()
    tensor.name = "far"
    tensor.dims = [1 << 20, 3]
    tensor.dataType = TensorProto.DataType.float
    tensor.isExternal = true
    tensor.externalData = ExternalData(location: "net.onnx.data", offset: 4096, length: 3 << 22).entries
    return tensor
  }

  private static var typed: TensorProto {
    var tensor = TensorProto()
    tensor.name = "lists"
    tensor.dims = [2]
    tensor.dataType = 1
    tensor.floatData = [1.5, -0.0]
    tensor.int32Data = [Int32.min, 3]
    tensor.int64Data = [Int64.max, -1]
    tensor.uint64Data = [-1]
    tensor.doubleData = [1e300, -0.0]
    tensor.stringData = [[0x61], []]
    tensor.docString = "all at once"
    return tensor
  }
}

import ProtocolBuffers

/// A named constant of a node.
package struct AttributeProto: Equatable, Sendable {
  package enum Value: Equatable, Sendable {
    case float(Float)
    case int(Int64)
    case string(ArraySlice<UInt8>)
    case tensor(TensorProto)
    case graph(GraphProto)
    case floats([Float])
    case ints([Int64])
    case strings([ArraySlice<UInt8>])
    case tensors([TensorProto])
    case graphs([GraphProto])
    /// A value of a type that is not read.
    case other(type: Int64)

    /// The number by which a file names the type.
    var type: Int64 {
      switch self {
      case .float: 1
      case .int: 2
      case .string: 3
      case .tensor: 4
      case .graph: 5
      case .floats: 6
      case .ints: 7
      case .strings: 8
      case .tensors: 9
      case .graphs: 10
      case .other(let type): type
      }
    }
  }

  package var name: String
  package var value: Value
  package var docString = ""
  /// In a function, the attribute of the function whose value this is.
  package var reference = ""

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }

  package static func int(_ name: String, _ value: Int) -> AttributeProto { Self(name, .int(Int64(value))) }
  package static func ints(_ name: String, _ values: [Int]) -> AttributeProto {
    Self(name, .ints(values.map(Int64.init)))
  }
  package static func float(_ name: String, _ value: Double) -> AttributeProto { Self(name, .float(Float(value))) }
  package static func string(_ name: String, _ value: String) -> AttributeProto {
    Self(name, .string(Array(value.utf8)[...]))
  }
}

extension AttributeProto: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    try sink.nonempty(1, name)
    if reference.isEmpty {
      switch value {
      case .float(let number): try sink.float(2, number)
      case .int(let number): try sink.integer(3, number)
      case .string(let text): try sink.slice(4, text)
      case .tensor(let tensor): try sink.message(5, tensor)
      case .graph(let graph): try sink.message(6, graph)
      case .floats(let numbers): for number in numbers { try sink.float(7, number) }
      case .ints(let numbers): for number in numbers { try sink.integer(8, number) }
      case .strings(let texts): for text in texts { try sink.slice(9, text) }
      case .tensors(let tensors): try sink.messages(10, tensors)
      case .graphs(let graphs): try sink.messages(11, graphs)
      case .other: break
      }
    }
    try sink.nonempty(13, docString)
    try sink.integer(20, value.type)
    try sink.nonempty(21, reference)
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init("", .other(type: 0))
    var reader = reader
    var read = Parts()
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try field.text()
      case 13: docString = try field.text()
      case 20: read.type = try field.int64()
      case 21: reference = try field.text()
      default: try read.take(field, reader)
      }
    }
    value = read.value
  }

  /// The values that were there; the type says which of them counts.
  private struct Parts {
    var type: Int64 = 0
    var float: Float = 0
    var int: Int64 = 0
    var string: ArraySlice<UInt8> = []
    var tensor = TensorProto()
    var graph = GraphProto()
    var floats: [Float] = []
    var ints: [Int64] = []
    var strings: [ArraySlice<UInt8>] = []
    var tensors: [TensorProto] = []
    var graphs: [GraphProto] = []

    mutating func take(_ field: WireField, _ reader: WireReader) throws(WireError) {
      switch field.number {
      case 2: float = try field.float()
      case 3: int = try field.int64()
      case 4: string = try field.bytes()
      case 5: tensor = try reader.value(field)
      case 6: graph = try reader.value(field)
      case 7: try field.append(to: &floats)
      case 8: try field.append(to: &ints)
      case 9: strings.append(try field.bytes())
      case 10: tensors.append(try reader.value(field))
      case 11: graphs.append(try reader.value(field))
      default: break
      }
    }

    var value: Value {
      switch type {
      case 1: .float(float)
      case 2: .int(int)
      case 3: .string(string)
      case 4: .tensor(tensor)
      case 5: .graph(graph)
      case 6: .floats(floats)
      case 7: .ints(ints)
      case 8: .strings(strings)
      case 9: .tensors(tensors)
      case 10: .graphs(graphs)
      default: .other(type: type)
      }
    }
  }
}

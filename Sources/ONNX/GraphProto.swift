import ProtocolBuffers

/// Nodes in an order in which they can run, with the tensors that are there before.
package struct GraphProto: Equatable, Sendable {
  package var node: [NodeProto] = []
  package var name = ""
  package var initializer: [TensorProto] = []
  package var docString = ""
  package var input: [ValueInfoProto] = []
  package var output: [ValueInfoProto] = []
  package var valueInfo: [ValueInfoProto] = []

  package init() {}
}

extension GraphProto: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    try sink.messages(1, node)
    try sink.nonempty(2, name)
    try sink.messages(5, initializer)
    try sink.nonempty(10, docString)
    try sink.messages(11, input)
    try sink.messages(12, output)
    try sink.messages(13, valueInfo)
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      switch field.number {
      case 1: node.append(try reader.value(field))
      case 2: name = try field.text()
      case 5: initializer.append(try reader.value(field))
      case 10: docString = try field.text()
      case 11: input.append(try reader.value(field))
      case 12: output.append(try reader.value(field))
      case 13: valueInfo.append(try reader.value(field))
      default: break
      }
    }
  }
}

import ProtocolBuffers

/// A use of an operator, or of a function of the model.
package struct NodeProto: Equatable, Sendable {
  /// Names of values; an empty one stands for an input that is left out.
  package var input: [String] = []
  package var output: [String] = []
  package var name = ""
  package var opType = ""
  package var attribute: [AttributeProto] = []
  package var docString = ""
  /// Empty for ONNX's own operators.
  package var domain = ""

  package init() {}

  package init(_ opType: String, _ input: [String], _ output: [String], _ attribute: [AttributeProto] = []) {
    self.opType = opType
    self.input = input
    self.output = output
    self.attribute = attribute
  }
}

extension NodeProto: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    for name in input { try sink.text(1, name) }
    for name in output { try sink.text(2, name) }
    try sink.nonempty(3, name)
    try sink.nonempty(4, opType)
    try sink.messages(5, attribute)
    try sink.nonempty(6, docString)
    try sink.nonempty(7, domain)
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      switch field.number {
      case 1: input.append(try field.text())
      case 2: output.append(try field.text())
      case 3: name = try field.text()
      case 4: opType = try field.text()
      case 5: attribute.append(try reader.value(field))
      case 6: docString = try field.text()
      case 7: domain = try field.text()
      default: break
      }
    }
  }
}

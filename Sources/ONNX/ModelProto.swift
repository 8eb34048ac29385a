import ProtocolBuffers

/// A file of ONNX: a graph, the functions that it calls, and who wrote it for which version of the operators.
package struct ModelProto: Equatable, Sendable {
  package var irVersion: Int64 = 0
  package var producerName = ""
  package var producerVersion = ""
  package var domain = ""
  package var modelVersion: Int64 = 0
  package var docString = ""
  package var graph: GraphProto?
  package var opsetImport: [OperatorSetIdProto] = []
  package var metadataProps: [StringStringEntryProto] = []
  package var functions: [FunctionProto] = []

  package init() {}
}

/// A version of the operators of a domain.
package struct OperatorSetIdProto: Equatable, Sendable {
  /// Empty for ONNX's own operators.
  package var domain = ""
  package var version: Int64 = 0

  package init() {}

  package init(domain: String = "", version: Int) {
    self.domain = domain
    self.version = Int64(version)
  }
}

package struct StringStringEntryProto: Equatable, Sendable {
  package var key = ""
  package var value = ""

  package init() {}

  package init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }
}

/// Nodes under a name, which a model calls as it does an operator.
package struct FunctionProto: Equatable, Sendable {
  package var name = ""
  package var input: [String] = []
  package var output: [String] = []
  /// The names of attributes that a call gives.
  package var attribute: [String] = []
  package var node: [NodeProto] = []
  package var docString = ""
  package var opsetImport: [OperatorSetIdProto] = []
  package var domain = ""

  package init() {}
}

extension ModelProto: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    try sink.nonzero(1, irVersion)
    try sink.nonempty(2, producerName)
    try sink.nonempty(3, producerVersion)
    try sink.nonempty(4, domain)
    try sink.nonzero(5, modelVersion)
    try sink.nonempty(6, docString)
    if let graph { try sink.message(7, graph) }
    try sink.messages(8, opsetImport)
    try sink.messages(14, metadataProps)
    try sink.messages(25, functions)
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      switch field.number {
      case 1: irVersion = try field.int64()
      case 2: producerName = try field.text()
      case 3: producerVersion = try field.text()
      case 4: domain = try field.text()
      case 5: modelVersion = try field.int64()
      case 6: docString = try field.text()
      case 7: graph = try reader.value(field)
      case 8: opsetImport.append(try reader.value(field))
      case 14: metadataProps.append(try reader.value(field))
      case 25: functions.append(try reader.value(field))
      default: break
      }
    }
  }
}

extension OperatorSetIdProto: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    // Readers ask whether the domain is there, empty or not.
    try sink.text(1, domain)
    try sink.integer(2, version)
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      switch field.number {
      case 1: domain = try field.text()
      case 2: version = try field.int64()
      default: break
      }
    }
  }
}

extension StringStringEntryProto: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    try sink.nonempty(1, key)
    try sink.nonempty(2, value)
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      switch field.number {
      case 1: key = try field.text()
      case 2: value = try field.text()
      default: break
      }
    }
  }
}

extension FunctionProto: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    try sink.nonempty(1, name)
    for name in input { try sink.text(4, name) }
    for name in output { try sink.text(5, name) }
    for name in attribute { try sink.text(6, name) }
    try sink.messages(7, node)
    try sink.nonempty(8, docString)
    try sink.messages(9, opsetImport)
    try sink.nonempty(10, domain)
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try field.text()
      case 4: input.append(try field.text())
      case 5: output.append(try field.text())
      case 6: attribute.append(try field.text())
      case 7: node.append(try reader.value(field))
      case 8: docString = try field.text()
      case 9: opsetImport.append(try reader.value(field))
      case 10: domain = try field.text()
      default: break
      }
    }
  }
}

import ProtocolBuffers

/// A value's name with its type.
package struct ValueInfoProto: Equatable, Sendable {
  package var name = ""
  package var type: TypeProto?
  package var docString = ""

  package init() {}

  /// A tensor of float32.
  package init(_ name: String, _ dimensions: [Dimension]) {
    self.name = name
    type = TypeProto(
      tensor: TypeProto.Tensor(elemType: TensorProto.DataType.float, shape: TensorShapeProto(dimensions)))
  }
}

/// A type; of the kinds that there are only tensors are read.
package struct TypeProto: Equatable, Sendable {
  package struct Tensor: Equatable, Sendable {
    package var elemType: Int32 = 0
    /// Nil where even the number of dimensions is open.
    package var shape: TensorShapeProto?

    package init(elemType: Int32 = 0, shape: TensorShapeProto? = nil) {
      self.elemType = elemType
      self.shape = shape
    }
  }

  package var tensor: Tensor?

  package init(tensor: Tensor? = nil) { self.tensor = tensor }
}

package struct TensorShapeProto: Equatable, Sendable {
  package var dim: [Dimension] = []

  package init(_ dim: [Dimension] = []) { self.dim = dim }
}

/// A size of a shape.
package enum Dimension: Equatable, Sendable {
  case value(Int64)
  /// An open size with a name: sizes of one name are equal.
  case parameter(String)
  case unknown
}

extension ValueInfoProto: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    try sink.nonempty(1, name)
    if let type { try sink.message(2, type) }
    try sink.nonempty(3, docString)
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try field.text()
      case 2: type = try reader.value(field)
      case 3: docString = try field.text()
      default: break
      }
    }
  }
}

extension TypeProto: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    if let tensor { try sink.message(1, tensor) }
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      if field.number == 1 { tensor = try reader.value(field) }
    }
  }
}

extension TypeProto.Tensor: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    try sink.nonzero(1, Int64(elemType))
    if let shape { try sink.message(2, shape) }
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      switch field.number {
      case 1: elemType = try field.int32()
      case 2: shape = try reader.value(field)
      default: break
      }
    }
  }
}

extension TensorShapeProto: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    try sink.messages(1, dim)
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      if field.number == 1 { dim.append(try reader.value(field)) }
    }
  }
}

extension Dimension: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    switch self {
    case .value(let size): try sink.integer(1, size)
    case .parameter(let name): try sink.text(2, name)
    case .unknown: break
    }
  }

  package init(reading reader: WireReader) throws(WireError) {
    self = .unknown
    var reader = reader
    while let field = try reader.next() {
      switch field.number {
      case 1: self = .value(try field.int64())
      case 2: self = .parameter(try field.text())
      default: break
      }
    }
  }
}

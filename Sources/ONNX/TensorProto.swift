import ProtocolBuffers
import Tensors

/// A tensor in a file. Its elements are in `raw`, in one of the lists of numbers, or in another file.
package struct TensorProto: Equatable, Sendable {
  /// What elements are; the types that there are beside these have other numbers.
  package enum DataType {
    package static let float: Int32 = 1
    package static let int64: Int32 = 7
  }

  package var dims: [Int64] = []
  package var dataType: Int32 = 0
  package var floatData: [Float] = []
  package var int32Data: [Int32] = []
  package var stringData: [ArraySlice<UInt8>] = []
  package var int64Data: [Int64] = []
  package var name = ""
  package var raw: RawData?
  package var doubleData: [Double] = []
  /// Numbers of 64 bits without a sign, by their bits.
  package var uint64Data: [Int64] = []
  package var docString = ""
  package var externalData: [StringStringEntryProto] = []
  /// Whether the elements are in another file, of which `externalData` says where.
  package var isExternal = false

  package init() {}

  /// A tensor of float32.
  package init(_ tensor: Tensor, name: String) {
    self.name = name
    dims = tensor.shape.map(Int64.init)
    dataType = DataType.float
    raw = RawData(tensor)
  }

  /// A tensor of int64; without dimensions it is a number.
  package init(_ numbers: [Int], dims: [Int], name: String) {
    self.name = name
    self.dims = dims.map(Int64.init)
    dataType = DataType.int64
    raw = RawData(numbers.map(Int64.init))
  }
}

extension TensorProto: WireMessage, ReadableMessage {
  package func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    for dim in dims { try sink.integer(1, dim) }
    try sink.nonzero(2, Int64(dataType))
    if !floatData.isEmpty {
      try sink.start(4, length: 4 * floatData.count)
      for number in floatData { try sink.littleEndian(number.bitPattern) }
    }
    try sink.packed(5, int32Data.map(Int64.init))
    for text in stringData { try sink.slice(6, text) }
    try sink.packed(7, int64Data)
    try sink.nonempty(8, name)
    if let raw {
      try raw.withUnsafeBytes { (bytes) throws(Sink.Failure) in try sink.bytes(9, bytes) }
    }
    if !doubleData.isEmpty {
      try sink.start(10, length: 8 * doubleData.count)
      for number in doubleData { try sink.littleEndian(number.bitPattern) }
    }
    try sink.packed(11, uint64Data)
    try sink.nonempty(12, docString)
    try sink.messages(13, externalData)
    try sink.nonzero(14, isExternal ? 1 : 0)
  }

  package init(reading reader: WireReader) throws(WireError) {
    self.init()
    var reader = reader
    while let field = try reader.next() {
      switch field.number {
      case 1: try field.append(to: &dims)
      case 2: dataType = try field.int32()
      case 4: try field.append(to: &floatData)
      case 5: try field.append(to: &int32Data)
      case 6: stringData.append(try field.bytes())
      case 7: try field.append(to: &int64Data)
      case 8: name = try field.text()
      case 9: raw = RawData(try field.bytes())
      case 10: try field.append(to: &doubleData)
      case 11: try field.append(to: &uint64Data)
      case 12: docString = try field.text()
      case 13: externalData.append(try reader.value(field))
      case 14: isExternal = try field.int64() == 1
      default: break
      }
    }
  }
}

extension WireSink where Self: ~Copyable {
  /// Bytes of a file as a field.
  mutating func slice(_ field: Int, _ bytes: ArraySlice<UInt8>) throws(Failure) {
    try RawData(bytes).withUnsafeBytes { (bytes) throws(Failure) in try self.bytes(field, bytes) }
  }
}

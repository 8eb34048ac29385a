/// Reads the fields of a message, one after the other, from bytes that may be anybody's: every length is checked before
/// it is used, messages within messages and fields are counted, and what does not fit is an error.
package struct WireReader {
  /// What all readers of one file have left.
  private final class Budget {
    var fields: Int
    let limits: WireLimits

    init(_ limits: WireLimits) {
      self.limits = limits
      fields = limits.fields
    }
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private let depth: Int
  private let budget: Budget

  /// A reader of a whole message.
  package init(_ bytes: ArraySlice<UInt8>, limits: WireLimits = WireLimits()) {
    self.init(bytes, depth: 0, Budget(limits))
  }

  private init(_ bytes: ArraySlice<UInt8>, depth: Int, _ budget: Budget) {
    self.bytes = bytes
    self.depth = depth
    self.budget = budget
    position = bytes.startIndex
  }

  /// The next field; nil at the end of the message.
  ///
  /// - Throws: `WireError` if the bytes are none.
  package mutating func next() throws(WireError) -> WireField? {
    guard position < bytes.endIndex else { return nil }
    let start = position
    guard budget.fields > 0 else { throw WireError(.tooManyFields(limit: budget.limits.fields), at: start) }
    budget.fields -= 1
    let key = try varint()
    guard 1..<(1 << 29) ~= key >> 3 else { throw WireError(.invalidKey, at: start) }
    guard let type = WireType(rawValue: UInt8(key & 7)) else {
      throw WireError(.unsupportedType(UInt8(key & 7)), at: start)
    }
    let value: WireField.Value
    switch type {
    case .varint: value = .varint(try varint())
    case .fixed64: value = .fixed64(try fixed(8))
    case .fixed32: value = .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
    case .lengthDelimited:
      let length = try varint()
      guard length <= UInt64(bytes.endIndex - position) else { throw WireError(.truncated, at: start) }
      value = .bytes(bytes[position..<position + Int(length)])
      position += Int(length)
    }
    return WireField(number: Int(key >> 3), value: value, offset: start)
  }

  /// A reader of the message in a field.
  ///
  /// - Throws: `WireError` if the field is no message, or too many are around it.
  package func message(_ field: WireField) throws(WireError) -> WireReader {
    guard depth < budget.limits.depth else { throw WireError(.tooDeep(limit: budget.limits.depth), at: field.offset) }
    return WireReader(try field.bytes(), depth: depth + 1, budget)
  }

  private mutating func varint() throws(WireError) -> UInt64 {
    let (value, end) = try Varint.read(bytes, at: position)
    position = end
    return value
  }

  private mutating func fixed(_ count: Int) throws(WireError) -> UInt64 {
    guard bytes.endIndex - position >= count else { throw WireError(.truncated, at: position) }
    defer { position += count }
    return bytes[position..<position + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// A message of Protocol Buffers that is read from the fields that it knows; others are passed over.
package protocol ReadableMessage {
  init(reading reader: WireReader) throws(WireError)
}

extension WireReader {
  /// The message in a field, as a value.
  package func value<Message: ReadableMessage>(
    _ field: WireField, _ type: Message.Type = Message.self
  ) throws(WireError) -> Message {
    try Message(reading: message(field))
  }
}

/// Numbers in groups of seven bits.
enum Varint {
  /// The number at a place, and where the next begins.
  static func read(_ bytes: ArraySlice<UInt8>, at start: Int) throws(WireError) -> (value: UInt64, end: Int) {
    var (value, place) = (UInt64(0), start)
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard place < bytes.endIndex else { throw WireError(.truncated, at: start) }
      let group = bytes[place]
      place += 1
      guard shift < 63 || group <= 1 else { throw WireError(.overlongNumber, at: start) }
      value |= UInt64(group & 0x7F) << shift
      if group < 0x80 { return (value, place) }
    }
    throw WireError(.overlongNumber, at: start)
  }
}

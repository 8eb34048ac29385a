/// What TensorBoard reads, written by hand: a record of TFRecord with an `Event` of a few fields. They are named in
/// `tensorflow/core/util/event.proto` and `tensorflow/core/framework/summary.proto`.
enum EventRecord {
  /// What an event says.
  enum Content {
    /// What every file begins with.
    case version
    /// What comes from this step on is written anew.
    case start
    case scalars([(tag: String, value: Float)])
  }

  /// The bytes of an event: its length, the length's checksum, the event, its checksum.
  static func bytes(_ content: Content, step: Int, seconds: Double) -> [UInt8] {
    // What is zero is left out.
    let place = step > 0 ? ProtocolBuffer.integer(2, UInt64(step)) : []
    let event = ProtocolBuffer.double(1, seconds) + place + field(content)
    let length = littleEndian(UInt64(event.count))
    return length + littleEndian(CastagnoliSum.masked(length)) + event + littleEndian(CastagnoliSum.masked(event))
  }

  private static func field(_ content: Content) -> [UInt8] {
    switch content {
    case .version: return ProtocolBuffer.bytes(3, Array("brain.Event:2".utf8))
    case .start: return ProtocolBuffer.bytes(7, ProtocolBuffer.integer(1, 1))
    case .scalars(let scalars):
      let values = scalars.flatMap { scalar in
        ProtocolBuffer.bytes(
          1, ProtocolBuffer.bytes(1, Array(scalar.tag.utf8)) + ProtocolBuffer.float(2, scalar.value))
      }
      return ProtocolBuffer.bytes(5, values)
    }
  }

  fileprivate static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}

/// Fields of a message in the encoding of Protocol Buffers.
enum ProtocolBuffer {
  static func integer(_ field: Int, _ value: UInt64) -> [UInt8] { key(field, 0) + variable(value) }

  static func double(_ field: Int, _ value: Double) -> [UInt8] {
    key(field, 1) + EventRecord.littleEndian(value.bitPattern)
  }

  static func bytes(_ field: Int, _ bytes: [UInt8]) -> [UInt8] { key(field, 2) + variable(UInt64(bytes.count)) + bytes }

  static func float(_ field: Int, _ value: Float) -> [UInt8] {
    key(field, 5) + EventRecord.littleEndian(value.bitPattern)
  }

  private static func key(_ field: Int, _ type: Int) -> [UInt8] { variable(UInt64(field << 3 | type)) }

  /// A number in groups of seven bits, the lowest first, with the highest bit set in all but the last.
  static func variable(_ value: UInt64) -> [UInt8] {
    var (rest, result) = (value, [UInt8]())
    while rest >= 0x80 {
      result.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }
}

/// CRC-32C, of Castagnoli's polynomial (RFC 3720, appendix B.4), with the mask that TFRecord puts over it.
enum CastagnoliSum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
  }

  static func of(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8 }
  }

  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let sum = of(bytes)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}

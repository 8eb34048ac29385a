import ProtocolBuffers

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
    let event = Event(content: content, step: step, seconds: seconds).encoded
    let length = littleEndian(UInt64(event.count))
    return length + littleEndian(CastagnoliSum.masked(length)) + event + littleEndian(CastagnoliSum.masked(event))
  }

  private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    var sink = ArraySink()
    sink.littleEndian(number)
    return sink.bytes
  }

  private struct Event: WireMessage {
    var content: Content
    var step: Int
    var seconds: Double

    func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
      try sink.double(1, seconds)
      try sink.nonzero(2, Int64(step))
      switch content {
      case .version: try sink.text(3, "brain.Event:2")
      case .start: try sink.message(7, SessionLog())
      case .scalars(let scalars): try sink.message(5, Summary(scalars: scalars.map(Scalar.init)))
      }
    }
  }

  private struct SessionLog: WireMessage {
    func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) { try sink.integer(1, 1) }
  }

  private struct Summary: WireMessage {
    var scalars: [Scalar]

    func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
      try sink.messages(1, scalars)
    }
  }

  private struct Scalar: WireMessage {
    var tag: String
    var value: Float

    func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
      try sink.text(1, tag)
      try sink.float(2, value)
    }
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

/// Where the bytes of a message go: an array, a file, or a counter.
///
/// What is written are fields in the wire format of Protocol Buffers, in the order in which the methods are called.
package protocol WireSink: ~Copyable {
  associatedtype Failure: Error

  /// Takes bytes, which are valid only during the call.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(Failure)
}

/// A message of Protocol Buffers that writes its fields, always in the same order.
package protocol WireMessage {
  func write<Sink: WireSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure)
}

extension WireMessage {
  /// How many bytes the message takes, without a key.
  package var encodedSize: Int {
    var sink = CountingSink()
    write(to: &sink)
    return sink.count
  }

  /// The message's bytes.
  package var encoded: [UInt8] {
    var sink = ArraySink()
    sink.bytes.reserveCapacity(encodedSize)
    write(to: &sink)
    return sink.bytes
  }
}

/// A sink that counts.
package struct CountingSink: WireSink {
  package private(set) var count = 0

  package init() {}

  package mutating func append(_ bytes: UnsafeRawBufferPointer) { count += bytes.count }
}

/// A sink that keeps everything.
package struct ArraySink: WireSink {
  package var bytes: [UInt8] = []

  package init() {}

  package mutating func append(_ bytes: UnsafeRawBufferPointer) { self.bytes += bytes }
}

extension WireSink where Self: ~Copyable {
  /// A number as a field of type int32, int64, uint64, bool or an enumeration.
  package mutating func integer(_ field: Int, _ value: Int64) throws(Failure) {
    try unsigned(field, UInt64(bitPattern: value))
  }

  /// A number without a sign.
  package mutating func unsigned(_ field: Int, _ value: UInt64) throws(Failure) {
    try key(field, .varint)
    try varint(value)
  }

  /// A number as a field that is left out where it is zero.
  package mutating func nonzero(_ field: Int, _ value: Int64) throws(Failure) {
    if value != 0 { try integer(field, value) }
  }

  package mutating func double(_ field: Int, _ value: Double) throws(Failure) {
    try key(field, .fixed64)
    try littleEndian(value.bitPattern)
  }

  package mutating func float(_ field: Int, _ value: Float) throws(Failure) {
    try key(field, .fixed32)
    try littleEndian(value.bitPattern)
  }

  package mutating func bytes(_ field: Int, _ bytes: UnsafeRawBufferPointer) throws(Failure) {
    try start(field, length: bytes.count)
    try append(bytes)
  }

  package mutating func text(_ field: Int, _ text: String) throws(Failure) {
    let units = Array(text.utf8)
    try start(field, length: units.count)
    try append(units)
  }

  /// A text as a field that is left out where it is empty.
  package mutating func nonempty(_ field: Int, _ text: String) throws(Failure) {
    if !text.isEmpty { try self.text(field, text) }
  }

  package mutating func message(_ field: Int, _ message: some WireMessage) throws(Failure) {
    try start(field, length: message.encodedSize)
    try message.write(to: &self)
  }

  package mutating func messages(_ field: Int, _ messages: [some WireMessage]) throws(Failure) {
    for message in messages { try self.message(field, message) }
  }

  /// Numbers behind one key.
  package mutating func packed(_ field: Int, _ values: [Int64]) throws(Failure) {
    if values.isEmpty { return }
    var sink = ArraySink()
    for value in values { sink.varint(UInt64(bitPattern: value)) }
    try start(field, length: sink.bytes.count)
    try append(sink.bytes)
  }

  /// The key and the length of a field whose bytes are appended next.
  package mutating func start(_ field: Int, length: Int) throws(Failure) {
    try key(field, .lengthDelimited)
    try varint(UInt64(length))
  }

  /// A number in groups of seven bits, the lowest first, with the highest bit set in all but the last.
  package mutating func varint(_ value: UInt64) throws(Failure) {
    var (rest, groups) = (value, [UInt8]())
    while rest >= 0x80 {
      groups.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    try append(groups + [UInt8(rest)])
  }

  /// The bytes of a number, the lowest first.
  package mutating func littleEndian(_ number: some FixedWidthInteger) throws(Failure) {
    let bytes = withUnsafeBytes(of: number.littleEndian) { Array($0) }
    try append(bytes)
  }

  package mutating func append(_ bytes: [UInt8]) throws(Failure) {
    // A closure that throws would lose the type of the error, so the failure is carried out of it.
    let result: Result<Void, Failure> = bytes.withUnsafeBytes { bytes in
      do throws(Failure) { return .success(try append(bytes)) } catch { return .failure(error) }
    }
    try result.get()
  }

  private mutating func key(_ field: Int, _ type: WireType) throws(Failure) {
    try varint(UInt64(field) << 3 | UInt64(type.rawValue))
  }
}

/// How a field's value is encoded. Groups, which the format has given up, are not among them.
package enum WireType: UInt8, Sendable {
  case varint = 0
  case fixed64 = 1
  case lengthDelimited = 2
  case fixed32 = 5
}

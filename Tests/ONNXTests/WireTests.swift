import ProtocolBuffers
import Testing

@Suite("The wire format of Protocol Buffers") struct WireTests {
  @Test(
    arguments: [
      (0, [0]), (127, [127]), (128, [0x80, 1]), (300, [0xAC, 2]),
      (UInt64.max, [UInt8](repeating: 0xFF, count: 9) + [1]),
    ] as [(UInt64, [UInt8])])
  func numbersAreInSevens(number: UInt64, bytes: [UInt8]) throws {
    var sink = ArraySink()
    sink.unsigned(1, number)
    #expect(sink.bytes == [8] + bytes)
    var reader = WireReader(sink.bytes[...])
    #expect(try reader.next()?.int64() == Int64(bitPattern: number))
    #expect(try reader.next() == nil)
  }

  /// The example of the format's own documentation: field 1 is 150, field 2 is a text.
  @Test func fieldsAreAsDocumented() throws {
    var sink = ArraySink()
    sink.integer(1, 150)
    sink.text(2, "testing")
    sink.packed(6, [3, 270, 86942])
    #expect(
      sink.bytes == [
        0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67, 0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E,
        0xA7, 0x05,
      ])
    var counting = CountingSink()
    counting.integer(1, 150)
    counting.text(2, "testing")
    counting.packed(6, [3, 270, 86942])
    #expect(counting.count == sink.bytes.count)
    var reader = WireReader(sink.bytes[...])
    #expect(try reader.next()?.int64() == 150)
    #expect(try reader.next()?.text() == "testing")
    var numbers: [Int64] = []
    try reader.next()?.append(to: &numbers)
    #expect(numbers == [3, 270, 86942])
  }

  @Test(
    arguments: [
      ([0x08], .truncated), ([0x08, 0x80], .truncated), ([0x0A, 5, 1], .truncated), ([0x0D, 1, 2, 3], .truncated),
      ([0x09, 1, 2, 3, 4, 5, 6, 7], .truncated), ([0x0A] + [UInt8](repeating: 0xFF, count: 9) + [1], .truncated),
      ([0x08] + [UInt8](repeating: 0xFF, count: 10), .overlongNumber),
      ([0x08] + [UInt8](repeating: 0xFF, count: 9) + [2], .overlongNumber), ([0x00, 0], .invalidKey),
      ([0x80, 0x80, 0x80, 0x80, 0x10, 0], .invalidKey), ([0x0B], .unsupportedType(3)), ([0x0C], .unsupportedType(4)),
      ([0x0E], .unsupportedType(6)), ([0x0F], .unsupportedType(7)),
    ] as [([UInt8], WireError.Reason)])
  func whatIsNoFieldIsAnError(bytes: [UInt8], reason: WireError.Reason) {
    #expect(
      throws: WireError(
        reason, at: reason == .truncated && bytes.count < 3 && bytes[0] == 8 ? 1 : offset(bytes, reason))
    ) {
      var reader = WireReader(bytes[...])
      while try reader.next() != nil {}
    }
  }

  /// Where the fault is: behind the key for numbers, at the key for what it says.
  private func offset(_ bytes: [UInt8], _ reason: WireError.Reason) -> Int {
    switch reason {
    case .overlongNumber: 1
    case .truncated: bytes[0] & 7 == 2 ? 0 : 1
    default: 0
    }
  }

  @Test func typesAreChecked() throws {
    func field(_ bytes: [UInt8]) throws -> WireField {
      var reader = WireReader(bytes[...])
      return try #require(try reader.next())
    }
    #expect(throws: WireError(.wrongType(field: 1), at: 0)) { try field([8, 1]).text() }
    #expect(throws: WireError(.wrongType(field: 1), at: 0)) { try field([10, 0]).int64() }
    #expect(throws: WireError(.wrongType(field: 1), at: 0)) { try field([8, 0]).float() }
    #expect(throws: WireError(.invalidText(field: 1), at: 0)) { try field([10, 1, 0xFF]).text() }
    #expect(throws: WireError(.outOfRange(field: 1), at: 0)) { try field([8, 0x80, 0x80, 0x80, 0x80, 0x10]).int32() }
    #expect(throws: WireError(.unevenLength(field: 1), at: 0)) {
      var numbers: [Float] = []
      try field([10, 3, 0, 0, 0]).append(to: &numbers)
    }
    #expect(throws: WireError(.truncated, at: 2)) {
      var numbers: [Int64] = []
      try field([10, 1, 0x80]).append(to: &numbers)
    }
  }

  @Test func depthAndFieldsAreLimited() throws {
    struct Nested: ReadableMessage {
      init(reading reader: WireReader) throws(WireError) {
        var reader = reader
        while let field = try reader.next() { let _: Nested = try reader.value(field) }
      }
    }
    var bytes: [UInt8] = []
    for _ in 0..<100 {
      var sink = ArraySink()
      sink.start(1, length: bytes.count)
      bytes = sink.bytes + bytes
    }
    #expect(throws: WireError.self) { _ = try Nested(reading: WireReader(bytes[...])) }
    var limits = WireLimits()
    limits.depth = 200
    #expect(throws: Never.self) { _ = try Nested(reading: WireReader(bytes[...], limits: limits)) }
    limits.fields = 50
    #expect(throws: WireError.self) { _ = try Nested(reading: WireReader(bytes[...], limits: limits)) }
  }
}

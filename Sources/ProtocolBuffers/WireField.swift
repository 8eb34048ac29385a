/// A field of a message as it was read: its number, and its value, which the message says the type of.
package struct WireField {
  package enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)
  }

  package let number: Int
  package let value: Value
  /// Where the field begins, in bytes from the start of the file.
  package let offset: Int

  private var wrongType: WireError { WireError(.wrongType(field: number), at: offset) }

  package func int64() throws(WireError) -> Int64 {
    guard case .varint(let value) = value else { throw wrongType }
    return Int64(bitPattern: value)
  }

  package func int32() throws(WireError) -> Int32 {
    guard let value = Int32(exactly: try int64()) else { throw WireError(.outOfRange(field: number), at: offset) }
    return value
  }

  package func float() throws(WireError) -> Float {
    guard case .fixed32(let value) = value else { throw wrongType }
    return Float(bitPattern: value)
  }

  /// The bytes, which are those of the file and no copy.
  package func bytes() throws(WireError) -> ArraySlice<UInt8> {
    guard case .bytes(let value) = value else { throw wrongType }
    return value
  }

  package func text() throws(WireError) -> String {
    guard let text = String(validating: try bytes(), as: UTF8.self) else {
      throw WireError(.invalidText(field: number), at: offset)
    }
    return text
  }

  /// Appends the field's numbers, of which there is one, or many behind one key.
  package func append(to numbers: inout [Int64]) throws(WireError) {
    guard case .bytes(let bytes) = value else { return numbers.append(try int64()) }
    var place = bytes.startIndex
    while place < bytes.endIndex {
      let (number, end) = try Varint.read(bytes, at: place)
      numbers.append(Int64(bitPattern: number))
      place = end
    }
  }

  /// Appends the field's numbers of 32 bits.
  package func append(to numbers: inout [Int32]) throws(WireError) {
    var wide: [Int64] = []
    try append(to: &wide)
    for number in wide {
      guard let number = Int32(exactly: number) else { throw WireError(.outOfRange(field: self.number), at: offset) }
      numbers.append(number)
    }
  }

  package func append(to numbers: inout [Float]) throws(WireError) {
    guard case .bytes(let bytes) = value else { return numbers.append(try float()) }
    for bits in try fixed(bytes, UInt32.self) { numbers.append(Float(bitPattern: bits)) }
  }

  package func append(to numbers: inout [Double]) throws(WireError) {
    switch value {
    case .fixed64(let bits): numbers.append(Double(bitPattern: bits))
    case .bytes(let bytes): for bits in try fixed(bytes, UInt64.self) { numbers.append(Double(bitPattern: bits)) }
    default: throw wrongType
    }
  }

  /// Numbers of a fixed size behind one key.
  private func fixed<Number: FixedWidthInteger>(
    _ bytes: ArraySlice<UInt8>, _ type: Number.Type
  ) throws(WireError) -> [Number] {
    let size = MemoryLayout<Number>.size
    guard bytes.count.isMultiple(of: size) else { throw WireError(.unevenLength(field: number), at: offset) }
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map { start in
      bytes[start..<start + size].reversed().reduce(0) { $0 << 8 | Number($1) }
    }
  }
}

/// Conversions between the floating-point formats by their bits, the same on every machine.
enum FloatConversion {
  /// The value of a half-precision number; exact.
  static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF)
    if magnitude >= 0x7C00 { return Float(bitPattern: sign | 0x7F80_0000 | (magnitude & 0x3FF) << 13) }
    if magnitude >= 0x0400 { return Float(bitPattern: sign | ((magnitude << 13) + 0x3800_0000)) }
    // Subnormal: a multiple of 2⁻²⁴.
    let value = Float(magnitude) * 0x1p-24
    return sign == 0 ? value : -value
  }

  /// The nearest half-precision number, ties to even; too large ones become infinite.
  static func half(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let magnitude = bits & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 { return sign | 0x7E00 | UInt16(truncatingIfNeeded: (magnitude >> 13) & 0x3FF) }
    // 65520 is half-way between the largest number, 65504, and what would be next.
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
    if magnitude < 0x3880_0000 {
      // Subnormal: count multiples of 2⁻²⁴; the product is exact.
      let units = (value.magnitude * 0x1p24).rounded(.toNearestOrEven)
      return sign | UInt16(units)
    }
    let rounded = magnitude - 0x3800_0000 + 0x0FFF + ((magnitude >> 13) & 1)
    return sign | UInt16(truncatingIfNeeded: rounded >> 13)
  }

  /// The value of a bfloat16 number; exact.
  static func float(bfloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}

/// Reads elements of one type, as floats or as integers.
struct ElementReader {
  let type: ElementType
  /// The bytes of the elements; as many as `read` and `read(at:)` are asked for.
  let bytes: UnsafeRawBufferPointer

  /// Converts the first elements, in order.
  func read(into output: UnsafeMutableBufferPointer<Float>) {
    switch type {
    case .float32 where _isLittleEndian:
      UnsafeMutableRawBufferPointer(output).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes[..<(output.count * 4)]))
    default:
      for index in output.indices { output[index] = float(index) }
    }
  }

  /// Converts elements that stand apart: the one at index (i, j, …) is number i·strides[0] + j·strides[1] + ….
  func read<Element>(
    into output: UnsafeMutableBufferPointer<Element>, shape: [Int], strides: [Int], element: (Int) -> Element
  ) {
    var index = [Int](repeating: 0, count: shape.count)
    var position = 0
    for target in output.indices {
      output[target] = element(position)
      for axis in shape.indices.reversed() {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < shape[axis] { break }
        position -= strides[axis] * shape[axis]
        index[axis] = 0
      }
    }
  }

  /// An element by its place.
  func float(_ index: Int) -> Float {
    let offset = index * type.size
    switch type {
    case .float16: return FloatConversion.float(half: load(offset))
    case .bfloat16: return FloatConversion.float(bfloat16: load(offset))
    case .float32: return Float(bitPattern: load(offset))
    case .float64: return Float(Double(bitPattern: load(offset)))
    case .bool, .uint8: return Float(load(offset) as UInt8)
    case .int8: return Float(load(offset) as Int8)
    case .int16: return Float(load(offset) as Int16)
    case .int32: return Float(load(offset) as Int32)
    case .int64: return Float(load(offset) as Int64)
    case .uint16: return Float(load(offset) as UInt16)
    case .uint32: return Float(load(offset) as UInt32)
    case .uint64: return Float(load(offset) as UInt64)
    }
  }

  /// An element of float64 by its place.
  func double(_ index: Int) -> Double { Double(bitPattern: load(index * type.size)) }

  /// An element that is an integer or a truth value by its place; the nearest that there is where it is out of range.
  func integer<Integer: FixedWidthInteger>(_ index: Int) -> Integer {
    let offset = index * type.size
    switch type {
    case .bool, .uint8: return Integer(clamping: load(offset) as UInt8)
    case .int8: return Integer(clamping: load(offset) as Int8)
    case .int16: return Integer(clamping: load(offset) as Int16)
    case .int32: return Integer(clamping: load(offset) as Int32)
    case .int64: return Integer(clamping: load(offset) as Int64)
    case .uint16: return Integer(clamping: load(offset) as UInt16)
    case .uint32: return Integer(clamping: load(offset) as UInt32)
    case .uint64: return Integer(clamping: load(offset) as UInt64)
    case .float16, .bfloat16, .float32, .float64: preconditionFailure("real numbers are read as such")
    }
  }

  private func load<Number: FixedWidthInteger>(_ offset: Int) -> Number {
    Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  private var _isLittleEndian: Bool { Int(littleEndian: 1) == 1 }
}

/// The header of an .npy file: the version, a length, and a dictionary as Python writes it.
///
/// The format: numpy.lib.format, versions 1 to 3.
struct NpyHeader {
  var type: ElementType
  var shape: [Int]
  var isFortranOrder: Bool
  /// Where the elements begin.
  var length: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Numpy's own headers have 128 bytes.
  static let largestLength = 1 << 16

  /// Row-major order for nil.
  var strides: [Int]? {
    guard isFortranOrder else { return nil }
    var strides: [Int] = []
    var step = 1
    for size in shape {
      strides.append(step)
      step = step.multipliedReportingOverflow(by: max(1, size)).partialValue
    }
    return StoredTensor.simplified(strides, shape: shape)
  }

  /// Parses the first bytes of an array; its file or entry begins at `start`.
  init(_ bytes: [UInt8], file: FileBytes, start: Int, tensor: String) throws(WeightError) {
    guard bytes.count >= 10, bytes.starts(with: Self.magic) else {
      throw file.malformed("is no .npy array", at: start, tensor: tensor)
    }
    let version = bytes[6]
    guard (1...3).contains(version), bytes[7] == 0 else {
      throw file.refused(".npy of version \(version).\(bytes[7]) is not read", at: start, tensor: tensor)
    }
    let prefix = version == 1 ? 10 : 12
    guard bytes.count >= prefix else { throw file.malformed("the .npy header ends early", at: start, tensor: tensor) }
    let count = bytes[8..<prefix].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard count <= Self.largestLength else {
      throw file.limit("announces a header of \(count) bytes", at: start + 8, tensor: tensor)
    }
    guard count <= bytes.count - prefix else {
      throw file.malformed(
        "announces a header of \(count) bytes, but \(bytes.count - prefix) follow", at: start + 8, tensor: tensor)
    }
    length = prefix + count
    var parser = NpyDictionary(bytes: Array(bytes[prefix..<length]))
    switch parser.parse() {
    case .success(let fields):
      shape = fields.shape
      isFortranOrder = fields.isFortranOrder
      guard let type = Self.types[fields.type] else {
        let reason = fields.type.hasPrefix("|O") ? ": Python objects are never unpickled" : ""
        throw file.refused("elements of type \(quoted(fields.type)) are not read\(reason)", at: start, tensor: tensor)
      }
      self.type = type
    case .failure(let problem):
      throw file.malformed(
        "in the .npy header: \(problem.message)", at: start + prefix + problem.position, tensor: tensor)
    }
    guard elementCount(shape) != nil else {
      throw file.malformed("has a shape too large to count, \(shapeText(shape))", at: start, tensor: tensor)
    }
  }

  /// Whether an array that begins with some bytes is of text, Python's objects, records or dates.
  static func holdsNoNumbers(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 12, bytes.starts(with: magic) else { return false }
    let start = bytes[6] == 1 ? 10 : 12
    let count = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard count <= bytes.count - start else { return false }
    let dictionary = Array(bytes[start..<(start + count)])
    var parser = NpyDictionary(bytes: dictionary)
    // A record's type is a list of its parts.
    guard case .success(let fields) = parser.parse() else { return dictionary.starts(with: Array("{'descr': [".utf8)) }
    return fields.type.dropFirst().first.map { "OUSaVMm".contains($0) } ?? false
  }

  private static let types: [String: ElementType] = [
    "<f2": .float16, "<f4": .float32, "<f8": .float64, "|b1": .bool, "|i1": .int8, "<i2": .int16, "<i4": .int32,
    "<i8": .int64, "|u1": .uint8, "<u2": .uint16, "<u4": .uint32, "<u8": .uint64,
  ]
}

/// A tensor with the place of its elements.
struct StoredTensor: Sendable {
  enum Source: Sendable {
    /// In the file, from an offset on.
    case plain(offset: Int)
    /// In an entry of an archive that is not compressed, from an offset of the file on.
    case stored(CheckedEntry, offset: Int)
    /// In a compressed entry of an archive, behind so many bytes.
    case deflated(ZipEntry, behind: Int)

    /// The source of what lies so many bytes further on.
    func advanced(by bytes: Int) -> Source {
      switch self {
      case .plain(let offset): .plain(offset: offset + bytes)
      case .stored(let entry, let offset): .stored(entry, offset: offset + bytes)
      case .deflated(let entry, let behind): .deflated(entry, behind: behind + bytes)
      }
    }
  }

  var info: TensorInfo
  var source: Source
  /// How many elements apart neighbours along each dimension are; nil where the elements are in row-major order.
  var strides: [Int]?

  /// The elements that must be there from the source on; nil if they are too many to count.
  var extent: Int? { Self.extent(shape: info.shape, strides: strides) }

  /// The elements from the first to the last of a tensor, those between its own included; nil on overflow.
  static func extent(shape: [Int], strides: [Int]?) -> Int? {
    guard let count = elementCount(shape) else { return nil }
    guard let strides, count > 0 else { return count }
    var last = 0
    for (size, stride) in zip(shape, strides) {
      guard stride >= 0 else { return nil }
      let (distance, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, sumOverflow) = last.addingReportingOverflow(distance)
      if overflow || sumOverflow { return nil }
      last = sum
    }
    return last == Int.max ? nil : last + 1
  }

  /// Strides that mean row-major order become nil.
  static func simplified(_ strides: [Int], shape: [Int]) -> [Int]? {
    guard let count = elementCount(shape), count > 0 else { return nil }
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      if stride != expected { return strides }
      expected *= size
    }
    return nil
  }

  /// The elements as floats, in row-major order.
  func float32(_ file: FileBytes) throws(WeightError) -> [Float] {
    guard info.type.isFloatingPoint else {
      throw file.refused("has elements of type \(info.type.rawValue), which are no weights", tensor: info.name)
    }
    return try elements(file) { (reader, output) in
      if let strides {
        reader.read(into: output, shape: info.shape, strides: strides, element: reader.float)
      } else {
        reader.read(into: output)
      }
    }
  }

  /// How many elements of float64 are finite numbers that float32 does not reach.
  func countBeyondFloat32(_ file: FileBytes) throws(WeightError) -> Int {
    var count = 0
    let _: [UInt8] = try elements(file) { (reader, output) in
      // Of elements that are counted where they lie, those between a view's own may not count.
      reader.read(into: output, shape: info.shape, strides: strides ?? Self.rowMajor(info.shape)) { index in
        let value = reader.double(index)
        if value.isFinite, !Float(value).isFinite { count += 1 }
        return 0
      }
    }
    return count
  }

  /// The strides of row-major order.
  private static func rowMajor(_ shape: [Int]) -> [Int] {
    var stride = 1
    return shape.reversed().map { size in
      defer { stride = stride.saturatingMultiplied(by: max(1, size)) }
      return stride
    }.reversed()
  }

  /// Elements that are integers or truth values, in row-major order.
  func integers<Integer: FixedWidthInteger>(_ file: FileBytes) throws(WeightError) -> [Integer] {
    guard !info.type.isFloatingPoint else {
      throw file.refused("has elements of type \(info.type.rawValue), which are no integers", tensor: info.name)
    }
    return try elements(file) { (reader, output) in
      if let strides {
        reader.read(into: output, shape: info.shape, strides: strides, element: reader.integer)
      } else {
        for index in output.indices { output[index] = reader.integer(index) }
      }
    }
  }

  /// The elements as a reader of them makes them.
  private func elements<Element>(
    _ file: FileBytes, _ read: (ElementReader, UnsafeMutableBufferPointer<Element>) -> Void
  ) throws(WeightError) -> [Element] {
    guard let extent, let bytes = byteCount(extent) else { throw file.limit("is too large", tensor: info.name) }
    func convert(_ bytes: UnsafeRawBufferPointer) -> [Element] {
      [Element](unsafeUninitializedCapacity: info.count) { buffer, count in
        read(
          ElementReader(type: info.type, bytes: bytes), UnsafeMutableBufferPointer(rebasing: buffer[..<info.count]))
        count = info.count
      }
    }
    var values: [Element]?
    switch source {
    case .plain(let offset), .stored(_, let offset):
      guard offset <= file.count else { break }
      try verify(file)
      let (end, overflow) = offset.addingReportingOverflow(bytes)
      if !overflow { values = file.withBytes(offset..<end, convert) }
    case .deflated(let entry, let behind):
      let content = try entry.inflated(file, limit: entry.size)
      guard content.count >= behind, content.count - behind >= bytes else { break }
      values = content.withUnsafeBytes { convert(UnsafeRawBufferPointer(rebasing: $0[behind...])) }
    }
    guard let values else { throw file.malformed("the file ends before the tensor does", tensor: info.name) }
    return values
  }

  /// The elements where they lie in the file, if those are the floats themselves: not converted, not compressed, in
  /// row-major order and not between two words of memory.
  ///
  /// - Throws: `WeightError` if they lie in an entry of an archive that is damaged.
  func mappedFloat32(_ file: FileBytes) throws(WeightError) -> UnsafeBufferPointer<Float>? {
    guard info.type == .float32, strides == nil, let bytes = byteCount(info.count) else { return nil }
    let start: Int
    switch source {
    case .plain(let offset), .stored(_, let offset): start = offset
    case .deflated: return nil
    }
    let (end, overflow) = start.addingReportingOverflow(bytes)
    guard !overflow, let floats = file.floats(start..<end) else { return nil }
    try verify(file)
    return floats
  }

  /// Compares the checksum of the entry that the elements lie in, if they lie in one as they are.
  private func verify(_ file: FileBytes) throws(WeightError) {
    if case .stored(let entry, _) = source { try entry.verify(file) }
  }

  private func byteCount(_ elements: Int) -> Int? {
    let (bytes, overflow) = elements.multipliedReportingOverflow(by: info.type.size)
    return overflow ? nil : bytes
  }
}

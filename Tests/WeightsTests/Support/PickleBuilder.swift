@testable import Weights

/// Puts pickles together, instruction by instruction.
struct PickleBuilder {
  var bytes: [UInt8] = [0x80, 2]

  mutating func op(_ opcode: PickleOpcode, _ more: [UInt8] = []) { bytes += [opcode.rawValue] + more }

  mutating func text(_ text: String) {
    op(.binUnicode, UInt32(text.utf8.count).littleEndianBytes + Array(text.utf8))
  }

  mutating func int(_ value: Int) { op(.long1, [8] + value.littleEndianBytes) }

  mutating func global(_ module: String, _ name: String) { op(.global, Array("\(module)\n\(name)\n".utf8)) }

  mutating func tuple(_ values: [Int]) {
    op(.mark)
    for value in values { int(value) }
    op(.tuple)
  }

  /// A tensor of one storage.
  mutating func tensor(
    key: String = "0", count: Int = 6, offset: Int = 0, shape: [Int] = [2, 3], strides: [Int] = [3, 1],
    storage: String = "FloatStorage"
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    op(.mark)
    op(.mark)
    text("storage")
    global("torch", storage)
    text(key)
    text("cpu")
    int(count)
    op(.tuple)
    op(.binPersistentID)
    int(offset)
    tuple(shape)
    tuple(strides)
    op(.newFalse)
    op(.none)
    op(.tuple)
    op(.reduce)
  }

  /// A pickle that does something and stops.
  static func make(_ body: (inout PickleBuilder) -> Void) -> [UInt8] {
    var pickle = PickleBuilder()
    body(&pickle)
    pickle.op(.stop)
    return pickle.bytes
  }

  /// A dictionary with one entry `w`.
  static func dictionary(_ value: (inout PickleBuilder) -> Void) -> [UInt8] {
    make { pickle in
      pickle.op(.emptyDictionary)
      pickle.text("w")
      value(&pickle)
      pickle.op(.setItem)
    }
  }

  /// A legacy file around a pickle; its storages follow.
  static func legacy(_ pickle: [UInt8], keys: [String] = ["0"], storages: [[Float]] = [ramp(6)]) -> [UInt8] {
    var file: [UInt8] = [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    file += make { $0.op(.binInt2, [0xE9, 0x03]) }
    file += make { $0.op(.emptyDictionary) }
    file += pickle
    file += make { list in
      list.op(.emptyList)
      for key in keys {
        list.text(key)
        list.op(.append)
      }
    }
    for storage in storages {
      file += storage.count.littleEndianBytes + storage.flatMap(\.bitPattern.littleEndianBytes)
    }
    return file
  }

  /// A zip archive around a pickle.
  static func archive(_ pickle: [UInt8], storage: [Float] = ramp(6)) -> [UInt8] {
    ZipBuilder.archive([
      .init("m/data.pkl", pickle), .init("m/data/0", storage.flatMap(\.bitPattern.littleEndianBytes)),
    ])
  }
}

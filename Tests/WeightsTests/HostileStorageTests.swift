import Testing

@testable import Weights

/// Tensors of PyTorch's files that are not where, or what, they are said to be.
@Suite struct HostileStorageTests {
  private func expect(
    _ reason: WeightError.Reason, _ text: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ value: (inout PickleBuilder) -> Void
  ) {
    let pickle = PickleBuilder.dictionary(value)
    expectError(PickleBuilder.archive(pickle), reason, text, sourceLocation: sourceLocation)
    expectError(PickleBuilder.legacy(pickle), reason, text, sourceLocation: sourceLocation)
  }

  @Test func views() {
    expect(.malformed, "exceeds its storage") { $0.tensor(offset: 1) }
    expect(.malformed, "exceeds its storage") { $0.tensor(offset: 7, shape: [0], strides: [1]) }
    expect(.malformed, "exceeds its storage") { $0.tensor(strides: [4, 1]) }
    expect(.malformed, "exceeds its storage") { $0.tensor(shape: [1 << 40], strides: [1]) }
    expect(.malformed, "strides") { $0.tensor(shape: [2, 2], strides: [Int.max, Int.max]) }
    expect(.malformed, "strides") { $0.tensor(shape: [1 << 62, 1 << 62], strides: [0, 0]) }
    expect(.limit, "repeats the 6 elements") { $0.tensor(shape: [1 << 40], strides: [0]) }
    expect(.malformed, "other arguments") { $0.tensor(offset: 0, shape: [-2, 3]) }
    expect(.malformed, "other arguments") { $0.tensor(strides: [-3, 1]) }
    expect(.malformed, "at -1") { $0.tensor(offset: -1) }
    expect(.malformed, "other arguments") { $0.tensor(shape: [6]) }
    expect(.malformed, "other arguments") {
      $0.tensor(shape: [Int](repeating: 1, count: 40), strides: [Int](repeating: 1, count: 40))
    }
  }

  @Test func storages() {
    expect(.malformed, "described otherwise") { $0.tensor(count: -1) }
    expect(.malformed, "described otherwise") { $0.tensor(count: Int.max) }
    let complex = PickleBuilder.dictionary {
      $0.tensor(count: 3, shape: [3], strides: [1], storage: "ComplexFloatStorage")
    }
    expectError(PickleBuilder.archive(complex), .refused, "torch.ComplexFloatStorage")
    expect(.malformed, "the storage '0' has") { $0.tensor(count: 7) }
    expect(.malformed, "the storage '0' has") { $0.tensor(count: 1 << 30) }
    expect(.refused, "refers to a text outside of it") {
      $0.text("x"); $0.op(.binPersistentID)
    }
  }

  @Test func missingStorages() {
    let pickle = PickleBuilder.dictionary { $0.tensor(key: "1") }
    expectError(PickleBuilder.archive(pickle), .malformed, "its storage '1' is not in the file")
    expectError(PickleBuilder.legacy(pickle), .malformed, "a storage is listed that no tensor has")
    let known = PickleBuilder.dictionary { $0.tensor() }
    expectError(PickleBuilder.legacy(known, keys: [], storages: []), .malformed, "is not in the file")
    expectError(PickleBuilder.legacy(known, keys: ["0", "0"], storages: [ramp(6), ramp(6)]), .malformed, "twice")
    expectError(PickleBuilder.legacy(known) + [0], .malformed, "1 bytes follow")
    expectError(PickleBuilder.legacy(known, storages: [ramp(5)]), .malformed, "has 5 elements")
  }

  /// Many tensors of one storage, by which a small file would become a huge one when converted.
  @Test func sharedWithoutEnd() {
    let storage = ramp(1 << 16)
    let pickle = PickleBuilder.make { pickle in
      pickle.op(.emptyDictionary)
      for index in 0..<400 {
        pickle.text("w\(index)")
        pickle.tensor(count: storage.count, shape: [storage.count], strides: [1])
        pickle.op(.setItem)
      }
    }
    expectError(PickleBuilder.legacy(pickle, storages: [storage]), .limit, "share storages")
  }

  @Test func archives() {
    let pickle = PickleBuilder.dictionary { $0.tensor() }
    let data = ramp(6).flatMap(\.bitPattern.littleEndianBytes)
    expectError(ZipBuilder.archive([.init("m/data.pkl", pickle)]), .malformed, "is not in the file")
    expectError(
      ZipBuilder.archive([.init("m/data.pkl", pickle), .init("m/constants.pkl", [])]), .refused, "TorchScript")
    expectError(
      ZipBuilder.archive([.init("m/data.pkl", pickle), .init("m/byteorder", Array("big".utf8))]), .refused,
      "big-endian")
    expectError(
      ZipBuilder.archive([.init("m/data.pkl", pickle).with { $0.checksum = 1 }, .init("m/data/0", data)]), .malformed,
      "checksum")
    expectError(
      ZipBuilder.archive([.init("m/data.pkl", pickle).with { $0.method = 8 }, .init("m/data/0", data)]), .refused,
      "data.pkl is compressed")
  }
}

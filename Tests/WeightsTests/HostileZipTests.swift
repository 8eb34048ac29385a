import Compression
import Testing

@testable import Weights

@Suite struct HostileZipTests {
  private static let array = ZipBuilder.Entry("a.npy", ZipBuilder.array([2, 3], ramp(6)))

  @Test func builderMakesWhatNumpyDoes() throws {
    let file = try WeightFile(bytes: ZipBuilder.archive([Self.array]), name: "x")
    #expect(try file.float32(named: "a") == ramp(6))
  }

  @Test func directory() {
    let entries = [Self.array]
    expectError(ZipBuilder.archive(entries) { $0[10] = 2 }, .malformed, "do not fit")
    expectError(
      ZipBuilder.archive(entries) { ($0[8], $0[9], $0[10], $0[11]) = (0xFE, 0xFF, 0xFE, 0xFF) }, .malformed,
      "do not fit")
    expectError(ZipBuilder.archive(entries) { $0[12] &+= 1 }, .malformed, "is to end at")
    expectError(ZipBuilder.archive(entries) { $0[16] = 0 }, .malformed, "is to end at")
    expectError(ZipBuilder.archive(entries) { $0[4] = 1 }, .refused, "in several")
    expectError(ZipBuilder.archive(entries) { $0[20] = 1 }, .malformed, "no end")
    expectError(
      ZipBuilder.archive(entries) { ($0[16], $0[17], $0[18], $0[19]) = (0xFF, 0xFF, 0xFF, 0xFF) }, .malformed, "zip64")
    expectError([0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 100_000), .malformed, "no end")
  }

  @Test func entries() {
    let array = Self.array
    expectError(ZipBuilder.archive([array, array]), .malformed, "has 'a.npy' twice")
    expectError(ZipBuilder.archive([array.with { $0.flags = 1 }]), .refused, "encrypted")
    expectError(ZipBuilder.archive([array.with { $0.method = 14 }]), .refused, "method 14")
    expectError(ZipBuilder.archive([array.with { $0.place = 1 }]), .malformed, "not where the directory says")
    expectError(ZipBuilder.archive([array.with { $0.place = 1 << 31 }]), .malformed, "not where the directory says")
    expectError(ZipBuilder.archive([array.with { $0.size = 5 }]), .malformed, "which it has not")
    expectError(
      ZipBuilder.archive([array.with { ($0.size, $0.compressedSize) = (1 << 31, 1 << 31) }]), .malformed,
      "which it has not")
    let second = ZipBuilder.Entry("b.npy", array.content)
    let longer = array.with { ($0.size, $0.compressedSize) = (array.content.count + 9, array.content.count + 9) }
    expectError(ZipBuilder.archive([longer, second]), .malformed, "overlap")
    expectError(ZipBuilder.archive([.init("a.txt", [1])]), .refused, "'a.txt'")
    expectError(ZipBuilder.archive([.init("../a.npy", [1])]), .malformed, "no .npy array")
  }

  @Test func damagedContent() {
    // The entry's last bytes, before the directory.
    var bytes = ZipBuilder.archive([Self.array])
    bytes[40] ^= 1
    expectError(bytes, .malformed, "byte")
    let notDeflate = ZipBuilder.Entry("a.npy", [0x07, 0xFF, 0xFF]).with { ($0.method, $0.size) = (8, 200) }
    expectError(ZipBuilder.archive([notDeflate]), .malformed, "no deflate stream")
    let cut = ZipBuilder.Entry("a.npy", [0x01, 0x80, 0x00, 0x7F, 0xFF, 0x93]).with { ($0.method, $0.size) = (8, 128) }
    expectError(ZipBuilder.archive([cut]), .malformed, "ends too early")
  }

  /// Entries that are not compressed, as numpy and PyTorch write them, have checksums too, whichever way they are read.
  @Test(arguments: [1, 12]) func damagedElements(beforeEnd place: Int) throws {
    func file(_ content: [UInt8]) throws -> WeightFile {
      var damaged = content
      damaged[content.count - place] ^= 0x40
      let sum = content.withUnsafeBytes { CRC32.of($0) }
      let entry = ZipBuilder.Entry("a.npy", damaged).with { $0.checksum = sum }
      return try WeightFile(bytes: ZipBuilder.archive([entry]), name: "x")
    }
    let floats = try file(Self.array.content)
    let integers = try file(NpzWriter.arrayHeader([3], type: "<i4") + (0..<3).flatMap { UInt32($0).littleEndianBytes })
    let reads: [() throws -> Void] = [
      { _ = try floats.float32(named: "a") }, { _ = try floats.tensor(named: "a") },
      { _ = try floats.statistics(named: "a") }, { _ = try integers.integers(named: "a", as: Int.self) },
    ]
    for read in reads {
      let error = #expect(throws: WeightError.self, performing: read)
      #expect(error?.description.contains("the entry 'a.npy' is damaged: its checksum is another") == true)
    }
  }

  @Test func damagedStorages() throws {
    let pickle = PickleBuilder.dictionary { $0.tensor(shape: [2, 3]) }
    let storage = ramp(6).flatMap(\.bitPattern.littleEndianBytes)
    func archive(_ storage: [UInt8], pickle sum: UInt32? = nil, storage other: UInt32?) -> [UInt8] {
      ZipBuilder.archive([
        ZipBuilder.Entry("m/data.pkl", pickle).with { $0.checksum = sum },
        ZipBuilder.Entry("m/data/0", storage).with { $0.checksum = other },
      ])
    }
    let sum = storage.withUnsafeBytes { CRC32.of($0) }
    var damaged = storage
    damaged[7] ^= 1
    expectError(archive(damaged, storage: sum), .malformed, "the entry 'm/data/0' is damaged")
    let file = try WeightFile(bytes: archive(damaged, storage: sum), name: "x")
    #expect(throws: WeightError.self) { _ = try file.tensor(named: "w") }
    // torch.serialization.set_crc32_options(False) writes no sums.
    let unsummed = try WeightFile(bytes: archive(storage, pickle: 0, storage: 0), name: "x")
    #expect(try unsummed.float32(named: "w") == ramp(6) && unsummed.tensor(named: "w").elements == ramp(6))
  }

  /// A stored deflate block, so that the tests need no compressor.
  private static func deflated(_ content: [UInt8]) -> [UInt8] {
    let count = UInt16(content.count)
    return [1] + count.littleEndianBytes + (~count).littleEndianBytes + content
  }

  @Test func liesAboutCompressedEntries() throws {
    let content = Self.array.content
    let checksum = content.withUnsafeBytes { CRC32.of($0) }
    let entry = ZipBuilder.Entry("a.npy", Self.deflated(content)).with {
      ($0.method, $0.size, $0.checksum) = (8, content.count, checksum)
    }
    #expect(try WeightFile(bytes: ZipBuilder.archive([entry]), name: "x").float32(named: "a") == ramp(6))
    expectError(ZipBuilder.archive([entry.with { $0.checksum = 1 }]), .malformed, "checksum")
    expectError(ZipBuilder.archive([entry.with { $0.size = content.count + 4 }]), .malformed, "bytes")
    expectError(ZipBuilder.archive([entry.with { $0.size = content.count - 4 }]), .malformed, "bytes")
  }

  @Test func bombs() {
    let content = Self.deflated(Self.array.content)
    let entry = ZipBuilder.Entry("a.npy", content).with { $0.method = 8 }
    expectError(ZipBuilder.archive([entry.with { $0.size = content.count * 1100 }]), .limit, "as a bomb does")
    expectError(ZipBuilder.archive([entry.with { $0.size = 0xFFFF_FFF0 }]), .limit, "as a bomb does")
    let zeros = ZipBuilder.Entry("a.npy", [UInt8](repeating: 0, count: 100_000)).with {
      ($0.method, $0.size) = (8, 90_000_000)
    }
    expectError(ZipBuilder.archive([zeros]), .limit, "as a bomb does")
  }

  /// Repetitions far beyond the size that was announced stop at that size.
  @Test func moreThanAnnounced() {
    // A block with fixed codes: the literal 0, then matches of 258 bytes at distance 1, as many as fit.
    var bits: [Bool] = [true, true, false] + code(0x30, 8)
    for _ in 0..<1000 { bits += code(0xC5, 8) + code(0, 5) }
    var bytes = [UInt8](repeating: 0, count: bits.count / 8 + 1)
    for (index, bit) in bits.enumerated() where bit { bytes[index / 8] |= 1 << UInt8(index % 8) }
    let result = bytes.withUnsafeBytes { Inflate.decompress($0, limit: 5000) }
    guard case .failure(.tooLong) = result else { return #expect(Bool(false), "\(result)") }
    let prefix = bytes.withUnsafeBytes { Inflate.decompress($0, limit: 5000, prefixOnly: true) }
    guard case .success(let content) = prefix else { return #expect(Bool(false)) }
    #expect(content == [UInt8](repeating: 0, count: 5000))
  }

  private func code(_ code: Int, _ length: Int) -> [Bool] {
    (0..<length).map { code >> (length - 1 - $0) & 1 == 1 }
  }
}

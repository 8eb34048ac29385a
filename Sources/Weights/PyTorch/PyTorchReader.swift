/// Reads what `torch.save` writes: since 1.6 a zip archive, before a stream of pickles and storages.
enum PyTorchReader {
  /// The beginning of the stream: a pickle of the number 0x1950A86A20F9469CFC6C.
  static let legacyMagic: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  /// The entry that has the pickle, if the archive is PyTorch's.
  static func pickle(in archive: ZipArchive) -> ZipEntry? {
    archive.entries.first { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
  }

  // MARK: Archive

  /// The tensors of an archive: `NAME/data.pkl` with the storages `NAME/data/KEY`.
  static func readArchive(_ archive: ZipArchive, _ file: FileBytes) throws(WeightError) -> [StoredTensor] {
    guard let pickle = pickle(in: archive) else { throw file.malformed("the archive has no data.pkl") }
    let folder = pickle.name.dropLast("data.pkl".count)
    let entries = Dictionary(archive.entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    if entries["\(folder)constants.pkl"] != nil {
      throw file.refused("is a TorchScript program, not a state_dict")
    }
    if let order = entries["\(folder)byteorder"], try order.prefix(file, limit: 16) != Array("little".utf8) {
      throw file.refused("has its numbers in big-endian order", at: order.range.lowerBound)
    }
    guard !pickle.isDeflated else { throw file.refused("data.pkl is compressed", at: pickle.range.lowerBound) }
    guard pickle.size <= Unpickler.largestPickle else {
      throw file.limit("data.pkl has \(pickle.size) bytes", at: pickle.range.lowerBound)
    }
    try pickle.verifyChecksum(file)
    var unpickler = Unpickler(file, pickle.range)
    let tensors = try StateDict.tensors(of: try unpickler.run(), unpickler)
    var offsets: [String: Int] = [:]
    for storage in Set(tensors.map(\.tensor.storage)) {
      guard let entry = entries["\(folder)data/\(storage.key)"] else { continue }
      guard !entry.isDeflated else {
        throw file.refused("the entry \(quoted(entry.name)) is compressed", at: entry.range.lowerBound)
      }
      guard entry.size == storage.count * storage.type.size else {
        throw file.malformed(
          "the storage \(quoted(storage.key)) has \(entry.size) bytes, not \(storage.count) elements of "
            + storage.type.rawValue, at: entry.range.lowerBound)
      }
      offsets[storage.key] = entry.range.lowerBound
    }
    return try StateDict.place(tensors, file, offsets: offsets)
  }

  // MARK: Legacy stream

  /// The tensors of a stream: magic number, version, system, the pickle, the storages' keys, the storages.
  static func readStream(_ file: FileBytes) throws(WeightError) -> [StoredTensor] {
    var position = legacyMagic.count
    let (version, _) = try nextPickle(file, &position)
    guard case .int(1001) = version else {
      throw file.refused("its version is not 1001, the only one there is", at: legacyMagic.count)
    }
    let systemStart = position
    let (system, systemPickle) = try nextPickle(file, &position)
    try checkSystem(system, systemPickle, start: systemStart)
    let (value, unpickler) = try nextPickle(file, &position)
    let tensors = try StateDict.tensors(of: value, unpickler)
    let keysStart = position
    let (keys, keyPickle) = try nextPickle(file, &position)
    guard case .list(let list) = keys else {
      throw file.malformed("the list of storages is \(keys.kind)", at: keysStart)
    }
    let offsets = try storageOffsets(keyPickle.lists[list], of: unpickler.storages, file, &position)
    return try StateDict.place(tensors, file, offsets: offsets)
  }

  private static func nextPickle(
    _ file: FileBytes, _ position: inout Int
  ) throws(WeightError) -> (PickleValue, Unpickler) {
    var unpickler = Unpickler(file, position..<file.count)
    let value = try unpickler.run()
    position = unpickler.reader.offset
    return (value, unpickler)
  }

  private static func checkSystem(_ value: PickleValue, _ unpickler: Unpickler, start: Int) throws(WeightError) {
    let file = unpickler.reader.file
    guard case .dictionary(let index) = value else {
      throw file.malformed("the description of the system is \(value.kind)", at: start)
    }
    for (key, value) in unpickler.dictionaries[index] {
      if case .text("little_endian") = key, case .bool(false) = value {
        throw file.refused("has its numbers in big-endian order", at: start)
      }
    }
  }

  /// Each storage is its number of elements in 8 bytes, then the elements.
  private static func storageOffsets(
    _ keys: [PickleValue], of storages: [PickleStorage], _ file: FileBytes, _ position: inout Int
  ) throws(WeightError) -> [String: Int] {
    let known = Dictionary(storages.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    for storage in storages where known[storage.key] != storage {
      throw file.malformed("the storage \(quoted(storage.key)) is described in two ways")
    }
    var reader = ByteReader(file, position..<file.count)
    var offsets: [String: Int] = [:]
    for key in keys {
      guard case .text(let key) = key, let storage = known[key] else {
        throw file.malformed("a storage is listed that no tensor has", at: reader.offset)
      }
      let start = reader.offset
      let count = try reader.number(Int64.self, "the storage \(quoted(key))")
      guard count == Int64(storage.count) else {
        throw file.malformed(
          "the storage \(quoted(key)) has \(count) elements, not the \(storage.count) announced", at: start)
      }
      let place = try reader.skip(storage.count * storage.type.size, "the storage \(quoted(key))")
      guard offsets.updateValue(place.lowerBound, forKey: key) == nil else {
        throw file.malformed("the storage \(quoted(key)) is there twice", at: start)
      }
    }
    guard reader.remaining == 0 else {
      throw file.malformed("\(reader.remaining) bytes follow the last storage", at: reader.offset)
    }
    return offsets
  }
}

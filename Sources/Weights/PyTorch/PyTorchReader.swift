import Hashing

/// Reads what `torch.save` writes: since 1.6 a zip archive, before a stream of pickles and storages.
enum PyTorchReader {
  /// The number 0x1950A86A20F9469CFC6C, and the end of the pickle that holds it.
  private static let magicNumber: [UInt8] = [
    0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  /// The length of the pickle with the magic number that a stream begins with; nil if the file is no such stream.
  static func legacyMagicLength(_ file: FileBytes) -> Int? {
    guard file.has([0x80], at: 0), let version = file.number(UInt8.self, at: 1), (2...5).contains(version) else {
      return nil
    }
    // From protocol 4 on, a pickle has its length before it.
    let start = file.has([PickleOpcode.frame.rawValue], at: 2) ? 11 : 2
    return file.has(magicNumber, at: start) ? start + magicNumber.count : nil
  }

  /// The entry that has the pickle, if the archive is PyTorch's.
  static func pickle(in archive: ZipArchive) -> ZipEntry? {
    archive.entries.first { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
  }

  // MARK: Archive

  /// The tensors of an archive, `NAME/data.pkl` with the storages `NAME/data/KEY`, and the keys of whole modules.
  static func readArchive(
    _ archive: ZipArchive, _ file: FileBytes
  ) throws(WeightError) -> (sets: [TensorSet], modules: [String]) {
    guard let pickle = pickle(in: archive) else { throw file.malformed("the archive has no data.pkl") }
    let folder = pickle.name.dropLast("data.pkl".count)
    var entries: [ByteName: ZipEntry] = [:]
    for entry in archive.entries where entry.name.utf8.starts(with: folder.utf8) {
      entries[ByteName(String(entry.name.dropFirst(folder.count)))] = entry
    }
    if entries[ByteName("constants.pkl")] != nil {
      throw file.refused("is a TorchScript program, not a state_dict; save the state_dict() of torch.jit.load's module")
    }
    if let order = entries[ByteName("byteorder")], try order.prefix(file, limit: 16) != Array("little".utf8) {
      if !order.isDeflated { try order.verifyChecksum(file) }
      throw file.refused("has its numbers in big-endian order", at: order.range.lowerBound)
    }
    guard !pickle.isDeflated else { throw file.refused("data.pkl is compressed", at: pickle.range.lowerBound) }
    guard pickle.size <= Unpickler.largestPickle else {
      throw file.limit("data.pkl has \(pickle.size) bytes", at: pickle.range.lowerBound)
    }
    try pickle.verifyChecksum(file)
    var unpickler = Unpickler(file, pickle.range)
    let (dictionaries, modules) = try StateDictSearch.all(in: try unpickler.run(), unpickler)
    let sets = try place(dictionaries, unpickler) { (storage) throws(WeightError) in
      guard let entry = entries[ByteName("data/\(storage.key)")] else { return nil }
      guard !entry.isDeflated else {
        throw file.refused("the entry \(quoted(entry.name)) is compressed", at: entry.range.lowerBound)
      }
      guard entry.size == storage.byteCount else {
        throw file.malformed(
          "the storage \(quoted(storage.key)) has \(entry.size) bytes, not \(storage.count) elements of "
            + storage.typeName, at: entry.range.lowerBound)
      }
      return .stored(CheckedEntry(entry), offset: entry.range.lowerBound)
    }
    return (sets, modules)
  }

  /// The tensors with their places in the file; `source` finds a storage's, nil if it is not there.
  private static func place(
    _ dictionaries: [StateDict], _ unpickler: Unpickler,
    source: (PickleStorage) throws(WeightError) -> StoredTensor.Source?
  ) throws(WeightError) -> [TensorSet] {
    let file = unpickler.reader.file
    var sources: [StoredTensor.Source?] = Array(repeating: nil, count: unpickler.storages.count)
    var sets: [TensorSet] = []
    for dictionary in dictionaries {
      var set = TensorSet(key: dictionary.key, unreadable: dictionary.unreadable, arrays: dictionary.arrays)
      var total = 0
      for (name, tensor) in dictionary.tensors {
        let storage = unpickler.storages[tensor.storage]
        if sources[tensor.storage] == nil { sources[tensor.storage] = try source(storage) }
        guard let start = sources[tensor.storage] else {
          throw file.malformed("its storage \(quoted(storage.key)) is not in the file", tensor: name)
        }
        let info = TensorInfo(name: name, shape: tensor.shape, type: tensor.type)
        total = total.addingReportingOverflow(info.byteCount).partialValue
        guard total >= 0, total <= 16 * file.count + (64 << 20) else {
          throw file.limit("the tensors share storages to become far larger than the file", tensor: name)
        }
        set.tensors.append(
          StoredTensor(
            info: info, source: start.advanced(by: tensor.offset * tensor.type.size),
            strides: StoredTensor.simplified(tensor.strides, shape: tensor.shape)))
      }
      sets.append(set)
    }
    return sets
  }

  // MARK: Legacy stream

  /// The tensors of a stream (magic number, version, system, the pickle, the storages' keys, the storages), and the keys
  /// of whole modules.
  static func readStream(
    _ file: FileBytes, magicLength: Int
  ) throws(WeightError) -> (sets: [TensorSet], modules: [String]) {
    var position = magicLength
    let (version, _) = try nextPickle(file, &position)
    guard case .int(1001) = version else {
      throw file.refused("its version is not 1001, the only one there is", at: magicLength)
    }
    let systemStart = position
    let (system, systemPickle) = try nextPickle(file, &position)
    try checkSystem(system, systemPickle, start: systemStart)
    let (value, unpickler) = try nextPickle(file, &position)
    let (dictionaries, modules) = try StateDictSearch.all(in: value, unpickler)
    let keysStart = position
    let (keys, keyPickle) = try nextPickle(file, &position)
    guard case .list(let list) = keys else {
      throw file.malformed("the list of storages is \(keys.kind)", at: keysStart)
    }
    let offsets = try storageOffsets(keyPickle.lists[list], of: unpickler.storages, file, &position)
    return (
      try place(dictionaries, unpickler) { offsets[ByteName($0.key)].map { .plain(offset: $0) } }, modules
    )
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
  ) throws(WeightError) -> [ByteName: Int] {
    var known: [ByteName: PickleStorage] = [:]
    for storage in storages {
      if let other = known.updateValue(storage, forKey: ByteName(storage.key)), other != storage {
        throw file.malformed("the storage \(quoted(storage.key)) is described in two ways")
      }
    }
    var reader = ByteReader(file, position..<file.count)
    var offsets: [ByteName: Int] = [:]
    for key in keys {
      guard case .text(let key) = key, key.utf8.count <= 256, let storage = known[ByteName(key)] else {
        throw file.malformed("a storage is listed that no tensor has", at: reader.offset)
      }
      let start = reader.offset
      let count = try reader.number(Int64.self, "the storage \(quoted(key))", standsAlone: true)
      guard count == Int64(storage.count) else {
        throw file.malformed(
          "the storage \(quoted(key)) has \(count) elements, not the \(storage.count) announced", at: start)
      }
      let place = try reader.skip(storage.byteCount, "the storage \(quoted(key))")
      guard offsets.updateValue(place.lowerBound, forKey: ByteName(key)) == nil else {
        throw file.malformed("the storage \(quoted(key)) is there twice", at: start)
      }
    }
    guard reader.remaining == 0 else {
      throw file.malformed("\(reader.remaining) bytes follow the last storage", at: reader.offset)
    }
    return offsets
  }
}

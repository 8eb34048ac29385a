/// Reads .npy, an array, and .npz, a zip archive of such arrays, compressed or not.
enum NumpyReader {
  /// The one array of an .npy file, named as the file is.
  static func readArray(_ file: FileBytes) throws(WeightError) -> StoredTensor {
    let base = file.path.split(separator: "/").last.map(String.init) ?? file.path
    let name = base.hasSuffix(".npy") ? String(base.dropLast(4)) : base
    let prefix = file.copy(0..<min(file.count, NpyHeader.largestLength + 12)) ?? []
    let header = try NpyHeader(prefix, file: file, start: 0, tensor: name)
    return try tensor(name, header, size: file.count, source: .plain(offset: header.length), file, start: 0)
  }

  /// The arrays of an archive; each entry is `NAME.npy`. What holds no numbers, such as text or Python's objects, is not
  /// read where others do.
  static func readArchive(_ archive: ZipArchive, _ file: FileBytes) throws(WeightError) -> TensorSet {
    var set = TensorSet()
    var refusal: WeightError?
    for entry in archive.entries where !entry.name.hasSuffix("/") {
      guard entry.name.hasSuffix(".npy"), entry.name.count > 4 else {
        throw file.refused("the archive has \(quoted(entry.name)), which is no .npy array", at: entry.range.lowerBound)
      }
      let name = String(entry.name.dropLast(4))
      var prefix = try entry.prefix(file, limit: 512)
      if prefix.count == 512, headerLength(prefix) > 500 {
        prefix = try entry.prefix(file, limit: NpyHeader.largestLength + 12)
      }
      let header: NpyHeader
      do throws(WeightError) {
        header = try NpyHeader(prefix, file: file, start: entry.range.lowerBound, tensor: name)
      } catch {
        guard NpyHeader.holdsNoNumbers(prefix) else { throw error }
        refusal = refusal ?? error
        if set.arrays.count < largestNames { set.arrays.append(name) }
        continue
      }
      let source: StoredTensor.Source =
        entry.isDeflated
        ? .deflated(entry, behind: header.length)
        : .stored(CheckedEntry(entry), offset: entry.range.lowerBound + header.length)
      set.tensors.append(
        try tensor(name, header, size: entry.size, source: source, file, start: entry.range.lowerBound))
    }
    if let refusal, set.tensors.isEmpty { throw refusal }
    return set
  }

  /// The names of arrays that are not read that are kept, at most.
  private static let largestNames = 4096

  private static func headerLength(_ bytes: [UInt8]) -> Int {
    bytes[8..<(bytes[6] == 1 ? 10 : 12)].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private static func tensor(
    _ name: String, _ header: NpyHeader, size: Int, source: StoredTensor.Source, _ file: FileBytes, start: Int
  ) throws(WeightError) -> StoredTensor {
    let info = TensorInfo(name: name, shape: header.shape, type: header.type)
    guard info.byteCount == size - header.length else {
      throw file.malformed(
        "is \(shapeText(info.shape)) of \(info.type.rawValue), but has \(size - header.length) bytes", at: start,
        tensor: name)
    }
    return StoredTensor(info: info, source: source, strides: header.strides)
  }
}

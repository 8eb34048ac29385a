import Images

extension Dataset {
  /// A part of CIFAR-10 or CIFAR-100 in its binary version: `data_batch_1.bin` to `data_batch_5.bin` and
  /// `test_batch.bin`, or `train.bin` and `test.bin` with their fine labels. Krizhevsky 2009, "Learning Multiple Layers of
  /// Features from Tiny Images".
  ///
  /// - Throws: `DatasetError` if a file is missing, of another length, or has labels beyond the classes.
  package static func cifar(
    _ folder: String, part: DatasetPart, limits: DatasetLimits = DatasetLimits()
  ) throws(DatasetError) -> Dataset {
    let isHundred = FolderListing.isFile(FolderListing.join(folder, "train.bin"))
    let names =
      isHundred
      ? [part == .training ? "train.bin" : "test.bin"]
      : part == .training ? (1...5).map { "data_batch_\($0).bin" } : ["test_batch.bin"]
    let classes = try classNames(folder, isHundred: isHundred, limits)
    var labels: [Int] = []
    var sources: [(any SampleSource, Int)] = []
    for name in names {
      let path = FolderListing.join(folder, name)
      guard FolderListing.isFile(path) else {
        throw DatasetError(.missing, file: folder, "has no file \(name), which CIFAR's binary version has")
      }
      // CIFAR-100 has a coarse label before the fine one.
      let labelBytes = isHundred ? 2 : 1
      let step = labelBytes + 3 * 32 * 32
      let bytes = try read(path, limits)
      guard bytes.count % step == 0 else {
        throw DatasetError(
          .truncated, file: path, "has \(bytes.count) bytes, which is no multiple of an image's \(step)")
      }
      for index in 0..<bytes.count / step {
        let label = Int(bytes[index * step + labelBytes - 1])
        guard label < classes.count else {
          throw DatasetError(
            .malformed, file: path, "image \(index) has the label \(label), and there are \(classes.count) classes")
        }
        labels.append(label)
      }
      let source = PackedImages(
        file: path, bytes: bytes, start: labelBytes, step: step, width: 32, height: 32, channels: 3)
      sources.append((source, bytes.count / step))
    }
    return Dataset(classes: classes, labels: labels, source: JoinedImages(sources))
  }

  private static func read(_ path: String, _ limits: DatasetLimits) throws(DatasetError) -> [UInt8] {
    do throws(ImageError) {
      return try ImageFile.read(path, limit: limits.bytes)
    } catch {
      throw DatasetError(error)
    }
  }

  /// The names that stand beside the data, or numbers.
  private static func classNames(
    _ folder: String, isHundred: Bool, _ limits: DatasetLimits
  ) throws(DatasetError) -> [String] {
    let path = FolderListing.join(folder, isHundred ? "fine_label_names.txt" : "batches.meta.txt")
    let count = isHundred ? 100 : 10
    guard FolderListing.isFile(path) else { return (0..<count).map(String.init) }
    let names = String(decoding: try read(path, limits), as: UTF8.self).split(whereSeparator: \.isNewline)
    guard names.count == count else {
      throw DatasetError(.malformed, file: path, "has \(names.count) names, not \(count)")
    }
    return names.map(String.init)
  }
}

import Compression
import Images

/// A file of IDX, the format of MNIST: unsigned bytes with their sizes before them, perhaps compressed by gzip.
/// LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
struct IDXFile {
  let path: String
  /// From the outermost: images, rows, columns.
  let sizes: [Int]
  let bytes: [UInt8]
  /// Where the elements begin.
  let start: Int

  /// Reads and checks a file whole.
  ///
  /// - Throws: `DatasetError` if it cannot be read, is compressed wrongly, or is not as long as its sizes say.
  init(_ path: String, limits: DatasetLimits) throws(DatasetError) {
    let bytes = try Self.content(path, limits)
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 else {
      throw DatasetError(.malformed, file: path, "is no IDX file: it does not begin with two zeros")
    }
    guard bytes[2] == 8 else {
      throw DatasetError(.malformed, file: path, "has elements of type \(bytes[2]); unsigned bytes, type 8, are read")
    }
    let rank = Int(bytes[3])
    guard 1...4 ~= rank else {
      throw DatasetError(.malformed, file: path, "has \(rank) dimensions; 1 to 4 are read")
    }
    start = 4 + 4 * rank
    guard bytes.count >= start else { throw DatasetError(.truncated, file: path, "ends within its sizes") }
    sizes = (0..<rank).map { index in
      bytes[4 + 4 * index..<8 + 4 * index].reduce(0) { $0 << 8 | Int($1) }
    }
    let count = sizes.reduce((value: 1, overflows: false)) { product, size in
      let (value, overflow) = product.value.multipliedReportingOverflow(by: size)
      return (value, product.overflows || overflow)
    }
    let text = sizes.map(String.init).joined(separator: " × ")
    guard !count.overflows, count.value <= bytes.count - start else {
      throw DatasetError(
        .truncated, file: path, "announces \(text) bytes and has \(bytes.count - start) after its sizes")
    }
    guard count.value == bytes.count - start else {
      throw DatasetError(
        .malformed, file: path, "announces \(text) bytes and has \(bytes.count - start - count.value) more")
    }
    self.path = path
    self.bytes = bytes
  }

  private static func content(_ path: String, _ limits: DatasetLimits) throws(DatasetError) -> [UInt8] {
    let stored: [UInt8]
    do throws(ImageError) {
      stored = try ImageFile.read(path, limit: limits.bytes)
    } catch {
      throw DatasetError(error)
    }
    guard stored.starts(with: [0x1F, 0x8B]) else { return stored }
    switch stored.withUnsafeBytes({ Inflate.decompress($0, wrapping: .gzip, limit: limits.bytes) }) {
    case .success(let bytes): return bytes
    case .failure(.ends): throw DatasetError(.truncated, file: path, "ends within what gzip compressed")
    case .failure(.tooLong):
      throw DatasetError(.limit, file: path, "decompresses to more than \(limits.bytes) bytes")
    case .failure(.noMemory):
      throw DatasetError(.limit, file: path, "decompresses to more than there is memory for")
    case .failure(.malformed): throw DatasetError(.malformed, file: path, "is damaged: gzip's data is not well-formed")
    }
  }
}

extension Dataset {
  /// A part of a set of IDX files in a folder, named as MNIST's and Fashion-MNIST's are: `train-images-idx3-ubyte` and
  /// `train-labels-idx1-ubyte`, `t10k-…` for the test part, with `.gz` or without.
  ///
  /// - Throws: `DatasetError` if a file is missing, damaged, or does not fit the other.
  package static func idx(
    _ folder: String, part: DatasetPart, limits: DatasetLimits = DatasetLimits()
  ) throws(DatasetError) -> Dataset {
    let beginnings = part == .training ? ["train"] : ["t10k", "test"]
    let imagePath = try idxPath(folder, beginnings, "images", rank: 3)
    let labelPath = try idxPath(folder, beginnings, "labels", rank: 1)
    let images = try IDXFile(imagePath, limits: limits)
    let labels = try IDXFile(labelPath, limits: limits)
    guard labels.sizes.count == 1 else {
      throw DatasetError(.malformed, file: labelPath, "has \(labels.sizes.count) dimensions; labels have one")
    }
    let channels = images.sizes.count == 4 ? images.sizes[1] : 1
    guard images.sizes.count >= 3, channels == 1 || channels == 3 else {
      throw DatasetError(
        .malformed, file: imagePath,
        "has sizes \(images.sizes); images are of [count, rows, columns] or [count, 1 or 3, rows, columns]")
    }
    let (height, width) = (images.sizes[images.sizes.count - 2], images.sizes[images.sizes.count - 1])
    guard height > 0, width > 0 else { throw DatasetError(.malformed, file: imagePath, "has images without pixels") }
    guard images.sizes[0] == labels.sizes[0] else {
      throw DatasetError(
        .malformed, file: labelPath, "has \(labels.sizes[0]) labels for \(images.sizes[0]) images of \(imagePath)")
    }
    let numbers = labels.bytes[labels.start...].map(Int.init)
    let source = PackedImages(
      file: imagePath, bytes: images.bytes, start: images.start, step: channels * height * width, width: width,
      height: height, channels: channels)
    return Dataset(
      classes: (0...(numbers.max() ?? 0)).map(String.init), labels: numbers, source: source, isNumbered: true)
  }

  private static func idxPath(
    _ folder: String, _ beginnings: [String], _ what: String, rank: Int
  ) throws(DatasetError) -> String {
    let names = beginnings.flatMap { beginning in
      ["-idx\(rank)-ubyte", ".idx\(rank)-ubyte"].flatMap { ending in
        [".gz", ""].map { "\(beginning)-\(what)\(ending)\($0)" }
      }
    }
    for name in names {
      let path = FolderListing.join(folder, name)
      if FolderListing.isFile(path) { return path }
    }
    throw DatasetError(.missing, file: folder, "has no file \(names[1]) or \(names[0])")
  }
}

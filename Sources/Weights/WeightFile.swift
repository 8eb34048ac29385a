import Hashing
import Tensors

/// An open file of weights: what tensors it has is known, their elements are read when asked for.
///
/// The file is mapped into memory; if another program shortens it meanwhile, the system ends this one. Files are
/// recognized by what is in them, not by their names.
public struct WeightFile: Sendable {
  /// The formats that are read.
  public enum Format: String, Sendable {
    /// Hugging Face's format.
    case safetensors
    /// PyTorch's since 1.6: a zip archive.
    case pytorch = "PyTorch archive"
    /// PyTorch's before: a stream of pickles.
    case pytorchLegacy = "PyTorch legacy stream"
    /// Numpy's archive of arrays.
    case npz
    /// One array of numpy.
    case npy
  }

  /// The path as it was given.
  public let path: String
  /// The format that was recognized.
  public let format: Format
  /// The tensors in the file's order.
  public var tensors: [TensorInfo] { stored.map(\.info) }
  /// What the file says of itself: the `__metadata__` of safetensors.
  public let metadata: [String: String]

  /// The keys of the dictionaries of tensors that a checkpoint has, the one whose tensors these are first; one empty key
  /// for other files.
  public var keys: [String] { sets.map(\.key) }

  private let bytes: FileBytes
  private let sets: [TensorSet]
  /// The keys of whole modules, which are not read.
  private let modules: [String]
  /// The sets that would do as well as the first.
  private var rivals: [Int] = []
  private var stored: [StoredTensor] { sets[0].tensors }
  private let indices: [ByteName: Int]

  /// Opens a file and checks it: everything but the elements themselves.
  ///
  /// Of a checkpoint with several dictionaries of tensors, the one with the most weights is taken, the moving average of
  /// them if there is one.
  ///
  /// - Throws: `WeightError` that says what is wrong and where.
  public static func open(_ path: String) throws(WeightError) -> WeightFile {
    try WeightFile(FileBytes(mapping: path))
  }

  /// Takes a file's content from memory; `name` stands for the path in messages.
  ///
  /// - Throws: `WeightError` that says what is wrong and where.
  public init(bytes: some Collection<UInt8>, name: String) throws(WeightError) {
    try self.init(FileBytes(bytes, path: name))
  }

  private init(_ file: FileBytes) throws(WeightError) {
    let format: Format
    var metadata: [String: String] = [:]
    var sets: [TensorSet] = []
    var modules: [String] = []
    if file.has([0x50, 0x4B, 0x03, 0x04], at: 0) || file.has([0x50, 0x4B, 0x05, 0x06], at: 0) {
      let archive = try ZipArchive(file)
      if PyTorchReader.pickle(in: archive) != nil {
        format = .pytorch
        (sets, modules) = try PyTorchReader.readArchive(archive, file)
      } else {
        if let name = ForeignFormat.name(of: archive) { throw WeightError(.unknownFormat, file: file.path, name) }
        format = .npz
        sets = [try NumpyReader.readArchive(archive, file)]
      }
    } else if file.has(NpyHeader.magic, at: 0) {
      format = .npy
      sets = [TensorSet(tensors: [try NumpyReader.readArray(file)])]
    } else if let length = PyTorchReader.legacyMagicLength(file) {
      format = .pytorchLegacy
      (sets, modules) = try PyTorchReader.readStream(file, magicLength: length)
    } else if SafetensorsReader.recognizes(file) {
      format = .safetensors
      let (tensors, header) = try SafetensorsReader.read(file)
      sets = [TensorSet(tensors: tensors)]
      metadata = header
    } else {
      throw WeightError(.unknownFormat, file: file.path, ForeignFormat.name(of: file))
    }
    self.init(file, format, metadata, TensorSet.ranked(sets), modules: modules)
    try requireReadable()
    guard self.sets.count > 1 else { return }
    let shapes = self.sets[0].weightShapes
    rivals = self.sets.indices.dropFirst().filter { self.sets[$0].weightShapes == shapes }
  }

  /// A file with the first of its sets selected; there must be one.
  private init(
    _ file: FileBytes, _ format: Format, _ metadata: [String: String], _ sets: [TensorSet], modules: [String] = []
  ) {
    path = file.path
    bytes = file
    self.format = format
    self.metadata = metadata
    self.sets = sets
    self.modules = modules
    var indices: [ByteName: Int] = [:]
    for (index, tensor) in sets[0].tensors.enumerated() { indices[ByteName(tensor.info.name)] = index }
    self.indices = indices
  }

  /// - Throws: `WeightError` for a tensor whose elements are not read.
  private func requireReadable() throws(WeightError) {
    guard let tensor = sets[0].unreadable.first else { return }
    throw bytes.refused(tensor.problem, tensor: tensor.name)
  }

  // MARK: Dictionaries of a checkpoint

  /// The file with the tensors under another key of it: the whole key, or its last part if only one key has it.
  ///
  /// - Throws: `WeightError` if there is no such key, or it has tensors that are not read.
  public func selecting(key: String) throws(WeightError) -> WeightFile {
    let exact = sets.indices.filter { ByteName(sets[$0].key) == ByteName(key) }
    let ends = sets.indices.filter { sets[$0].key.utf8.reversed().starts(with: ".\(key)".utf8.reversed()) }
    guard let index = exact.first ?? (ends.count == 1 ? ends[0] : nil) else {
      let known = sets.prefix(8).filter { !$0.key.isEmpty }.map { quoted($0.key) }
      throw WeightError(
        .noSuchTensor, file: path,
        "has no tensors under \(quoted(key)); "
          + (known.isEmpty
            ? "it has one set of tensors, without a key" : "it has some under \(known.joined(separator: ", "))"))
    }
    // Nothing else is looked at then.
    let result = WeightFile(bytes, format, metadata, [sets[index]])
    try result.requireReadable()
    return result
  }

  private func selecting(_ index: Int) -> WeightFile {
    var sets = sets
    sets.insert(sets.remove(at: index), at: 0)
    return WeightFile(bytes, format, metadata, sets, modules: modules)
  }

  /// How many sets of tensors are matched with a network; further ones have fewer tensors, as those of optimizers.
  private static let largestAttempts = 8

  /// Finds the tensors of the file that fit a network, and matches them: of those that fit wholly an average, else the
  /// selected key's, else any other's; if none fits, what comes nearest.
  ///
  /// The file is returned with the key selected whose tensors fit best; `choiceNote` says what else would have done.
  public func fitted(
    to expected: [ExpectedTensor], maps: [NameMap] = [], allowMissing: [String] = [], allowUnexpected: [String] = []
  ) -> (file: WeightFile, binding: WeightBinding) {
    let attempts = sets.indices.prefix(Self.largestAttempts).filter { $0 == 0 || sets[$0].unreadable.isEmpty }.map {
      let binding = WeightBinding.match(
        expected, to: sets[$0].tensors.map(\.info), maps: maps, allowMissing: allowMissing,
        allowUnexpected: allowUnexpected, arrays: sets[$0].arrays)
      return (set: $0, binding: binding)
    }
    let complete = attempts.filter(\.binding.isComplete)
    // What may be missing is rather there.
    let most = complete.map(\.binding.bound.count).max()
    let fitting = complete.filter { $0.binding.bound.count == most }
    guard
      let best = fitting.first(where: { sets[$0.set].isAverage }) ?? fitting.first
        ?? attempts.min(by: { $0.binding.problemCount < $1.binding.problemCount })
    else { return (self, WeightBinding()) }
    var file = selecting(best.set)
    // What stood before the selected set stands behind it now.
    file.rivals = fitting.filter { $0.set != best.set }.map { $0.set < best.set ? $0.set + 1 : $0.set }
    var binding = best.binding
    if !binding.missing.isEmpty {
      binding.arrays = sets[best.set].arrays
      binding.arraysHoldNumbers = format != .npz
    }
    return (file, binding)
  }

  /// What a user should know of the choice of tensors: which were taken where others would do as well, and whether they
  /// are a moving average; nil if there was no choice.
  public var choiceNote: String? {
    let this = quoted(sets[0].key)
    guard let first = rivals.first else {
      guard let module = modules.first(where: TensorSet.isAverage) else { return nil }
      return "has weights under \(this), which are taken; \(quoted(module)) is a whole module, which is not read"
    }
    let others = rivals.prefix(3).map { quoted(sets[$0].key) }.joined(separator: ", ") + (rivals.count > 3 ? ", …" : "")
    switch (sets[0].isAverage, sets[first].isAverage) {
    case (true, false):
      return "has the weights' moving average under \(this), which is taken; the weights themselves are under \(others)"
    case (false, true):
      return "has weights under \(this), which are taken; their moving average is under \(others)"
    default: return "has weights under \(this), which are taken; others that fit as well are under \(others)"
    }
  }

  /// What is known of a tensor; nil if there is none of that name.
  public func info(named name: String) -> TensorInfo? { indices[ByteName(name)].map { stored[$0].info } }

  /// A tensor's elements in row-major order, converted to float32.
  ///
  /// - Throws: `WeightError` if there is no such tensor, it has integers or numbers beyond float32's range, or its
  ///   place in the file is damaged.
  public func float32(named name: String) throws(WeightError) -> [Float] {
    guard let index = indices[ByteName(name)] else {
      throw WeightError(.noSuchTensor, file: path, "is not in the file", tensor: name)
    }
    return try finite(stored[index], name)
  }

  /// A tensor's elements as float32.
  ///
  /// - Throws: `WeightError` if they are integers, their place in the file is damaged, or some are beyond float32's range.
  private func finite(_ stored: StoredTensor, _ name: String) throws(WeightError) -> [Float] {
    try requireMemory(for: stored.info.count, bytesEach: 4, file: path, tensor: name)
    let values = try stored.float32(bytes)
    // Only float64 has numbers that float32 has not.
    if stored.info.type == .float64, values.contains(where: \.isInfinite) {
      let beyond = try stored.countBeyondFloat32(bytes)
      guard beyond == 0 else {
        throw bytes.refused("has \(beyond) of \(values.count) numbers beyond the range of float32", tensor: name)
      }
    }
    return values
  }

  /// What a tensor's values are like as float32, and how many are beyond its range.
  ///
  /// - Throws: `WeightError` if there is no such tensor, it has integers, or its place in the file is damaged.
  public func statistics(named name: String) throws(WeightError) -> TensorStatistics {
    guard let index = indices[ByteName(name)] else {
      throw WeightError(.noSuchTensor, file: path, "is not in the file", tensor: name)
    }
    let stored = stored[index]
    try requireMemory(for: stored.info.count, bytesEach: 4, file: path, tensor: name)
    let statistics = TensorStatistics(try stored.float32(bytes))
    guard stored.info.type == .float64, statistics.infiniteCount > 0 else { return statistics }
    return statistics.with(beyondRange: try stored.countBeyondFloat32(bytes))
  }

  /// The elements of a tensor of integers or truth values, in row-major order; those out of the range of `Integer` become
  /// the nearest in it.
  ///
  /// - Throws: `WeightError` if there is no such tensor, it has real numbers, or its place in the file is damaged.
  package func integers<Integer: FixedWidthInteger>(
    named name: String, as type: Integer.Type = Integer.self
  ) throws(WeightError) -> [Integer] {
    guard let index = indices[ByteName(name)] else {
      throw WeightError(.noSuchTensor, file: path, "is not in the file", tensor: name)
    }
    let stored = stored[index]
    try requireMemory(
      for: stored.info.count, bytesEach: MemoryLayout<Integer>.stride, file: path, tensor: name)
    return try stored.integers(bytes)
  }

  /// A tensor, converted to float32. Where the file has those as they are, the tensor is the file's own memory: it takes
  /// no time to read, and what is never looked at never leaves the disk. In an archive it is read once before, for its
  /// checksum.
  ///
  /// `shape` has the same elements as the file's, in the same order; nil for the file's.
  ///
  /// - Throws: `WeightError` if there is no such tensor, it has integers or numbers beyond float32's range, or its
  ///   place in the file, or the entry of an archive that it lies in, is damaged.
  public func tensor(named name: String, shape: [Int]? = nil) throws(WeightError) -> Tensor {
    guard let index = indices[ByteName(name)] else {
      throw WeightError(.noSuchTensor, file: path, "is not in the file", tensor: name)
    }
    let own = stored[index].info.shape
    let shape = shape ?? own
    guard elementCount(shape) == elementCount(own) else {
      throw WeightError(
        .mismatch, file: path, "has the shape \(shapeText(own)), not \(shapeText(shape))", tensor: name)
    }
    if let elements = try stored[index].mappedFloat32(bytes) {
      return Tensor(borrowing: elements, of: bytes, shape: shape)
    }
    try requireMemory(for: stored[index].info.count, bytesEach: 8, file: path, tensor: name)
    return Tensor(try finite(stored[index], name), shape: shape)
  }
}

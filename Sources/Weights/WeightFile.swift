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

  private let bytes: FileBytes
  private let stored: [StoredTensor]
  private let indices: [String: Int]

  /// Opens a file and checks it: everything but the elements themselves.
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
    var metadata: [String: String] = [:]
    if file.has([0x50, 0x4B, 0x03, 0x04], at: 0) || file.has([0x50, 0x4B, 0x05, 0x06], at: 0) {
      let archive = try ZipArchive(file)
      if PyTorchReader.pickle(in: archive) != nil {
        format = .pytorch
        stored = try PyTorchReader.readArchive(archive, file)
      } else {
        format = .npz
        stored = try NumpyReader.readArchive(archive, file)
      }
    } else if file.has(NpyHeader.magic, at: 0) {
      format = .npy
      stored = [try NumpyReader.readArray(file)]
    } else if file.has(PyTorchReader.legacyMagic, at: 0) {
      format = .pytorchLegacy
      stored = try PyTorchReader.readStream(file)
    } else if SafetensorsReader.recognizes(file) {
      format = .safetensors
      (stored, metadata) = try SafetensorsReader.read(file)
    } else {
      throw Self.unknownFormat(file)
    }
    path = file.path
    bytes = file
    self.metadata = metadata
    indices = Dictionary(stored.enumerated().map { ($1.info.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// What is known of a tensor; nil if there is none of that name.
  public func info(named name: String) -> TensorInfo? { indices[name].map { stored[$0].info } }

  /// A tensor's elements in row-major order, converted to float32.
  ///
  /// - Throws: `WeightError` if there is no such tensor, it has integers, or its place in the file is damaged.
  public func float32(named name: String) throws(WeightError) -> [Float] {
    guard let index = indices[name] else {
      throw WeightError(.noSuchTensor, file: path, "is not in the file", tensor: name)
    }
    return try stored[index].float32(bytes)
  }

  /// A tensor, converted to float32. Where the file has those as they are, the tensor is the file's own memory: it takes
  /// no time to read, and what is never looked at never leaves the disk.
  ///
  /// - Throws: `WeightError` if there is no such tensor, it has integers, or its place in the file is damaged.
  public func tensor(named name: String) throws(WeightError) -> Tensor {
    guard let index = indices[name] else {
      throw WeightError(.noSuchTensor, file: path, "is not in the file", tensor: name)
    }
    let shape = stored[index].info.shape
    if let elements = stored[index].mappedFloat32(bytes) { return Tensor(borrowing: elements, of: bytes, shape: shape) }
    return Tensor(try stored[index].float32(bytes), shape: shape)
  }

  private static func unknownFormat(_ file: FileBytes) -> WeightError {
    let known = "safetensors, PyTorch's .pth, .npz and .npy are read"
    let hint: String
    if file.has([0x89] + Array("HDF\r\n".utf8), at: 0) {
      hint = "is an HDF5 file, as Keras writes them; \(known)"
    } else if file.has(Array("version https://git-lfs".utf8), at: 0) {
      hint = "is a pointer of Git LFS, not the file itself; git lfs pull fetches it"
    } else if file.has(Array("<".utf8), at: 0) {
      hint = "is a web page or XML, perhaps a download that failed"
    } else if file.has([0x80], at: 0) {
      hint = "is a pickle, but not one that torch.save has written whole"
    } else {
      hint = "is in none of the formats known: \(known)"
    }
    return WeightError(.unknownFormat, file: file.path, hint)
  }
}

import AtomicFiles
import Hashing

/// Writes weights as safetensors, .npz or .npy: atomically, and the same bytes for the same tensors.
public enum WeightWriter {
  /// The formats that are written.
  public enum Format: String, Sendable {
    /// Hugging Face's format.
    case safetensors
    /// Numpy's archive of arrays, not compressed.
    case npz
    /// One array of Numpy's, which has no name.
    case npy

    /// The format that a path's extension stands for.
    public init?(path: String) {
      guard let dot = path.lastIndex(of: "."),
        let format = Format(rawValue: path[path.index(after: dot)...].lowercased())
      else { return nil }
      self = format
    }
  }

  /// A tensor to write, its elements made when their turn comes.
  public struct Tensor {
    /// The name in the file.
    public var name: String
    /// The sizes from the outermost dimension.
    public var shape: [Int]
    /// Makes the elements, in row-major order.
    public var values: () throws(WeightError) -> [Float]

    /// A tensor to write.
    public init(name: String, shape: [Int], values: @escaping () throws(WeightError) -> [Float]) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// Writes tensors in the order given, as float32 or, with `half`, as float16 rounded to nearest.
  ///
  /// - Throws: `WeightError` if a name stands there twice, .npy is to hold other than one tensor, a tensor's
  ///   elements do not fit its shape, cannot be made or are finite but not in float16, or the file cannot be written.
  public static func write(
    _ tensors: [Tensor], to path: String, format: Format, half: Bool = false, metadata: [String: String] = [:]
  ) throws(WeightError) {
    var names: Set<ByteName> = []
    for tensor in tensors {
      guard names.insert(ByteName(tensor.name)).inserted, tensor.name != "__metadata__" else {
        throw WeightError(.mismatch, file: path, "would be written twice", tensor: tensor.name)
      }
      guard let count = elementCount(tensor.shape), count < 1 << 48 else {
        throw WeightError(.limit, file: path, "is too large to write", tensor: tensor.name)
      }
    }
    guard format != .npy || tensors.count == 1 else {
      throw WeightError(
        .refused, file: path, "holds one tensor as .npy, not \(tensors.count); .npz and .safetensors hold any number")
    }
    var file = try WeightOutput(path)
    switch format {
    case .npy:
      for tensor in tensors {
        try file.write(NpzWriter.arrayHeader(tensor.shape, type: half ? "<f2" : "<f4"))
        try file.write(elements(of: tensor, path, half: half))
      }
    case .safetensors:
      try file.write(SafetensorsWriter.header(tensors, type: half ? .float16 : .float32, metadata: metadata))
      for tensor in tensors { try file.write(elements(of: tensor, path, half: half)) }
    case .npz:
      var archive = NpzWriter()
      for tensor in tensors {
        let header = NpzWriter.arrayHeader(tensor.shape, type: half ? "<f2" : "<f4")
        try archive.add(tensor.name + ".npy", header, elements(of: tensor, path, half: half), to: &file)
      }
      try archive.finish(&file)
    }
    try file.finish()
  }

  private static func elements(of tensor: Tensor, _ path: String, half: Bool) throws(WeightError) -> EncodedElements {
    try requireMemory(for: elementCount(tensor.shape) ?? .max, bytesEach: 4, file: path, tensor: tensor.name)
    let values = try tensor.values()
    guard values.count == elementCount(tensor.shape) else {
      throw WeightError(
        .mismatch, file: path, "has \(values.count) elements, which are not \(shapeText(tensor.shape))",
        tensor: tensor.name)
    }
    if half {
      let beyond = values.count { $0.isFinite && !FloatConversion.float(half: FloatConversion.half($0)).isFinite }
      guard beyond == 0 else {
        throw WeightError(
          .refused, file: path, "has \(beyond) of \(values.count) numbers beyond float16's range, ±65504",
          tensor: tensor.name)
      }
    }
    return EncodedElements(values, half: half)
  }
}

/// A tensor's elements as the bytes of a file, made piece by piece, so that the whole is held once.
struct EncodedElements {
  /// The elements of a piece, which become at most 1 MiB.
  private static let pieceLength = 1 << 18

  private let values: [Float]
  private let half: Bool

  /// Elements that become float32 or, with `half`, float16, the lowest byte first.
  init(_ values: [Float], half: Bool) { (self.values, self.half) = (values, half) }

  /// How many bytes there are.
  var byteCount: Int { values.count * (half ? 2 : 4) }

  /// The bytes in their order, each piece made when it is asked for.
  var pieces: some Sequence<[UInt8]> {
    stride(from: 0, to: values.count, by: Self.pieceLength).lazy.map { start in
      bytes(of: start..<min(start + Self.pieceLength, values.count))
    }
  }

  private func bytes(of range: Range<Int>) -> [UInt8] {
    let size = half ? 2 : 4
    return [UInt8](unsafeUninitializedCapacity: range.count * size) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      for (index, value) in values[range].enumerated() {
        if half {
          bytes.storeBytes(of: FloatConversion.half(value).littleEndian, toByteOffset: index * 2, as: UInt16.self)
        } else {
          bytes.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: index * 4, as: UInt32.self)
        }
      }
      count = range.count * size
    }
  }
}

/// A file of weights being written, whole or not at all.
struct WeightOutput: ~Copyable {
  private var file: AtomicFileWriter

  /// - Throws: `WeightError` if the file cannot be made.
  init(_ path: String) throws(WeightError) {
    do {
      file = try AtomicFileWriter(path)
    } catch {
      throw Self.weightError(error)
    }
  }

  /// The path as it was given.
  var path: String { file.path }

  /// The bytes written so far.
  var offset: Int { file.offset }

  /// - Throws: `WeightError` if the system refuses the bytes.
  mutating func write(_ bytes: [UInt8]) throws(WeightError) {
    do {
      try file.write(bytes)
    } catch {
      throw Self.weightError(error)
    }
  }

  /// - Throws: `WeightError` if the system refuses the bytes.
  mutating func write(_ elements: EncodedElements) throws(WeightError) {
    for piece in elements.pieces { try write(piece) }
  }

  /// - Throws: `WeightError` if the file cannot be put in its place.
  consuming func finish() throws(WeightError) {
    do {
      try file.finish()
    } catch {
      throw Self.weightError(error)
    }
  }

  private static func weightError(_ error: FileWriteError) -> WeightError {
    WeightError(.unwritable, file: error.path, "cannot be written: \(error.reason)")
  }
}

extension FixedWidthInteger {
  /// The bytes, the lowest first.
  var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

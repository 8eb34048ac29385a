import Compression
import Images
import Weights

/// Inputs of a network that lie behind each other in memory, as numpy's arrays have them.
private struct PackedValues: SampleSource {
  let file: String
  let values: [Float]
  /// Of one of them.
  let shape: [Int]
  /// Elements of one of them.
  let count: Int

  func sample(at index: Int) throws(DatasetError) -> Sample {
    .values(values[index * count..<(index + 1) * count], shape: shape)
  }

  func name(of index: Int) -> String { "\(file), x[\(index)]" }

  var heldBytes: Int { values.count * MemoryLayout<Float>.stride }

  var traces: SampleTraces {
    SampleTraces(content: UInt64(values.withUnsafeBytes { CRC32.of($0) }), times: nil)
  }
}

extension Dataset {
  /// An archive of numpy with two arrays: `x`, and the classes `y` of N integers from 0. Real numbers in `x`, N×C×H×W or
  /// N×features, are a network's input as it is; bytes, N×H×W or N×C×H×W with 1 or 3 channels, are images. The archive of
  /// a test part has `x_test` and `y_test` too, and its training part may be called `x_train` and `y_train`.
  ///
  /// - Throws: `DatasetError` if an array is missing or of another form, a class is out of range, or a number is none.
  package static func npz(
    _ path: String, part: DatasetPart, limits: DatasetLimits = DatasetLimits()
  ) throws(DatasetError) -> Dataset {
    let result: Result<Dataset, DatasetError>
    do throws(WeightError) {
      result = try npz(WeightFile.open(path), part: part, limits: limits)
    } catch {
      throw DatasetError(error, path)
    }
    return try result.get()
  }

  private static func npz(
    _ file: WeightFile, part: DatasetPart, limits: DatasetLimits
  ) throws(WeightError) -> Result<Dataset, DatasetError> {
    let path = file.path
    func refused(_ reason: DatasetError.Reason, _ message: String) -> Result<Dataset, DatasetError> {
      .failure(DatasetError(reason, file: path, message))
    }
    guard file.format == .npz else {
      return refused(.malformed, "is no archive of numpy's arrays, but a file of \(file.format.rawValue)")
    }
    let endings = part == .training ? ["_train", ""] : ["_test"]
    guard let ending = endings.first(where: { file.info(named: "x\($0)") != nil }),
      let inputs = file.info(named: "x\(ending)")
    else {
      let names = file.tensors.prefix(8).map(\.name).joined(separator: ", ")
      return refused(.missing, "has no array \(endings.map { "x\($0)" }.joined(separator: " or ")); it has \(names)")
    }
    guard let classes = file.info(named: "y\(ending)") else {
      return refused(.missing, "has an array x\(ending) and no y\(ending) with the classes")
    }
    guard !classes.type.isFloatingPoint, classes.shape.count == 1 else {
      return refused(.malformed, "y\(ending) is \(classes.shape) of \(classes.type.rawValue), not N integers")
    }
    guard inputs.shape.count >= 2, inputs.shape[0] == classes.shape[0], !inputs.shape.contains(0) else {
      return refused(
        .malformed, "x\(ending) is \(inputs.shape) and y\(ending) \(classes.shape); both have N first, and x its inputs"
      )
    }
    guard inputs.shape[0] <= limits.images, inputs.shape.reduce(1, *) <= limits.bytes / 4 else {
      return refused(
        .limit, "x\(ending) is \(inputs.shape), more than \(limits.images) images or \(limits.bytes) bytes")
    }
    let labels = try file.integers(named: "y\(ending)", as: Int.self)
    if let wrong = labels.firstIndex(where: { !(0..<limits.classes ~= $0) }) {
      return refused(
        .malformed, "y\(ending)[\(wrong)] is \(labels[wrong]); classes are 0 to \(limits.classes - 1)")
    }
    let names = (0...(labels.max() ?? 0)).map(String.init)
    let count = inputs.shape.dropFirst().reduce(1, *)
    guard inputs.type.isFloatingPoint else {
      let shape = inputs.shape.count == 3 ? [1] + inputs.shape.dropFirst() : Array(inputs.shape.dropFirst())
      guard inputs.type == .uint8, shape.count == 3, shape[0] == 1 || shape[0] == 3 else {
        return refused(
          .malformed,
          "x\(ending) is \(inputs.shape) of \(inputs.type.rawValue); images are bytes, N×H×W or N×C×H×W with 1 or 3 "
            + "channels, and other inputs are real numbers")
      }
      let source = PackedImages(
        file: path, bytes: try file.integers(named: "x\(ending)"), start: 0,
        step: count, width: shape[2], height: shape[1], channels: shape[0])
      return .success(Dataset(classes: names, labels: labels, source: source, isNumbered: true))
    }
    let values = try file.float32(named: "x\(ending)")
    if let wrong = values.firstIndex(where: { !$0.isFinite }) {
      return refused(.malformed, "x\(ending)[\(wrong / count)] has \(values[wrong]) in it, which is no finite number")
    }
    let source = PackedValues(file: path, values: values, shape: Array(inputs.shape.dropFirst()), count: count)
    return .success(Dataset(classes: names, labels: labels, source: source, isNumbered: true))
  }
}

extension DatasetError {
  /// What an error of reading arrays means for a data set.
  fileprivate init(_ error: WeightError, _ path: String) {
    let reason: Reason =
      switch error.reason {
      case .unreadable: .unreadable
      case .limit: .limit
      default: .malformed
      }
    self.init(reason, file: path, error.message)
  }
}

import Compression
import Images
import Weights

/// Inputs of a network that lie behind each other in memory, as numpy's arrays have them.
struct PackedValues: SampleSource {
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
  /// An archive of numpy with two arrays: `x`, and the classes `y` of N integers from 0, or N×K of 0 and 1 where an image
  /// may have several of K labels. Real numbers in `x`, N×C×H×W or N×features, are a network's input as it is; bytes,
  /// N×H×W or N×C×H×W with 1 or 3 channels, are images. The archive of a test part has `x_test` and `y_test` too, and its
  /// training part may be called `x_train` and `y_train`.
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
    guard classes.shape.count == 2 || classes.shape.count == 1 && !classes.type.isFloatingPoint else {
      return refused(
        .malformed,
        "y\(ending) is \(classes.shape) of \(classes.type.rawValue), not N integers, or N×K of 0 and 1 for several labels "
          + "an image")
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
    let made: (names: [String], labels: ImageLabels)
    switch try annotations(file, classes, limits) {
    case .success(let found): made = found
    case .failure(let error): return .failure(error)
    }
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
      return .success(Dataset(classes: made.names, annotations: made.labels, source: source, isNumbered: true))
    }
    let values = try file.float32(named: "x\(ending)")
    if let wrong = values.firstIndex(where: { !$0.isFinite }) {
      return refused(.malformed, "x\(ending)[\(wrong / count)] has \(values[wrong]) in it, which is no finite number")
    }
    let source = PackedValues(file: path, values: values, shape: Array(inputs.shape.dropFirst()), count: count)
    return .success(Dataset(classes: made.names, annotations: made.labels, source: source, isNumbered: true))
  }

  /// The names of the classes and what an array says of each image: N numbers of classes, or N×K of 0 and 1.
  private static func annotations(
    _ file: WeightFile, _ array: TensorInfo, _ limits: DatasetLimits
  ) throws(WeightError) -> Result<(names: [String], labels: ImageLabels), DatasetError> {
    func refused(_ message: String) -> Result<(names: [String], labels: ImageLabels), DatasetError> {
      .failure(DatasetError(.malformed, file: file.path, message))
    }
    let name = array.name
    guard array.shape.count == 2 else {
      let labels = try file.integers(named: name, as: Int.self)
      if let wrong = labels.firstIndex(where: { !(0..<limits.classes ~= $0) }) {
        return refused("\(name)[\(wrong)] is \(labels[wrong]); classes are 0 to \(limits.classes - 1)")
      }
      return .success(((0...(labels.max() ?? 0)).map(String.init), .one(labels)))
    }
    let classes = array.shape[1]
    guard 1...limits.classes ~= classes else {
      return refused("\(name) is \(array.shape); an image may have 1 to \(limits.classes) labels")
    }
    // What is neither 0 nor 1, of whatever type, is 2.
    let marks: [UInt8]
    if array.type.isFloatingPoint {
      marks = try file.float32(named: name).map { $0 == 0 ? 0 : $0 == 1 ? 1 : 2 }
    } else {
      marks = try file.integers(named: name, as: Int.self).map { $0 == 0 ? 0 : $0 == 1 ? 1 : 2 }
    }
    if let wrong = marks.firstIndex(of: 2) {
      return refused(
        "\(name)[\(wrong / classes), \(wrong % classes)] is neither 0 nor 1; N×K says which of K labels an image has, and "
          + "N integers which one")
    }
    let sets = (0..<array.shape[0]).map { image in (0..<classes).filter { marks[image * classes + $0] == 1 } }
    return .success(((0..<classes).map(String.init), .several(sets)))
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

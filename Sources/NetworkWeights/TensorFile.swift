import GraphIR
import Layers
import Shapes
import SpecLanguage
import SystemPackage
import Weights

/// A file that a spec names for a tensor's values: text, numbers between spaces and a line for each row, or `.npy`. It lies
/// in the folder of the spec that names it, or below.
struct TensorFile {
  /// The most bytes of a file of values.
  private static let limit = 16 << 20

  private let name: String
  /// The path of the layer that has its values from the file.
  private let layer: String
  private let folder: FilePath

  init(_ name: String, of node: Node, in graph: Graph) {
    self.name = name
    layer = node.path
    let source = node.span.source.index
    folder = FilePath(graph.files.indices.contains(source) ? graph.files[source] : "").removingLastComponent()
  }

  /// The file's numbers, which fill a tensor of a shape or its last dimensions.
  ///
  /// - Throws: `FixedTensorError` if the file cannot be read, lies elsewhere, or has other numbers than the tensor needs.
  func numbers(for shape: [Int], from files: some FileAccess) throws(FixedTensorError) -> [Float] {
    let path: String
    do throws(FileError) {
      path = try NamedFile.path(name, in: folder, root: folder, of: files)
    } catch {
      throw FixedTensorError(place: name, message: "'\(layer)' reads a file in the spec's folder or below it only")
    }
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try files.read(path, limit: Self.limit)
    } catch {
      throw FixedTensorError(
        place: path, message: "\(error.reason); '\(layer)' has its values from it", isUnreadable: true)
    }
    let isArray = bytes.starts(with: [0x93] + Array("NUMPY".utf8))
    return isArray ? try array(bytes, shape: shape, path: path) : try text(bytes, shape: shape, path: path)
  }

  private func array(_ bytes: [UInt8], shape: [Int], path: String) throws(FixedTensorError) -> [Float] {
    do {
      let file = try WeightFile(bytes: bytes, name: path)
      let tensor = file.tensors[0]
      guard NumberPattern([], shape: tensor.shape).hasSizes(of: shape) else {
        throw FixedTensorError(
          place: path,
          message: "the array is \(Self.text(tensor.shape)), but the tensor of '\(layer)' \(Self.text(shape))")
      }
      let numbers = try file.float32(named: tensor.name)
      guard numbers.allSatisfy(\.isFinite) else {
        throw FixedTensorError(place: path, message: "the array holds numbers that are not finite as float32")
      }
      return numbers
    } catch let error as WeightError {
      throw FixedTensorError(place: path, message: error.message)
    } catch let error as FixedTensorError {
      throw error
    } catch {
      throw FixedTensorError(place: path, message: "cannot be read")
    }
  }

  private func text(_ bytes: [UInt8], shape: [Int], path: String) throws(FixedTensorError) -> [Float] {
    var (values, rows, width): ([Float], Int, Int?) = ([], 0, nil)
    let lines = String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.isEmpty { continue }
      let place = "\(path):\(index + 1)"
      for word in words {
        guard let value = Float(word), value.isFinite else {
          throw FixedTensorError(place: place, message: "'\(word.prefix(20))' is no number")
        }
        values.append(value)
      }
      let expected = width ?? words.count
      guard words.count == expected else {
        throw FixedTensorError(place: place, message: "a row has \(expected) numbers, not \(words.count)")
      }
      width = expected
      rows += 1
    }
    let sizes = rows == 1 ? [values.count] : [rows, width ?? 0]
    let isWhole = values.count == shape.reduce(1, saturatingProduct)
    if shape.count == 2, rows == 0 || width == shape[1], rows != shape[0] {
      throw FixedTensorError(place: path, message: "there are to be \(shape[0]) rows of numbers, not \(rows)")
    }
    guard isWhole || NumberPattern([], shape: sizes).hasSizes(of: shape) else {
      throw FixedTensorError(
        place: path,
        message:
          "\(rows) rows of \(width ?? 0) numbers do not fill the tensor of '\(layer)', which is \(Self.text(shape))")
    }
    return values
  }

  private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }
}

import GraphIR
import Layers
import SpecLanguage
import SystemPackage

/// Why the values of a fixed tensor cannot be read from the text file that a spec names.
package struct FixedTensorError: Error, Hashable, Sendable {
  /// The file; with a line, `codes.txt:3`.
  package var place: String
  package var message: String
}

extension FixedTensorError: CustomStringConvertible {
  package var description: String { "\(place): \(message)" }
}

extension Graph {
  /// A tensor that training leaves as it is, with the values that the spec gives it.
  package struct FixedTensor: Hashable, Sendable {
    package var name: String
    package var shape: [Int]
    /// In row-major order.
    package var values: [Float]
  }

  /// The most bytes of a file of values.
  private static let fixedFileLimit = 16 << 20

  /// The fixed tensors but those called `given`. A layer's field of the tensor's name is a text file in the folder of the
  /// spec it stands in, or below: a line for each row, numbers between spaces.
  ///
  /// - Throws: `FixedTensorError` if a file cannot be read, lies elsewhere, or has other numbers than the tensor needs.
  package func fixedTensors(
    besides given: Set<String> = [], from files: some FileAccess
  ) throws(FixedTensorError) -> [FixedTensor] {
    var result: [FixedTensor] = []
    for node in mainNodes {
      for parameter in node.ownParameters where parameter.role == .fixed {
        let name = tensorName(parameter, of: node)
        guard !given.contains(name),
          case .text(let file)? = node.attributes.first(where: { $0.name == parameter.name })?.value
        else { continue }
        let values = try fixedValues(file, of: node, shape: parameter.shape, from: files)
        result.append(FixedTensor(name: name, shape: parameter.shape, values: values))
      }
    }
    return result
  }

  private func fixedValues(
    _ name: String, of node: Node, shape: [Int], from files: some FileAccess
  ) throws(FixedTensorError) -> [Float] {
    let source = node.span.source.index
    let folder = FilePath(self.files.indices.contains(source) ? self.files[source] : "").removingLastComponent()
    let path: String
    do throws(FileError) {
      path = try NamedFile.path(name, in: folder, root: folder, of: files)
    } catch {
      throw FixedTensorError(place: name, message: "'\(node.path)' reads a file in the spec's folder or below it only")
    }
    do {
      let bytes = try files.read(path, limit: Self.fixedFileLimit)
      return try numbers(in: bytes, shape: shape, path: path)
    } catch let error as FileError {
      throw FixedTensorError(place: path, message: "\(error.reason); '\(node.path)' has its values from it")
    } catch let error as FixedTensorError {
      throw error
    } catch {
      throw FixedTensorError(place: path, message: "cannot be read")
    }
  }

  private func numbers(in bytes: [UInt8], shape: [Int], path: String) throws(FixedTensorError) -> [Float] {
    let width = shape.dropFirst().reduce(1, *)
    var (values, rows): ([Float], Int) = ([], 0)
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
      guard words.count == width else {
        throw FixedTensorError(place: place, message: "a row has \(width) numbers, not \(words.count)")
      }
      rows += 1
    }
    guard rows == shape[0] else {
      throw FixedTensorError(place: path, message: "there are to be \(shape[0]) rows of numbers, not \(rows)")
    }
    return values
  }
}

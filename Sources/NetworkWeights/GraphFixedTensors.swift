import GraphIR
import Layers
import Shapes
import SpecLanguage
import SystemPackage
import Tensors

/// Why the values that a spec gives a tensor cannot be had from the file that it names.
package struct FixedTensorError: Error, Hashable, Sendable {
  /// The file; with a line, `codes.txt:3`.
  package var place: String
  package var message: String
  /// Whether the file cannot be read at all, rather than holding other numbers than the tensor needs.
  package var isUnreadable = false
}

extension FixedTensorError: CustomStringConvertible {
  package var description: String { "\(place): \(message)" }
}

extension Graph {
  /// A tensor that training leaves as it is, with the values that the spec gives it.
  package struct FixedTensor: Hashable, Sendable {
    package var name: String
    package var shape: [Int]
    /// The values in row-major order, or those that are repeated until the tensor is full.
    package var pattern: [Float]

    package init(name: String, shape: [Int], pattern: [Float]) {
      (self.name, self.shape, self.pattern) = (name, shape, pattern)
    }

    /// All values, in row-major order.
    package var values: [Float] {
      NumberPattern(pattern.map(Double.init), shape: [pattern.count]).filling(shape.reduce(1, saturatingProduct))
    }
  }

  /// The fixed tensors that the spec gives values, but those called `given`.
  ///
  /// - Throws: `FixedTensorError` if a file cannot be read, lies elsewhere, or has other numbers than the tensor needs.
  package func fixedTensors(
    besides given: Set<String> = [], from files: some FileAccess
  ) throws(FixedTensorError) -> [FixedTensor] {
    var result: [FixedTensor] = []
    for node in mainNodes {
      for parameter in node.ownParameters where parameter.role == .fixed {
        let name = tensorName(parameter, of: node)
        guard !given.contains(name), let values = node.layer.givenValues(of: parameter.name) else { continue }
        let pattern = try pattern(values, of: node, parameter, from: files)
        result.append(FixedTensor(name: name, shape: parameter.shape, pattern: pattern))
      }
    }
    return result
  }

  /// The tensors that training moves from values that the spec has in a file, those of heads too.
  ///
  /// - Throws: `FixedTensorError` as `fixedTensors` does.
  package func filedTensors(from files: some FileAccess) throws(FixedTensorError) -> [FixedTensor] {
    var result: [FixedTensor] = []
    for node in nodes {
      for parameter in node.ownParameters where parameter.role != .fixed {
        guard let values = node.layer.givenValues(of: parameter.name), case .file = values else { continue }
        let pattern = try pattern(values, of: node, parameter, from: files)
        result.append(
          FixedTensor(name: tensorName(parameter, of: node), shape: parameter.shape, pattern: pattern))
      }
    }
    return result
  }

  /// The numbers of a node's tensor that the spec gives, in the spec or in a file.
  ///
  /// - Throws: `FixedTensorError` if a file cannot be read, lies elsewhere, or has other numbers than the tensor needs.
  func pattern(
    _ values: TensorValues, of node: Node, _ tensor: ParameterSpec, from files: some FileAccess
  ) throws(FixedTensorError) -> [Float] {
    let name = tensorName(tensor, of: node)
    let count = tensor.shape.reduce(1, saturatingProduct)
    do throws(AllocationError) {
      try SystemMemory.require(floats: count, count)
    } catch {
      throw FixedTensorError(place: file, message: "'\(name)': \(error.description)")
    }
    switch values {
    case .file(let file): return try TensorFile(file, of: node, in: self).numbers(for: tensor.shape, from: files)
    case .numbers(let pattern):
      guard pattern.fits(tensor.shape) else {
        throw FixedTensorError(place: file, message: "the numbers of '\(name)' do not fill it")
      }
      return pattern.numbers.map { Float($0) }
    }
  }
}

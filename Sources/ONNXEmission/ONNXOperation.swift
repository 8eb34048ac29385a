import ONNX
import Tensors

/// An operation that says what it is in ONNX's operators. Each says so in a file of its own in `Operations/`.
///
/// Operations that only compute weights from other tensors of the network say nothing: what they make is there before the
/// network runs, and is written as a tensor. So do those that are nothing at inference.
package protocol ONNXOperation: Operation {
  /// Writes the operation's nodes.
  ///
  /// - Returns: The result, under the shape that the operation says or one of the forms of that.
  /// - Throws: `ExportError` if the version of the operators that was asked for lacks one.
  func write(_ operands: Operands<Computation.Value>, to graph: inout GraphWriter) throws(ExportError) -> WrittenValue
}

/// A value of the file with its shape, with the batch.
///
/// Signals `[N, C, L]` and volumes `[N, C, D, H, W]` are maps to operations; in the file they keep their own shape wherever an
/// operator takes it.
package struct WrittenValue: Hashable, Sendable {
  package var name: String
  package var shape: [Int]
}

/// Why a network cannot be written as it was asked for.
package struct ExportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where the layer that is in the way is written: `net.yaml:12`.
  package var location: String?
  package var message: String

  package init(_ message: String, at location: String? = nil) {
    self.message = message
    self.location = location
  }

  package var description: String { (location.map { "\($0): " } ?? "") + message }
}

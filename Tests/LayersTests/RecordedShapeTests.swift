import Foundation
import Shapes
import Testing

@testable import Layers

/// Layers against what PyTorch made of the same configurations, and `padding: same` against TensorFlow's rule.
///
/// `Tests/Fixtures/record_pytorch_shapes.py` writes the file and says what its columns are.
@Suite("Recorded configurations")
struct RecordedShapeTests {
  private static func lines() throws -> [String] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("Fixtures/pytorch_shapes.txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init).filter {
      !$0.hasPrefix("#")
    }
  }

  @Test func everyConfigurationAgrees() throws {
    let lines = try Self.lines()
    #expect(lines.count > 5000)
    for line in lines {
      let columns = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let found = result(of: columns[0], parseShapes(columns[1]), withPaddings: columns.count == 5)
      #expect(found.columns == Array(columns[2...]), "\(line): \(found.detail)")
    }
  }

  /// The line's columns from the output on, and the error if there is one.
  private func result(
    of text: String, _ inputs: [Shape], withPaddings: Bool
  ) -> (columns: [String], detail: String) {
    do {
      let layer = try parseLayer(text)
      let output = try layer.outputShape(of: inputs)
      let parameters = layer.tensors(for: inputs).filter { $0.role == .trainable }.map(\.elements).reduce(0, +)
      let shape = output.dimensions.map(\.description).joined(separator: "x")
      return ([shape, "\(parameters)"] + (withPaddings ? [paddings(of: layer, inputs[0])] : []), "")
    } catch let error as ShapeError {
      return (["error"], error.message)
    } catch let error as FieldError {
      return (["error"], error.message)
    } catch {
      return ([], "\(error)")
    }
  }

  private func paddings(of layer: any LayerKind, _ input: Shape) -> String {
    let window =
      (layer as? Conv)?.window ?? (layer as? DepthwiseConv)?.window ?? (layer as? MaxPool)?.window
      ?? (layer as? AveragePool)?.window
    guard let sides = window?.paddings(of: input) else { return "none" }
    return sides.flatMap { [$0.before, $0.after] }.map(String.init).joined(separator: ",")
  }
}

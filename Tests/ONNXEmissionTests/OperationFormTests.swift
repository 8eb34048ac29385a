import Foundation
import ONNXEmission
import Tensors
import Testing

/// Every operation that a network may have at inference says what it is in ONNX, or is one of those that need not.
@Suite("Operations' forms") struct OperationFormTests {
  /// Those that are nothing at inference, those that compute weights from others, and those of which convolutions over volumes
  /// consist.
  private static let without: Set<String> = [
    "Dropout", "DropPath", "FusionWeight", "TableWeight", "WeightNorm", "StandardizedWeight", "SpectralNorm",
    "DepthUnfold",
    "DepthSum",
  ]

  private static func texts(_ folder: String) throws -> [String] {
    let folder = repository.appendingPathComponent(folder)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }.map {
      try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)
    }
  }

  @Test func areSaidOfAll() throws {
    let declared = try Self.texts("Sources/Tensors/Operations").flatMap { text in
      text.matches(of: /struct (\w+): (?:ChannelScaling)?Operation \{/).map { String($0.output.1) }
    }
    let written = try Self.texts("Sources/ONNXEmission/Operations").flatMap { text in
      text.matches(of: /extension Operations\.(\w+): ONNXOperation/).map { String($0.output.1) }
    }
    #expect(declared.count > 35)
    for name in declared where !Self.without.contains(name) {
      #expect(
        written.contains(name), "\(name) has no form in ONNX: write Sources/ONNXEmission/Operations/\(name).swift")
    }
    for name in Self.without { #expect(declared.contains(name) && !written.contains(name)) }
  }
}

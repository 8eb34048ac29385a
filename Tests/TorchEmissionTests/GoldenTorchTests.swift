import Foundation
import Testing
import TorchEmission

/// Whole files; that they are what `ruff` and PyTorch take, scripts/test_torch.py says.
@Suite("Golden PyTorch sources")
struct GoldenTorchTests {
  @Test(arguments: ["resnet50", "googlenet", "densenet121", "mobilenet_v3", "lenet5"])
  func zoo(_ name: String) throws { try compare(TorchSource.source("specs/\(name).yaml")) }

  @Test func everyKind() throws { try compare(TorchSource.source("Tests/SwiftEmissionTests/Fixtures/kinds.yaml")) }

  @Test func blockInputs() throws {
    try compare(TorchSource.source("Tests/SwiftEmissionTests/Fixtures/block_inputs.yaml"))
  }

  private func compare(_ result: TorchGenerator.Result) throws {
    let file = TorchSource.folder.appendingPathComponent("Golden/\(result.fileName)")
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, recorded != result.source {
      try result.source.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(recorded == result.source, "RECORD_GOLDEN=1 make test writes Golden/\(result.fileName) anew")
  }
}

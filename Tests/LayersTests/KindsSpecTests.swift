import Foundation
import Testing

@testable import Layers

@Suite("The spec with every kind")
struct KindsSpecTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../SwiftEmissionTests/Fixtures").standardized

  @Test func hasWhatTheTableOfCasesHas() throws {
    let spec = try KindsSpec()
    try compare(spec.text, "kinds.yaml")
    for (name, text) in spec.files { try compare(text, name) }
  }

  private func compare(_ text: String, _ name: String) throws {
    let file = Self.folder.appendingPathComponent(name)
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, recorded != text {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(recorded == text, "\(name) is stale; RECORD_GOLDEN=1 writes it anew")
  }

  @Test(arguments: RegistryTests.keywords)
  func hasEveryKind(_ keyword: String) {
    #expect(
      LayerCase.all.contains { $0.keyword == keyword && KindsSpec.isSmall($0) },
      "no row of \(keyword) is small enough to be generated and run in the tests")
  }
}

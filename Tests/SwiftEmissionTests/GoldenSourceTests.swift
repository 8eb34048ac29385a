import Foundation
import SwiftEmission
import Testing

@Suite("Golden sources")
struct GoldenSourceTests {
  @Test(arguments: ["resnet50", "googlenet", "densenet121", "mobilenet_v1", "efficientnet"])
  func zoo(_ name: String) throws {
    let result = try Generated.source("specs/\(name).yaml", options: SwiftOptions(access: .public))
    let file = Generated.folder.appendingPathComponent("Golden/\(result.typeName).swift")
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, recorded != result.source {
      try result.source.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(recorded == result.source, "RECORD_GOLDEN=1 make test writes Golden/\(result.typeName).swift anew")
  }
}

import Foundation
import GraphIR
import Testing

@testable import Pictures

@Suite("Golden pictures")
struct GoldenPictureTests {
  private func expectGolden(_ text: String, _ name: String) throws {
    let file = Networks.golden.appendingPathComponent(name)
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, recorded != text {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(recorded == text, "RECORD_GOLDEN=1 make test writes Golden/\(name) anew")
  }

  @Test func lenet5() throws {
    try expectGolden(Picture(of: Networks.published("lenet5.yaml"), depth: 1).svg(), "lenet5.svg")
  }

  @Test func skips() throws {
    let picture = Picture(of: try Networks.unet(), depth: 2)
    try expectGolden(picture.svg(), "unet.svg")
    try expectGolden(picture.dot(), "unet.dot")
    try expectGolden(picture.mermaid(), "unet.mmd")
  }

  @Test func blocks() throws {
    var options = PictureOptions()
    options.style = .blocks
    try expectGolden(Picture(of: Networks.published("lenet5.yaml"), depth: 1).svg(options), "lenet5-blocks.svg")
    try expectGolden(Picture(of: Networks.published("lenet5.yaml"), depth: 1).tikz(options), "lenet5-blocks.tex")
    try expectGolden(Picture(of: Networks.unet(), depth: 1).svg(options), "unet-blocks.svg")
  }

  @Test func columns() throws {
    var options = PictureOptions()
    options.page = PageSize(width: 100, height: 80)
    try expectGolden(Picture(of: Networks.unet(), depth: 2).svg(options), "unet-columns.svg")
  }
}

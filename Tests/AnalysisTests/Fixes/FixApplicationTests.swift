import Analysis
import Diagnostics
import Foundation
import Frontend
import SpecLanguage
import Testing

/// What `--fix` makes of texts in memory.
@Suite("Fixes that are made unasked") struct FixApplicationTests {
  private static func applied(to texts: [String: String], path: String = "m.yaml") -> FixApplication {
    func compile(_ files: any FileAccess) -> Compilation {
      var compilation = Compilation(path, files: files)
      compilation.addFixes(within: .seconds(60))
      return compilation
    }
    let files = MemoryFiles(texts: texts)
    return FixApplication(compile(files), over: files, compile: compile)
  }

  private static let head = "cnnc: 1\nmodel: M\ninput: {channels: 3, size: 16}\n"

  @Test(
    "faults of one kind are mended one after the other, in one mapping too",
    arguments: [
      (
        "blocks: {B: {params: {k: size = [1, 5], p: padding = [0, 2]}, layers: [conv: {out: 4, kernel: k, padding: p}]}}\n",
        "blocks: {B: {params: {k: \"size = [1, 5]\", p: \"padding = [0, 2]\"}, layers: [conv: {out: 4, kernel: k, padding: p}]}}\n"
      ),
      (
        "blocks: {B: {params: {k: size = [3, 5], l: size = [3, 5]}, layers: [max_pool: {kernel: k}]}}\n",
        "blocks: {B: {params: {k: \"size = [3, 5]\", l: \"size = [3, 5]\"}, layers: [max_pool: {kernel: k}]}}\n"
      ),
      (
        "blocks: {B: {params: {k: int = max(1, 2), l: int = max(1, 2)}, layers: [max_pool: {kernel: k}]}}\n",
        "blocks: {B: {params: {k: \"int = max(1, 2)\", l: \"int = max(1, 2)\"}, layers: [max_pool: {kernel: k}]}}\n"
      ),
      (
        "blocks:\n  B:\n    layers:\n      - conv: {out: max(8, 2), kernel: 1}\n      - conv: {out: max(8, 2), kernel: 1}\n",
        "blocks:\n  B:\n    layers:\n      - conv: {out: \"max(8, 2)\", kernel: 1}\n      - conv: {out: \"max(8, 2)\", kernel: 1}\n"
      ),
    ])
  func oneAfterTheOther(written: String, fixed: String) {
    let application = Self.applied(to: ["m.yaml": Self.head + written + "layers: [B]\n"])
    #expect(application.texts == ["m.yaml": Self.head + fixed + "layers: [B]\n"])
    #expect(application.changes.count == 2 && application.compilation.graph != nil)
  }

  @Test("a change that would leave another finding one of its several fixes is not made")
  func choicesStayOpen() {
    // The first residual's projection would leave the sum one way to fit, after which the projection does nothing.
    let layers = """
      layers:
        - {name: a, conv: {out: 8, kernel: 3}}
        - {name: b, residual: [conv: {out: 16, kernel: 3, padding: half}]}
        - {from: [a, b], add}

      """
    let application = Self.applied(to: ["m.yaml": Self.head + layers])
    #expect(application.changes.isEmpty && application.texts.isEmpty)
    #expect(application.compilation.diagnostics.contains { $0.id == .joinMismatch && $0.fixes.count > 1 })
  }

  @Test(
    "of outputs that may be the same node none is taken for it",
    arguments: [
      "{y1: less_c, y2: less_d, z: more}", "{y1: less_c, y2: less_c, z: more}",
      "{y1: less_c, y2: less_a if true else more}",
    ])
  func outputsOfOneNode(outputs: String) {
    let layers = "layers: [{name: less_a, conv: {out: 3, kernel: 1}}, {name: more, conv: {out: 3, kernel: 1}}]\n"
    let application = Self.applied(to: ["m.yaml": Self.head + layers + "outputs: \(outputs)\n"])
    #expect(application.changes.isEmpty && application.texts.isEmpty)
    #expect(application.compilation.diagnostics.contains { !$0.fixes.isEmpty })
  }

  @Test("two outputs that are called alike may become one node")
  func outputsCalledAlike() {
    let text = Self.head + "layers: [{name: a, conv: {uot: 3, kernel: 1}}]\noutputs: {y1: a, y2: a}\n"
    let application = Self.applied(to: ["m.yaml": text])
    #expect(application.texts == ["m.yaml": text.replacing("uot", with: "out")])
  }

  @Test("a sound spec stays as it is")
  func nothingToFix() {
    let application = Self.applied(to: ["m.yaml": Self.head + "layers: [conv: {out: 8, kernel: 3}, relu]\n"])
    #expect(application.changes.isEmpty && application.texts.isEmpty)
  }

  /// The broken specs, those of realistic mistakes among them, with the files beside them.
  private static let broken: [String] = {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let folders = [tests.appendingPathComponent("Mistakes"), tests.appendingPathComponent("../../../specs/errors")]
    return folders.flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: folder.standardized.path)) ?? [])
        .filter { $0.hasSuffix(".yaml") }.sorted().map { folder.standardized.appendingPathComponent($0).path }
    }
  }()

  @Test(
    "are made once: there is nothing left to change, and what has several fixes is not made later", arguments: broken)
  func areMadeOnce(_ path: String) throws {
    let url = URL(fileURLWithPath: path)
    guard let text = try? String(contentsOf: url, encoding: .utf8) else { return }
    var texts = ["m.yaml": text]
    let blocks = url.deletingLastPathComponent().appendingPathComponent("blocks")
    for name in (try? FileManager.default.contentsOfDirectory(atPath: blocks.path)) ?? [] {
      texts["blocks/\(name)"] = try? String(contentsOf: blocks.appendingPathComponent(name), encoding: .utf8)
    }
    let once = Self.applied(to: texts)
    texts.merge(once.texts) { $1 }
    let twice = Self.applied(to: texts)
    #expect(twice.changes.isEmpty && twice.texts.isEmpty)
    #expect(twice.compilation.diagnostics == once.compilation.diagnostics)
  }
}

import Foundation
import Testing

@testable import cnnc

/// Expanded specs that are written to other folders than their specs'.
@Suite("cnnc expand") struct ExpandCommandTests {
  /// A spec in the folder `p` whose values lie beside it, and in a folder with a block.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["p", "p/blocks", "p/out", "other"] {
      try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
    }
    let spec = """
      cnnc: 1
      import: [blocks/b.yaml]
      input: {channels: 3, size: 6}
      layers:
        - Blur
        - {name: c, conv: {out: 2, kernel: 1, init: {weight: {file: w.txt}}}}
        - global_avg_pool
      labels: names.txt

      """
    _ = try folder.write(spec, to: "p/net.yaml")
    _ = try folder.write(
      spec.split(separator: "\n").filter { !$0.contains("file: w.txt") }.joined(separator: "\n"), to: "p/deep.yaml")
    _ = try folder.write(
      "cnnc: 1\nblocks:\n  Blur: {layers: [depthwise_conv: {kernel: [1, 3], init: {weight: {file: k.txt}}}]}\n",
      to: "p/blocks/b.yaml")
    _ = try folder.write("0.5 1 0.5", to: "p/blocks/k.txt")
    _ = try folder.write("1 2 3\n4 5 6", to: "p/w.txt")
    _ = try folder.write("one\ntwo", to: "p/names.txt")
    return folder
  }

  @Test(
    "files are named from where it is written, so that it builds there",
    arguments: [
      ("p/net.yaml", "p/e.yaml", ["\"blocks/k.txt\"", "\"w.txt\"", "labels: \"names.txt\""]),
      ("p/net.yaml", "e.yaml", ["\"p/blocks/k.txt\"", "\"p/w.txt\"", "labels: \"p/names.txt\""]),
      ("p/net.yaml", "p/out/../e.yaml", ["\"blocks/k.txt\""]),
      ("p/deep.yaml", "p/blocks/e.yaml", ["\"k.txt\"", "labels: \"names.txt\""]),
    ], [false, true])
  func relocated(_ paths: (spec: String, output: String, names: [String]), flat: Bool) throws {
    let folder = try folder()
    let (spec, output) = (folder.path(paths.spec), folder.path(paths.output))
    #expect(try status(of: ["expand", spec, "-o", output] + (flat ? ["--flat"] : [])) == .success)
    let text = try folder.read(paths.output)
    for name in paths.names { #expect(text.contains(name), "\(text)") }
    #expect(try status(of: ["check", output, "-o", "/dev/null"]) == .success)
    if !flat { #expect(try status(of: ["diff", spec, output, "-o", folder.path("d.txt")]) == .success) }
  }

  @Test("nothing is written where the files could not be named", arguments: ["other/e.yaml", "p/out/e.yaml"])
  func elsewhere(output: String) throws {
    let folder = try folder()
    for name in ["p/net.yaml", "p/deep.yaml"] {
      #expect(try status(of: ["expand", folder.path(name), "-o", folder.path(output)]) == .unusable)
      #expect(!FileManager.default.fileExists(atPath: folder.path(output)))
    }
    #expect(try status(of: ["expand", folder.path("p/net.yaml"), "-o", folder.path("other/g.json")]) == .success)
  }
}

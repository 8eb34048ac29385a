import ArgumentParser
import Foundation
import Testing

@testable import cnnc

/// Files that a spec names: they lie in its folder or below it, or they are not read.
@Suite("files that a spec names") struct NamedFileTests {
  private func spec(_ more: String) -> String {
    """
    cnnc: 1
    model: M
    input: {channels: 3, size: 8}
    \(more)
    layers:
      - global_avg_pool
      - flatten
      - {name: fc, linear: {out: 2}}

    """
  }

  @Test("a pipe in the spec's folder is refused, and not waited for")
  func pipes() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.path("pipe.yaml"), 0o600) == 0)
    try FileManager.default.createSymbolicLink(atPath: folder.path("link.yaml"), withDestinationPath: "pipe.yaml")
    for name in ["pipe.yaml", "link.yaml"] {
      let importing = try folder.write(spec("import: [\(name)]"), to: "m.yaml")
      #expect(try status(of: ["check", importing, "-o", "/dev/null"]) == .findings)
      let labelled = try folder.write(spec("labels: \(name)"), to: "m.yaml")
      #expect(try status(of: ["generate", labelled, "-o", folder.path("M.swift")]) == .findings)
      let text = spec("").replacing("{out: 2}", with: "{out: 2, init: {weight: {file: \(name)}, bias: zeros}}")
      #expect(try status(of: ["check", folder.write(text, to: "m.yaml"), "-o", "/dev/null"]) == .findings)
    }
  }

  @Test("imports elsewhere, by a link or from the standard input are refused")
  func imports() throws {
    let outside = try TemporaryFolder()
    let folder = try TemporaryFolder()
    let secret = try outside.write("password: 1\n", to: "secret.yaml")
    try FileManager.default.createSymbolicLink(atPath: folder.path("link.yaml"), withDestinationPath: secret)
    _ = try folder.write("cnnc: 1\nblocks: {B: {layers: [relu]}}\n", to: "own.yaml")
    try FileManager.default.createSymbolicLink(atPath: folder.path("inner.yaml"), withDestinationPath: "own.yaml")
    for name in ["-", "link.yaml", "../x.yaml", secret, "./-", "x/../../y.yaml"] {
      let path = try folder.write(spec("import: [\"\(name)\"]"), to: "m.yaml")
      let report = folder.path("r.json")
      #expect(try status(of: ["check", path, "--format", "json", "-o", report]) == .findings, "\(name)")
      let text = try folder.read("r.json")
      #expect(text.contains("an import lies in the spec's folder or below it"), "\(text)")
      #expect(!text.contains("password"))
    }
    let path = try folder.write(spec("import: [inner.yaml]"), to: "m.yaml")
    #expect(try status(of: ["check", path, "-o", "/dev/null"]) == .success)
  }

  @Test("labels elsewhere are neither printed nor written into Swift")
  func labels() throws {
    let outside = try TemporaryFolder()
    let folder = try TemporaryFolder()
    let secret = try outside.write("password\nsecret\n", to: "secret.txt")
    try FileManager.default.createSymbolicLink(atPath: folder.path("link.txt"), withDestinationPath: secret)
    _ = try folder.write("cat\ndog\n", to: "own.txt")
    for name in [secret, "link.txt", "../own.txt", "-"] {
      let path = try folder.write(spec("labels: \"\(name)\""), to: "m.yaml")
      let output = folder.path("M.swift")
      #expect(try status(of: ["generate", path, "-o", output]) != .success, "\(name)")
      #expect(!FileManager.default.fileExists(atPath: output))
    }
    let path = try folder.write(spec("labels: own.txt"), to: "m.yaml")
    #expect(try status(of: ["generate", path, "-o", folder.path("M.swift")]) == .success)
    #expect(try folder.read("M.swift").contains("\"cat\", \"dog\""))
  }
}

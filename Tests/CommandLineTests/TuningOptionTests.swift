import ArgumentParser
import Testing

@testable import cnnc

@Suite("--tune") struct TuningOptionTests {
  private static let spec = """
    cnnc: 1
    model: Small
    input: {channels: 16, size: 6}
    layers:
      - {name: c, conv: {out: 16, kernel: 3, padding: half}}

    """

  private func bench(_ spec: String, _ more: [String]) throws -> ExitCode {
    try status(of: ["bench", spec, "--seconds", "0", "--warmup", "0", "--threads", "1", "-o", "/dev/null"] + more)
  }

  @Test("choices are kept, read again, and made again when the file is damaged")
  func cache() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let cache = folder.path("c.tuning")
    #expect(try bench(spec, ["--tune", "--tune-cache", cache]) == .success)
    let text = try folder.read("c.tuning")
    #expect(text.hasPrefix("cnnc tuning 1\ntable ") && text.contains("\n1 16 6 6 16 1 3 1 1 1 1 6 3 1 1 1 1 6 "))
    // What is read is not written again: a second table, for two images, comes behind the first as it was.
    #expect(try bench(spec, ["--tune", "--tune-cache", cache, "--batch", "2"]) == .success)
    let both = try folder.read("c.tuning")
    #expect(both.hasPrefix(text.split(separator: "\n").dropLast().joined(separator: "\n")))
    #expect(try bench(spec, ["--tune", "--tune-cache", cache]) == .success)
    #expect(try folder.read("c.tuning") == both)
    _ = try folder.write(String(both.dropLast(5)), to: "c.tuning")
    #expect(try bench(spec, ["--tune", "--tune-cache", cache]) == .success)
    let repaired = try folder.read("c.tuning")
    #expect(repaired.split(separator: "\n").count == text.split(separator: "\n").count)
    #expect(try folder.names() == ["c.tuning", "m.yaml"])
  }

  @Test("a file that is something else stays as it is, and weights that are drawn leave none")
  func otherFiles() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let other = try folder.write("notes", to: "notes.txt")
    #expect(try bench(spec, ["--tune", "--tune-cache", other]) == .success)
    #expect(try folder.read("notes.txt") == "notes")
    #expect(try bench(spec, ["--tune", "--tune-cache", folder.path("none/c")]) == .success)
    #expect(try bench(spec, ["--tune"]) == .success)
    #expect(try folder.names() == ["m.yaml", "notes.txt"])
  }

  @Test("choices are kept beside the weights")
  func besideWeights() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let weights = folder.path("w.safetensors")
    #expect(try status(of: ["weights", "init", spec, "-o", weights]) == .success)
    #expect(try bench(spec, ["--tune", "--weights", weights]) == .success)
    #expect(try folder.names() == ["m.yaml", "w.safetensors", "w.safetensors.tuning"])
  }

  @Test("options that contradict each other are refused")
  func refusals() throws {
    for arguments in [["--tune-cache", "c"], ["--tune", "--algorithm", "direct"], ["--tune", "--memory", "low"]] {
      #expect(throws: (any Error).self) { try bench("m.yaml", arguments) }
    }
  }
}

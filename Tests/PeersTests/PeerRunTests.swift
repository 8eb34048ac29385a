import Foundation
import Testing

@testable import Peers

/// Peers that are no Python, or one that does what no engine should.
@Suite("Running peers")
struct PeerRunTests {
  private func run(_ script: String, seconds: Int = 20) throws -> Result<PeerOutcome, PeerError> {
    let run = try PeerProgram.run(script, seconds: seconds)
    return Result { () throws(PeerError) in try run(PeerJob(.onnx, PeerJob.Network())) }
  }

  private func error(_ script: String, seconds: Int = 20) throws -> PeerError? {
    if case .failure(let error) = try run(script, seconds: seconds) { error } else { nil }
  }

  @Test("no program is told apart from one that fails")
  func noProgram() throws {
    let found = Result { () throws(PeerError) in
      let run = try PeerRun(python: "/nowhere/python", seconds: 5)
      return try run(PeerJob(.torch, PeerJob.Network()))
    }
    guard case .failure(.noPython("/nowhere/python")) = found else {
      Issue.record("\(found)")
      return
    }
  }

  @Test("what an engine says last is the reason")
  func failure() throws {
    #expect(
      try error("echo Traceback >&2; echo '  File x' >&2; echo 'RuntimeError: no such kernel' >&2; exit 1")
        == .failed("RuntimeError: no such kernel"))
    #expect(try error("exit 3") == .failed("it ended with status 3"))
    guard case .failed(let reason)? = try error("kill -SEGV $$") else {
      Issue.record("a crash is no failure")
      return
    }
    #expect(reason.hasPrefix("signal 11 ended it"))
  }

  @Test("an engine that does not end is ended")
  func late() throws { #expect(try error("exec sleep 60", seconds: 1) == .late(1)) }

  @Test("a package that is not there is named")
  func missing() throws {
    #expect(
      try error(#"echo '{"deviations": {}, "losses": [], "missing": "onnx"}' > report.json"#)
        == .missingPackage("onnx"))
  }

  @Test("an engine that cannot say anything of a network says why")
  func unable() throws {
    #expect(
      try error(#"echo '{"deviations": {}, "losses": [], "unable": "it lacks LRN"}' > report.json"#)
        == .unable("it lacks LRN"))
  }

  @Test(
    "what is no report is an error",
    arguments: [
      "true", "echo > report.json", "echo '[1]' > report.json", "echo '{\"deviations\": 3}' > report.json",
      #"echo '{"deviations": {"a": "b"}, "losses": []}' > report.json"#,
      #"echo '{"deviations": {}, "losses": []}' > report.json"#,
      #"echo '{"deviations": {}, "losses": []}' > report.json; echo PK > values.npz"#,
    ])
  func noReport(_ script: String) throws { #expect(try error(script) != nil) }

  @Test("the folder of a run is gone behind it")
  func cleansUp() throws {
    var folder = ""
    do {
      let run = try PeerRun(python: "python3", seconds: 5)
      folder = run.folder
      try run.write("x", to: "x.txt")
      #expect(FileManager.default.fileExists(atPath: folder + "/x.txt"))
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test("what is embedded are the runner's files; scripts/embed-files.sh writes them")
  func embedded() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardized
    let folder = root.appendingPathComponent("Sources/Peers/Runner").path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(Set(names.filter { $0.hasSuffix(".py") }) == Set(PeerRun.scripts.keys))
    for (name, text) in PeerRun.scripts {
      #expect(try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) == text)
    }
  }
}

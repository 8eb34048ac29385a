import AtomicFiles
import Processes
import SystemPackage
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs jobs by a Python, in a folder of their own that is gone afterwards.
package final class PeerRun: Sendable {
  /// The folder of the jobs' files, which whoever gives jobs puts there.
  package let folder: String
  private let python: String
  /// The seconds that a job may take.
  private let seconds: Int

  /// What runs in Python, by the names of its files.
  static let scripts = [
    PeerJob.File.runner: RunnerScript.text, "runner_job.py": RunnerJobScript.text,
    "runner_onnx.py": RunnerOnnxScript.text, "runner_torch.py": RunnerTorchScript.text,
    "runner_training.py": RunnerTrainingScript.text,
  ]

  /// Makes the folder.
  ///
  /// - Throws: `PeerError.file` if that cannot be.
  package init(python: String, seconds: Int) throws(PeerError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/cnnc-verify-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .file("cannot make a folder in \(parent)") }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    (self.python, self.seconds) = (python, seconds)
    for (name, text) in Self.scripts { try Self.write(text, to: "\(folder)/\(name)") }
  }

  deinit {
    guard let entries = opendir(folder) else { return }
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      // Python keeps what it compiles in a folder of its own, which the runner is told not to.
      if name != ".", name != ".." { unlink("\(folder)/\(name)") }
    }
    closedir(entries)
    rmdir(folder)
  }

  /// The path of a file of the jobs.
  package func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Writes a file of the jobs.
  ///
  /// - Throws: `PeerError.file`.
  package func write(_ text: String, to name: String) throws(PeerError) { try Self.write(text, to: path(name)) }

  /// Runs a job.
  ///
  /// - Throws: `PeerError`.
  package func callAsFunction(_ job: PeerJob) throws(PeerError) -> PeerOutcome {
    try write(job.json.text + "\n", to: PeerJob.File.job)
    for name in [PeerJob.File.report, PeerJob.File.values] { unlink(path(name)) }
    let errors = open(path(PeerJob.File.errors), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
    guard errors >= 0 else { throw .file("cannot write in \(folder)") }
    defer { close(errors) }
    let arguments = [python, "-B", "-W", "ignore", path(PeerJob.File.runner), path(PeerJob.File.job)]
    // What an engine prints is nothing of ours.
    guard let process = ChildProcess.start(arguments, output: errors, errors: errors) else { throw .noPython(python) }
    let end = ChildProcess.wait(for: process, seconds: seconds)
    let said = Self.lastLines(of: Self.read(path(PeerJob.File.errors)) ?? [])
    switch end {
    case .late: throw .late(seconds)
    case .exited(127): throw .noPython(python)
    case .exited(0): break
    case .exited(let status): throw .failed(said.isEmpty ? "it ended with status \(status)" : said)
    case .signalled(let signal): throw .failed("signal \(signal) ended it\(said.isEmpty ? "" : "; \(said)")")
    }
    guard let report = Self.read(path(PeerJob.File.report)) else {
      throw .failed(said.isEmpty ? "it ended before it was done, without a word" : said)
    }
    return try PeerOutcome(report, values: path(PeerJob.File.values))
  }

  /// The end of what a program said, where Python says what went wrong.
  private static func lastLines(of bytes: [UInt8]) -> String {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard let error = lines.lastIndex(where: { $0.first?.isLetter == true && $0.contains("Error") }) else {
      return lines.suffix(3).joined(separator: "\n")
    }
    return lines[error...].prefix(8).joined(separator: "\n")
  }

  private static func write(_ text: String, to path: String) throws(PeerError) {
    do throws(FileWriteError) {
      var file = try AtomicFileWriter(path)
      try file.write(Array(text.utf8))
      try file.finish()
    } catch {
      throw .file("\(path): \(error.reason)")
    }
  }

  /// A file of at most 64 MB; nil if it cannot be read.
  private static func read(_ path: String) -> [UInt8]? {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return nil }
    var bytes: [UInt8] = []
    let isRead: Void? = try? file.closeAfter {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while bytes.count < 64 << 20 {
        let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { break }
        bytes += buffer[..<count]
      }
    }
    return isRead == nil ? nil : bytes
  }
}

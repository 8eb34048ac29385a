import ArgumentParser
import AtomicFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes a command's output to a file or the standard output.
///
/// - Throws: `ExitCode.unusable`, the reason printed, if it cannot be written.
func writeOutput(_ text: String, to path: String) throws {
  guard path != "-" else { return standardOutput(text) }
  try put(text.utf8, into: path)
}

/// The same for what is no text, which no terminal shows.
func writeOutput(_ bytes: [UInt8], to path: String) throws {
  guard path != "-" else {
    guard isatty(1) == 0 else {
      standardError("cnnc: a terminal shows no such file; --output names one\n")
      throw ExitCode.unusable
    }
    return standardOutput(bytes)
  }
  try put(bytes, into: path)
}

/// Finds out that a file can be written, before what is written there takes its time.
///
/// - Throws: `ExitCode.unusable`, the reason printed, if it cannot.
func requireWritable(_ path: String) throws {
  var information = stat()
  // Who reads a pipe would take it for ended.
  guard path != "-", stat(path, &information) != 0 || information.st_mode & S_IFMT == S_IFREG else { return }
  do {
    _ = try AtomicFileWriter(path)
  } catch {
    standardError("cnnc: cannot write \(error.path): \(error.reason)\n")
    throw ExitCode.unusable
  }
}

private func put(_ bytes: some Collection<UInt8>, into path: String) throws {
  do {
    var file = try AtomicFileWriter(path)
    try file.write(bytes)
    try file.finish()
  } catch {
    standardError("cnnc: cannot write \(error.path): \(error.reason)\n")
    throw ExitCode.unusable
  }
}

/// Finds out before a file is written that it is none of those that it is made from.
///
/// - Throws: `ExitCode.unusable`, the reason printed, if it is.
func refuseOverwriting(_ inputs: [String?], with output: String) throws {
  func identity(_ path: String) -> (UInt64, UInt64)? {
    var information = stat()
    guard path != "-", stat(path, &information) == 0 else { return nil }
    return (UInt64(truncatingIfNeeded: information.st_dev), UInt64(truncatingIfNeeded: information.st_ino))
  }
  guard let written = identity(output) else { return }
  for case let input? in inputs {
    guard let read = identity(input), read == written else { continue }
    standardError("cnnc: \(output) is what is read; --output needs another file\n")
    throw ExitCode.unusable
  }
}

/// Writes a text to a file, whole or not at all.
///
/// - Throws: `FileWriteError` if the file cannot be written; what was there before is then still there.
func writeFile(_ text: String, to path: String) throws(FileWriteError) {
  var file = try AtomicFileWriter(path)
  try file.write(text.utf8)
  try file.finish()
}

import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes files whole or not at all: beside the target, then renamed.
enum AtomicFile {
  struct WriteError: Error {
    var reason: String
  }

  /// Writes a text to a path; `-` is the standard output.
  ///
  /// - Throws: `WriteError` if the file cannot be written; what was there before is then still there.
  static func write(_ text: String, to path: String) throws(WriteError) {
    if path == "-" {
      standardOutput(text)
      return
    }
    if isDevice(path) {
      do {
        let file = try FileDescriptor.open(FilePath(path), .writeOnly)
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
        return
      } catch {
        throw WriteError(reason: "cannot write \(path): \(reason(error))")
      }
    }
    let temporary = "\(path).\(getpid()).tmp"
    do {
      let file = try FileDescriptor.open(
        FilePath(temporary), .writeOnly, options: [.create, .exclusiveCreate],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try file.closeAfter { _ = try file.writeAll(text.utf8) }
    } catch {
      unlink(temporary)
      throw WriteError(reason: "cannot write \(path): \(reason(error))")
    }
    guard rename(temporary, path) == 0 else {
      let reason = Errno(rawValue: errno).description.lowercased()
      unlink(temporary)
      throw WriteError(reason: "cannot write \(path): \(reason)")
    }
  }

  /// Whether there is something at a path that is no file, such as /dev/null: it is written to, not replaced.
  private static func isDevice(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT != S_IFREG
  }

  private static func reason(_ error: any Error) -> String {
    (error as? Errno).map { $0.description.lowercased() } ?? "\(error)"
  }
}

import ArgumentParser
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that is generated.
struct GeneratedFile {
  var path: String
  var text: String

  /// The path that `--output` means: in a folder the file is called so.
  static func path(_ output: String, name: String) -> String {
    guard isFolder(output) else { return output }
    return output.hasSuffix("/") ? "\(output)\(name)" : "\(output)/\(name)"
  }

  /// Whether an output is a folder that is there.
  static func isFolder(_ output: String) -> Bool {
    var information = stat()
    return output != "-" && stat(output, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// A path from the root of the file system.
  ///
  /// - Throws: `ExitCode.unusable`, the reason printed, if there is no such folder.
  static func absolutePath(_ path: String) throws -> String {
    guard let resolved = realpath(path, nil) else {
      standardError("cnnc: there is no folder \(path)\n")
      throw ExitCode.unusable
    }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Makes the folders that the file lies in, where they are not there.
  ///
  /// - Throws: `ExitCode.unusable`, the reason printed, if they cannot be made.
  func makeFolder() throws {
    var folder = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      folder += folder.isEmpty && !part.isEmpty ? String(part) : "/\(part)"
      if folder == "/" || folder.isEmpty { continue }
      guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
        standardError("cnnc: cannot make the folder \(folder): \(Errno(rawValue: errno).description.lowercased())\n")
        throw ExitCode.unusable
      }
    }
  }

  /// Whether the file has the text already.
  var isCurrent: Bool { contents == text }

  /// What is in the file now; nil if there is none, or it cannot be read.
  var contents: String? {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return nil }
    let bytes = try? file.closeAfter { try file.readToEnd() }
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }
}

extension FileDescriptor {
  /// All bytes from here to the file's end.
  ///
  /// - Throws: `Errno`.
  func readToEnd() throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try read(into: $0) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }
}

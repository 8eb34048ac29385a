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

  /// The path that `--output` means: in a folder the file is called as its type.
  static func path(_ output: String, type: String) -> String {
    var information = stat()
    guard output != "-", stat(output, &information) == 0, information.st_mode & S_IFMT == S_IFDIR else { return output }
    return output.hasSuffix("/") ? "\(output)\(type).swift" : "\(output)/\(type).swift"
  }

  /// Whether the file has the text already.
  var isCurrent: Bool {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return false }
    var found: [UInt8] = []
    let isRead: Void? = try? file.closeAfter {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { return }
        found += buffer[..<count]
      }
    }
    return isRead != nil && found == Array(text.utf8)
  }
}

import Runtime
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The file that keeps measured choices of algorithms from one run to the next.
///
/// It is only ever a help: what is wrong with it is said, and then it is done without.
struct TuningFile {
  /// Nil to keep nothing.
  let path: String?

  /// The choices for a network: from the file if it has them, else measured, and written to it.
  func table(_ tuner: ConvolutionTuner, _ effort: ConvolutionTuner.Effort) -> TuningTable {
    var (cache, isOurs) = read()
    if let table = cache[tuner.key], tuner.accepts(table) {
      if let path { standardError("\(table.choices.count) choices of algorithms from \(path)\n") }
      return table
    }
    let table = tuner.measure(effort)
    let ruled = tuner.ruled
    let others = table.choices.count { ruled.choices[$0.key] != $0.value }
    standardError("\(table.choices.count) convolutions measured, \(others) choices other than the rule's\n")
    cache[tuner.key] = table
    guard let path, isOurs else { return table }
    do {
      try writeFile(cache.text, to: path)
    } catch {
      standardError("cnnc: warning: cannot write \(path): \(error.reason); the choices are not kept\n")
    }
    return table
  }

  /// What the file holds, and whether it may be replaced.
  private func read() -> (TuningCache, isOurs: Bool) {
    guard let path, let bytes = Self.contents(path) else { return (TuningCache(), self.isMissing) }
    do throws(TuningCache.Failure) {
      return (try TuningCache(parsing: bytes), true)
    } catch {
      switch error {
      case .foreign:
        standardError("cnnc: warning: \(path) is no file of measurements by this version; it is left as it is\n")
        return (TuningCache(), false)
      case .damaged(let line):
        standardError("cnnc: warning: \(path):\(line): the measurements are damaged and are made again\n")
        return (TuningCache(), true)
      }
    }
  }

  /// Whether there is nothing at the path.
  private var isMissing: Bool {
    guard let path else { return false }
    var information = stat()
    if stat(path, &information) != 0, errno == ENOENT { return true }
    standardError("cnnc: warning: \(path) cannot be read as a file of measurements; it is left as it is\n")
    return false
  }

  /// A file's bytes, no more than decide that it is too large; nil for what is no file or cannot be read.
  private static func contents(_ path: String) -> [UInt8]? {
    var information = stat()
    guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
      let file = try? FileDescriptor.open(FilePath(path), .readOnly)
    else { return nil }
    return try? file.closeAfter {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while bytes.count <= TuningCache.largestFile {
        let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { break }
        bytes += buffer[..<count]
      }
      return bytes
    }
  }
}

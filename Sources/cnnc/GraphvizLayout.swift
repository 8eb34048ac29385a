import Processes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Lays a picture out with Graphviz, where it is installed.
enum GraphvizLayout {
  struct Failure: Error {
    var reason: String
  }

  /// The SVG that `dot` makes of a text in its language.
  ///
  /// - Throws: `Failure` if `dot` cannot be run or fails.
  static func svg(from source: String) throws(Failure) -> String {
    var template = Array("\(temporaryFolder)/cnnc-XXXXXX".utf8CString)
    let input = mkstemp(&template)
    guard input >= 0 else { throw Failure(reason: "cannot write a temporary file") }
    // The file is gone as soon as both programs have closed it.
    unlink(template)
    defer { close(input) }
    guard write(source, to: input), lseek(input, 0, SEEK_SET) == 0 else {
      throw Failure(reason: "cannot write a temporary file")
    }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure(reason: "cannot make a pipe") }
    let process = ChildProcess.start(["dot", "-Tsvg"], input: input, output: ends[1], unused: ends[0])
    close(ends[1])
    defer { close(ends[0]) }
    guard let process else { throw Failure(reason: "Graphviz's dot cannot be run; is it installed?") }
    let output = readAll(from: ends[0])
    guard ChildProcess.wait(for: process) == .exited(0), !output.isEmpty else {
      throw Failure(reason: "Graphviz's dot failed")
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static var temporaryFolder: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        #if canImport(Glibc)
          let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        #elseif canImport(Musl)
          let count = Musl.write(descriptor, rest.baseAddress, rest.count)
        #else
          let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
        #endif
        guard count > 0 else { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
      return true
    }
  }

  private static func readAll(from descriptor: Int32) -> [UInt8] {
    var result: [UInt8] = []
    var buffer = Array(repeating: UInt8(0), count: 65536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return result }
      result += buffer[..<count]
    }
  }
}

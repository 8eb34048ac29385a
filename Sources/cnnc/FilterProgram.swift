import Processes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs a program that reads from its standard input and writes to its standard output.
enum FilterProgram {
  enum Failure: Error {
    /// The system has no file or pipe left.
    case system(String)
    /// There is no such program.
    case notFound
    /// It ended with an error, or wrote nothing.
    case failed(String)
  }

  /// What a program makes of a text, whole: nothing is given on of one that failed.
  ///
  /// - Parameter variables: What the program has in its environment besides what this one has.
  static func run(
    _ arguments: [String], input source: String, variables: [String: String] = [:]
  ) throws(Failure) -> [UInt8] {
    let input = try temporaryFile()
    defer { close(input) }
    guard write(source, to: input), lseek(input, 0, SEEK_SET) == 0 else {
      throw .system("cannot write a temporary file")
    }
    // What the program says of a failure is for the report of it alone.
    let messages = try temporaryFile()
    defer { close(messages) }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .system("cannot make a pipe") }
    let process = ChildProcess.start(
      arguments, input: input, output: ends[1], errors: messages, unused: ends[0], variables: variables)
    close(ends[1])
    defer { close(ends[0]) }
    guard let process else { throw .notFound }
    let output = readAll(from: ends[0])
    let end = ChildProcess.wait(for: process)
    // A program that cannot be started is seen at this number, where the system tells no earlier.
    if end == .exited(127) { throw .notFound }
    guard end == .exited(0), !output.isEmpty else {
      lseek(messages, 0, SEEK_SET)
      throw .failed(gist(of: String(decoding: readAll(from: messages), as: UTF8.self)))
    }
    return output
  }

  /// What a program says of its failure, on one line: of Python's traces the error, else the last of its lines.
  static func gist(of messages: String) -> String {
    let lines = messages.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    return lines.suffix(lines.contains { $0.hasPrefix("Traceback") } ? 1 : 4).joined(separator: " ")
  }

  /// A file that is gone as soon as all have closed it.
  private static func temporaryFile() throws(Failure) -> Int32 {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/cnnc-XXXXXX".utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else { throw .system("cannot write a temporary file in \(folder)") }
    unlink(template)
    return file
  }

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

import ArgumentParser
import JSON
import LanguageServer
import LanguageServerProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `cnnc lsp`.
struct LSPCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp", abstract: "Serve editors: shapes, findings and completion as one types.",
    discussion: discussion(
      """
      Speaks the Language Server Protocol over the standard input and output; editors start it. See docs/editors.md.

      Exit status: 0 after shutdown and exit, 1 where the client ends otherwise.
      """))

  static let examples = [
    Example("cnnc lsp --log lsp.log", "Serve an editor, and write down what is said")
  ]

  @Flag(name: .customLong("stdio"), help: "What editors say for the standard input and output; there is no other way.")
  var usesStandardStreams = false

  @Option(help: ArgumentHelp("Append what comes and goes to a file, a line a message.", valueName: "file"))
  var log: String?

  func run() throws {
    var loop = ServerLoop(log: log)
    if let status = loop.run(), status != 0 { throw ExitCode(status) }
  }
}

/// Reads what has arrived, has the server answer, and waits without using the processor.
private struct ServerLoop {
  private var server = LanguageServer(version: Cnnc.configuration.version)
  private var reader = MessageReader()
  private let log: Int32?

  init(log path: String?) {
    log = path.flatMap { path in
      let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      return file >= 0 ? file : nil
    }
  }

  /// Serves until the client ends; the status to exit with.
  mutating func run() -> Int32? {
    signal(SIGPIPE, SIG_IGN)
    while true {
      // Without work the wait has no end; with work whatever comes first is taken first.
      guard let hasInput = waitForInput(server.hasWork ? 0 : -1) else { return 1 }
      if hasInput {
        // What has arrived before the end counts.
        let isOpen = readAvailable()
        guard serve() else { return 1 }
        if let status = server.exitStatus { return status }
        if !isOpen { return 1 }
      } else {
        let messages = server.work()
        guard write(messages) else { return 1 }
        server.rest()
      }
    }
  }

  /// Has the server answer what has arrived; false where that is no stream of messages, or nobody reads the answers.
  private mutating func serve() -> Bool {
    var arrivals: [LanguageServer.Arrival] = []
    do throws(MessageReader.FramingError) {
      while let content = try reader.next() { arrivals.append(arrival(content)) }
    } catch {
      let failure = OutgoingMessage.failure(nil, ResponseError(.parseError, error.message))
      let messages = server.receive(arrivals)
      _ = write(messages + [failure])
      return false
    }
    // Not within the call of `write`, which would hold the server as it was, and all that it has given up, until it returns.
    let messages = server.receive(arrivals)
    return write(messages)
  }

  private func arrival(_ content: [UInt8]) -> LanguageServer.Arrival {
    note("→", content)
    do throws(ResponseError) {
      return .success(try IncomingMessage(content))
    } catch {
      return .failure(error)
    }
  }

  /// Whether something can be read; nil if waiting fails.
  private func waitForInput(_ timeout: Int32) -> Bool? {
    var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while true {
      let count = poll(&entry, 1, timeout)
      if count >= 0 { return count > 0 }
      if errno != EINTR { return nil }
    }
  }

  /// Takes all that can be read without waiting; false at the end of the input.
  private mutating func readAvailable() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    repeat {
      let count = chunk.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else { return false }
      reader.append(chunk[..<count])
    } while waitForInput(0) == true
    return true
  }

  /// Writes messages; false where nobody reads them.
  private func write(_ messages: [JSONValue]) -> Bool {
    for message in messages {
      let (header, content) = message.framed
      if log != nil { note("←", Array(content.joined())) }
      // Short messages at once.
      let pieces = content.count == 1 ? [header + content[0]] : [header] + content
      for piece in pieces { guard writeAll(piece, to: STDOUT_FILENO) else { return false } }
    }
    return true
  }

  private func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        #if canImport(Glibc)
          Glibc.write(file, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        #elseif canImport(Musl)
          Musl.write(file, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        #else
          Darwin.write(file, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        #endif
      }
      if count < 0 {
        if errno == EINTR { continue }
        guard errno == EAGAIN else { return false }
        var entry = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        _ = poll(&entry, 1, -1)
        continue
      }
      offset += count
    }
    return true
  }

  private func note(_ direction: String, _ content: [UInt8]) {
    guard let log else { return }
    _ = writeAll(Array("\(direction) ".utf8) + content.filter { $0 != 10 && $0 != 13 } + [10], to: log)
  }
}

import ArgumentParser
import AtomicFiles
import Frontend

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Makes a report, waits until a file that it is made from has changed, and makes it again.
struct WatchLoop {
  /// Where reports go.
  let output: Int32

  /// How often the files are asked for their times, in milliseconds: few system calls a second, on every platform.
  private static let period: Int32 = 150
  /// A save is often several writes, or a file put in the place of another: a report waits until nothing has changed for so
  /// many milliseconds, though not for ever.
  private static let pause: Int32 = 30
  private static let pauses = 20

  /// Goes on until nobody reads the output any more.
  ///
  /// - Throws: `ExitCode.unusable`, the reason printed, if the output cannot be written, as on a full disk.
  func run(_ report: (WatchedFiles) -> String) throws {
    while true {
      let files = WatchedFiles()
      let columns = Terminal.columns
      guard try show(report(files)) else { return }
      repeat {
        if isClosed(after: Self.period) { return }
      } while !files.haveChanged && Terminal.columns == columns
      var states = files.states
      for _ in 0..<Self.pauses {
        if isClosed(after: Self.pause) { return }
        let now = files.states
        if now == states { break }
        states = now
      }
    }
  }

  /// Shows a report in the place of the last one on a terminal, behind it elsewhere; whether anybody reads it.
  private func show(_ report: String) throws -> Bool {
    let isTerminal = isatty(output) == 1 && !Terminal.isDumb
    var text =
      isTerminal ? "\u{1B}[H\u{1B}[2J" + report : report + String(repeating: "─", count: 80) + "\n"
    let error = text.withUTF8 { SystemCalls.write(UnsafeRawBufferPointer($0), to: output) }
    guard error != 0, error != EPIPE else { return error == 0 }
    standardError("cnnc: the output cannot be written: \(SystemCalls.reason(error))\n")
    throw ExitCode.unusable
  }

  /// Waits some milliseconds; at once whether whoever reads the output has gone.
  private func isClosed(after milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: output, events: 0, revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }
}

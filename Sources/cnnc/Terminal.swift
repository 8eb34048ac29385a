import ArgumentParser
import AtomicFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// When text is coloured.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto
  case always
  case never

  /// Whether to colour what goes to a file descriptor. By itself a terminal that can show colours gets them; the environment
  /// may forbid it (`NO_COLOR`, no-color.org, or `CLICOLOR=0`) or ask for it elsewhere too (`CLICOLOR_FORCE`,
  /// bixense.com/clicolors), the former over the latter.
  func isOn(for descriptor: Int32) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto:
      Self.automatic(isTerminal: isatty(descriptor) == 1 && !Terminal.isDumb) { name in
        getenv(name).map { String(cString: $0) }
      }
    }
  }

  /// What the environment's variables make of a terminal that can show colours, or of anything else.
  static func automatic(isTerminal: Bool, _ variable: (String) -> String?) -> Bool {
    if variable("NO_COLOR").map({ !$0.isEmpty }) ?? false { return false }
    if let force = variable("CLICOLOR_FORCE"), !force.isEmpty, force != "0" { return true }
    return isTerminal && variable("CLICOLOR") != "0"
  }
}

/// What the terminal is like.
enum Terminal {
  /// Whether the terminal says of itself that it knows no control sequences: `TERM=dumb`, as in Emacs' shell.
  static var isDumb: Bool { getenv("TERM").map { String(cString: $0) == "dumb" } ?? false }

  /// The columns of the terminal that the standard output is; nil if it is none, or does not say.
  static var columns: Int? {
    var size = winsize()
    guard isatty(1) == 1, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Lets help have 40 columns at least, whatever the terminal or `COLUMNS` says: the argument parser, which reads these, cannot
  /// put an option and what it is beside each other in a few.
  static func widenHelp() {
    let told = getenv("COLUMNS").flatMap { Int(String(cString: $0)) } ?? columns
    if let told, case let wide = helpColumns(told), wide != told { setenv("COLUMNS", "\(wide)", 1) }
  }

  /// The columns of help where so many are told.
  static func helpColumns(_ told: Int) -> Int { told <= 0 ? 80 : max(40, told) }
}

/// Writes to the standard error; if nobody can read that, there is nobody to tell.
func standardError(_ text: String) { _ = write(text, to: 2) }

/// Writes to the standard output, whole; ends the program with the status of what cannot be used if that fails, as it does
/// on a full disk. Where whoever reads has seen enough, as `head` has, it ends without a word, with the status that a shell
/// gives to what the signal of a broken pipe has ended.
func standardOutput(_ text: String) { end(writing: write(text, to: 1)) }

/// The same for what is no text.
func standardOutput(_ bytes: [UInt8]) {
  end(writing: bytes.withUnsafeBytes { SystemCalls.write($0, to: 1) })
}

private func end(writing error: Int32) {
  guard error != 0 else { return }
  if error == EPIPE { exit(128 + SIGPIPE) }
  standardError("cnnc: the standard output cannot be written: \(SystemCalls.reason(error))\n")
  exit(ExitCode.unusable.rawValue)
}

private func write(_ text: String, to descriptor: Int32) -> Int32 {
  var text = text
  return text.withUTF8 { SystemCalls.write(UnsafeRawBufferPointer($0), to: descriptor) }
}

/// Opens what the caller has closed of the standard descriptors, so that no file gets their numbers and with it what is
/// meant for a terminal. Reading or writing them fails as it would have.
func reserveStandardDescriptors() {
  for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
    _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
  }
}

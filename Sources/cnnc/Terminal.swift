import ArgumentParser

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

  /// Whether to colour what goes to a file descriptor: a terminal that can, unless NO_COLOR is set (no-color.org).
  func isOn(for descriptor: Int32) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto: isatty(descriptor) == 1 && getenv("NO_COLOR") == nil && !Terminal.isDumb
    }
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
}

/// Writes to the standard error.
func standardError(_ text: String) { write(text, to: 2) }

/// Writes to the standard output.
func standardOutput(_ text: String) { write(text, to: 1) }

private func write(_ text: String, to descriptor: Int32) {
  var text = text
  text.withUTF8 { bytes in
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[rest.startIndex...])
        .withMemoryRebound(to: UInt8.self) { systemWrite(descriptor, $0.baseAddress, $0.count) }
      // A reader that has gone away, such as `head`, is no fault of ours.
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ start: UnsafePointer<UInt8>?, _ count: Int) -> Int {
  #if canImport(Glibc)
    Glibc.write(descriptor, start, count)
  #elseif canImport(Musl)
    Musl.write(descriptor, start, count)
  #else
    Darwin.write(descriptor, start, count)
  #endif
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a command that takes a while is doing, on the standard error of a terminal; nothing elsewhere.
struct StatusLine {
  private let isShown = isatty(2) == 1 && !Terminal.isDumb

  /// Shows a text in the place of the last one.
  func show(_ text: String) { if isShown { standardError("\r\u{1B}[Kcnnc: \(text) …") } }

  /// Takes the text away, so that something else can be printed.
  func clear() { if isShown { standardError("\r\u{1B}[K") } }
}

/// How far a long run is, on the standard error: a bar on a terminal, a line for each tenth elsewhere, and nothing for
/// what is done in one step.
struct Progress {
  private let total: Int
  private let isShown: Bool
  private let isTerminal: Bool
  private var isBarVisible = false
  private var tenths = 0

  init(total: Int, step: Int) {
    self.total = total
    isShown = total > step
    isTerminal = isatty(2) == 1 && !Terminal.isDumb
  }

  /// Shows how many are done.
  mutating func show(_ done: Int) {
    guard isShown else { return }
    if isTerminal {
      standardError("\r\(Self.bar(done, of: total))")
      isBarVisible = true
    } else if done * 10 / total > tenths {
      tenths = done * 10 / total
      standardError("cnnc: \(done) of \(total) images\n")
    }
  }

  /// Takes the bar away, so that something else can be printed.
  mutating func clear() {
    guard isBarVisible else { return }
    standardError("\r\u{1B}[K")
    isBarVisible = false
  }

  /// `[██████░░░░] 6 of 10 images`.
  static func bar(_ done: Int, of total: Int) -> String {
    let width = 30
    let filled = total > 0 ? done * width / total : width
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    return "[\(bar)] \(done) of \(total) images"
  }
}

import ArgumentParser

/// A command line, and what it is for.
struct Example {
  /// The words as they are typed, without quotes: `cnnc check specs/resnet50.yaml`.
  let line: String
  let purpose: String

  init(_ line: String, _ purpose: String) { (self.line, self.purpose) = (line, purpose) }
}

/// A command whose help ends with examples.
protocol ExemplifiedCommand: ParsableCommand {
  /// Most wanted first.
  static var examples: [Example] { get }
}

extension ExemplifiedCommand {
  /// What help says behind the command's purpose: a text, then the examples, each with what it does above it.
  static func discussion(_ text: String = "") -> String {
    let lines = examples.map { "  # \($0.purpose)\n  \($0.line)" }
    return (text.isEmpty ? "" : text + "\n\n") + "Examples:\n" + lines.joined(separator: "\n")
  }
}

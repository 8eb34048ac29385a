import ArgumentParser

/// The formats that a command can print, which the ending of `--output` chooses where `--format` does not.
protocol OutputFormat: ExpressibleByArgument, CaseIterable, RawRepresentable, Sendable where RawValue == String {
  /// What is printed where nothing says otherwise.
  static var standard: Self { get }
  /// The endings of files, in lower case, that are another word than the format's own.
  static var endings: [String: Self] { get }
}

extension OutputFormat {
  static var endings: [String: Self] { [:] }

  /// The format for an output: the one that was asked for, else the one that the file's ending stands for, else the
  /// standard. `option` is what names the output.
  ///
  /// - Throws: `ValidationError` if the ending stands for a format that the command does not write.
  static func chosen(_ format: Self?, output path: String, by option: String = "--output") throws -> Self {
    if let format { return format }
    if let format = named(by: path) { return format }
    guard path != "-", let ending = ending(of: path) else { return standard }
    guard OutputEnding.formats.contains(ending) else { return standard }
    let words = allCases.map(\.rawValue).joined(separator: ", ")
    let hint = OutputEnding.converted[ending].map { "; \($0)" } ?? ""
    throw ValidationError("\(option) \(path): this command writes \(words), not \(ending)\(hint)")
  }

  /// The format that a file's ending stands for; nil for none of the command's.
  static func named(by path: String) -> Self? {
    ending(of: path).flatMap { Self(rawValue: $0) ?? endings[$0] }
  }

  private static func ending(of path: String) -> String? {
    let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    let ending = name[name.index(after: dot)...].lowercased()
    return ending.isEmpty ? nil : ending
  }
}

/// Endings that say what is in a file, so that nothing else is written under them by mistake.
private enum OutputEnding {
  static let formats: Set<String> = [
    "csv", "dot", "gif", "gv", "h5", "htm", "html", "jpeg", "jpg", "json", "keras", "markdown", "md", "mermaid", "mmd",
    "npy", "npz", "onnx", "pdf", "png", "ps", "pt", "pth", "py", "safetensors", "sarif", "svg", "swift", "tex",
    "tflite",
    "tsv",
    "xml", "yaml", "yml",
  ]

  /// How to come by a format that a command does not write.
  static let converted = [
    "npz": "`cnnc weights init` writes weights", "onnx": "`cnnc export` writes that",
    "pdf": "`rsvg-convert -f pdf` makes one of an SVG", "png": "`rsvg-convert -f png` makes one of an SVG",
    "tex": "`cnnc graph` writes TikZ",
    "py": "`cnnc generate` writes source", "safetensors": "`cnnc weights init` writes weights",
    "swift": "`cnnc generate` writes source", "yaml": "`cnnc expand` writes specs", "yml": "`cnnc expand` writes specs",
  ]
}

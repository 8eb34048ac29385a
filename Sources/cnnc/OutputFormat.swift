import ArgumentParser
import Diagnostics

/// The formats that a command can print, which the ending of `--output` chooses where `--format` does not.
protocol OutputFormat: ExpressibleByArgument, CaseIterable, RawRepresentable, Sendable where RawValue == String {
  /// What is printed where nothing says otherwise.
  static var standard: Self { get }
  /// The endings of files, in lower case, that are another word than the format's own.
  static var endings: [String: Self] { get }
  /// Further endings that files of the format may have, which do not choose it.
  var otherEndings: Set<String> { get }
}

extension OutputFormat {
  static var endings: [String: Self] { [:] }
  var otherEndings: Set<String> { [] }

  /// The format for an output: the one that was asked for, else the one that the file's ending stands for, else of a file
  /// without an ending the standard. Under an ending that says what is in a file nothing else is written, whatever is asked
  /// for.
  ///
  /// - Parameters:
  ///   - option: What names the output.
  ///   - formatOption: What asks for a format; nil where nothing does.
  /// - Throws: `ValidationError` if the ending stands for another format, or for none of the command's where none is asked
  ///   for.
  static func chosen(
    _ format: Self?, output path: String, by option: String = "--output", asking formatOption: String? = "--format"
  ) throws -> Self {
    guard path != "-", let ending = ending(of: path) else { return format ?? standard }
    let named = named(by: path)
    guard let format else {
      if let named { return named }
      let words = allCases.map(\.rawValue).joined(separator: ", ")
      let hint = OutputEnding.converted[ending].map { "; \($0)" } ?? OutputEnding.hint(ending, formatOption)
      throw ValidationError("\(option) \(path): this command writes \(words), not \(ending.shown)\(hint)")
    }
    let isItsOwn = named?.rawValue == format.rawValue || format.otherEndings.contains(ending)
    if isItsOwn || !OutputEnding.formats.contains(ending) { return format }
    guard let named, let formatOption else {
      throw ValidationError("\(option) \(path): no file of \(format.rawValue) ends in .\(ending)")
    }
    throw ValidationError("\(option) \(path) is for \(formatOption) \(named.rawValue), not \(format.rawValue)")
  }

  /// The format that a file's ending stands for; nil for none of the command's.
  static func named(by path: String) -> Self? {
    ending(of: path).flatMap { Self(rawValue: $0) ?? endings[$0] }
  }

  private static func ending(of path: String) -> String? {
    let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    let ending = name[name.index(after: dot)...].lowercased()
    // Longer ones are no endings but parts of names, as in `mktemp`'s tmp.Vb1dpsLYEf.
    return ending.isEmpty || ending.count > 9 && !OutputEnding.formats.contains(ending) ? nil : ending
  }
}

/// Endings that say what is in a file, so that nothing else is written under them by mistake.
private enum OutputEnding {
  static let formats: Set<String> = [
    "csv", "dot", "gif", "gv", "h5", "htm", "html", "jpeg", "jpg", "json", "keras", "markdown", "md", "mermaid", "mmd",
    "npy", "npz", "onnx", "pdf", "png", "ps", "pt", "pth", "py", "safetensors", "sarif", "svg", "swift", "tex",
    "tflite", "tsv", "xml", "yaml", "yml",
  ]

  /// How to write a file under an ending that is no format's.
  static func hint(_ ending: String, _ formatOption: String?) -> String {
    guard let formatOption, !formats.contains(ending) else { return "" }
    return "; \(formatOption) chooses one for such a file"
  }

  /// How to come by a format that a command does not write.
  static let converted = [
    "npz": "`cnnc weights init` writes weights", "onnx": "`cnnc export` writes that",
    "pdf": "`rsvg-convert -f pdf` makes one of an SVG", "png": "`rsvg-convert -f png` makes one of an SVG",
    "tex": "`cnnc graph` writes TikZ",
    "py": "`cnnc generate` writes source", "safetensors": "`cnnc weights init` writes weights",
    "swift": "`cnnc generate` writes source", "yaml": "`cnnc expand` writes specs", "yml": "`cnnc expand` writes specs",
  ]
}

import Diagnostics
import SpecLanguage

/// A page of the documentation, taken apart into the text people write, their YAML, and what a test writes.
///
/// `<!-- check: WHAT -->` begins text that the compiler makes, up to `<!-- end -->`. A fenced block whose language is
/// `yaml` is a spec if it begins with `cnnc:`; `yaml broken` is one with errors; `yaml file=NAME` is a file that later
/// specs of the page may import.
struct Page {
  enum Part {
    case prose([String])
    case yaml(YAMLBlock)
    /// What the marker asks for, and the lines that stand there.
    case generated(request: String, margin: String, lines: [String])
  }

  struct YAMLBlock {
    var text: String
    var line: Int
    var isBroken: Bool
    var fileName: String?
    /// As they stand in the page.
    var lines: [String]

    var isSpec: Bool { text.hasPrefix("cnnc:") && fileName == nil }
  }

  var path: String
  var parts: [Part] = []

  /// Reads a page of the repository.
  init(_ path: String) throws {
    self.path = path
    let text = String(decoding: try DiskFiles().read(Repository.root + path, limit: 1 << 20), as: UTF8.self)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    var number = 0
    func next() -> String {
      number += 1
      return lines.removeFirst()
    }
    var prose: [String] = []
    while let line = lines.first {
      // Blocks in a numbered list are indented with its text.
      let margin = line.prefix { $0 == " " }
      let word = line.dropFirst(margin.count)
      if word.hasPrefix("<!-- check: ") || word == Self.layersBegin {
        prose.append(next())
        parts.append(.prose(prose))
        prose = []
        let end = margin + (word == Self.layersBegin ? Self.layersEnd : "<!-- end -->")
        var inner: [String] = []
        while let line = lines.first, line != end { inner.append(next()) }
        let request = word == Self.layersBegin ? "layers" : String(word.dropFirst(12).dropLast(4))
        parts.append(.generated(request: request, margin: String(margin), lines: inner))
      } else if word.hasPrefix("```yaml") {
        parts.append(.prose(prose))
        prose = []
        let start = number + 1
        var block = [next()]
        while let line = lines.first, line != margin + "```" { block.append(next()) }
        if !lines.isEmpty { block.append(next()) }
        let words = word.split(separator: " ").dropFirst()
        let text = block.dropFirst().dropLast().map { $0.dropFirst(margin.count) }.joined(separator: "\n")
        parts.append(
          .yaml(
            YAMLBlock(
              text: text + "\n", line: start,
              isBroken: words.contains("broken"),
              fileName: words.first { $0.hasPrefix("file=") }.map { String($0.dropFirst(5)) }, lines: block)))
      } else {
        prose.append(next())
      }
    }
    parts.append(.prose(prose))
  }

  private static let layersBegin = "<!-- layers: begin -->"
  private static let layersEnd = "<!-- layers: end -->"

  var text: String {
    parts.flatMap { part -> [String] in
      switch part {
      case .prose(let lines): lines
      case .yaml(let block): block.lines
      case .generated(_, _, let lines): lines
      }
    }.joined(separator: "\n")
  }

  var blocks: [YAMLBlock] {
    parts.compactMap { if case .yaml(let block) = $0 { block } else { nil } }
  }
}

enum Repository {
  /// The repository's folder, with a slash behind it.
  static let root = String(#filePath.dropLast("Tests/DocumentationTests/Page.swift".count))
}

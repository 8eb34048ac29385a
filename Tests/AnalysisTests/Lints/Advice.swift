import Analysis
import Diagnostics
import Frontend
import GraphIR
import Shapes
import SpecLanguage
import Testing

/// What the linter says of a spec.
struct Advice {
  var diagnostics: [Diagnostic]
  var sources: SourceTable

  /// `files` are imports beside the spec, which is `m.yaml`.
  init(
    _ text: String, files: [String: String] = [:], variant: String? = nil, isThorough: Bool = false,
    ignoring: Set<String> = [], input: Shape? = nil
  ) throws {
    try self.init(
      path: "m.yaml", files: MemoryFiles(texts: files.merging(["m.yaml": text]) { $1 }), variant: variant,
      isThorough: isThorough, ignoring: ignoring, input: input)
  }

  /// What is said of a file's spec.
  init(
    path: String, files: some FileAccess = DiskFiles(), variant: String? = nil, isThorough: Bool = false,
    ignoring: Set<String> = [], input: Shape? = nil
  ) throws {
    var options = BuildOptions()
    options.variant = variant
    options.input = input
    let compilation = Compilation(path, options: options, files: files)
    let graph = try #require(compilation.graph, "\(compilation.diagnostics.map(\.message))")
    let spec = try #require(compilation.spec)
    diagnostics = Linter.lint(
      graph, spec: spec, options: options, sources: compilation.sources, ignoring: ignoring, isThorough: isThorough)
    sources = compilation.sources
  }

  /// `5:3: warning[lint.x]: …`, in the order of the text.
  var lines: [String] {
    diagnostics.sorted { ($0.span.source.index, $0.span.start) < ($1.span.source.index, $1.span.start) }.map {
      let place = $0.span.source.index == 0 ? "" : "\(sources[$0.span.source].path):"
      return
        "\(place)\($0.span.start.line):\($0.span.start.column): \($0.severity.rawValue)[\($0.id.rawValue)]: \($0.message)"
    }
  }

  /// The identifiers of the findings.
  var ids: [String] { diagnostics.map(\.id.rawValue).sorted() }

  /// The text after the first fix of the first finding.
  func fixed() throws -> String {
    let fix = try #require(diagnostics.first?.fixes.first)
    return sources[fix.edit.span.source].applying([fix.edit])
  }
}

/// A spec of these layers for images of 8×32×32.
func spec(_ layers: String) -> String { "cnnc: 1\ninput: {channels: 8, size: 32}\nlayers:\n" + layers }

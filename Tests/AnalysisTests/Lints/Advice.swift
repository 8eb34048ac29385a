import Analysis
import Diagnostics
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
    var reader = SpecReader(files: MemoryFiles(texts: files.merging(["m.yaml": text]) { $1 }))
    try self.init("m.yaml", &reader, variant: variant, isThorough: isThorough, ignoring: ignoring, input: input)
  }

  init(
    _ path: String, _ reader: inout SpecReader, variant: String? = nil, isThorough: Bool = false,
    ignoring: Set<String> = [], input: Shape? = nil
  ) throws {
    let read = reader.read(path)
    let spec = try #require(read, "\(reader.diagnostics.sorted.map(\.message))")
    var options = BuildOptions()
    options.variant = variant
    options.input = input
    let attempt = GraphBuilder.attempt(spec, options: options, sources: reader.sources)
    let graph = try #require(attempt.graph, "\(attempt.diagnostics.sorted.map(\.message))")
    diagnostics = Linter.lint(
      graph, spec: spec, options: options, sources: reader.sources, ignoring: ignoring, isThorough: isThorough)
    sources = reader.sources
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

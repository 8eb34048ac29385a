import Diagnostics
import Foundation
import Frontend
import GraphIR
import Shapes
import SpecLanguage

/// The repository's files, by paths from its root.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"

  static func url(_ path: String) -> URL { root.appendingPathComponent(path) }

  /// The specs of a folder, by path.
  static func specs(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url(folder).path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
  }

  static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(path))) }

  static func text(_ path: String) -> String? { try? String(contentsOf: url(path), encoding: .utf8) }

  static func write(_ text: String, to path: String) throws {
    try text.write(to: url(path), atomically: true, encoding: .utf8)
  }
}

/// Files of the repository with one of them in another wording.
struct RepositoryFiles: FileAccess {
  var path: String
  var bytes: [UInt8]

  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    if path == self.path { return bytes }
    guard let bytes = try? Repository.bytes(path) else { throw FileError("no such file or directory") }
    return bytes
  }

  func lies(_ path: String, within folder: String) -> Bool { true }
}

/// What a run finds in a spec.
struct Findings {
  var diagnostics: [Diagnostic]
  var sources: SourceTable
  var graph: Graph?

  /// Options stand in the text as `# check: --variant slim --input 3xHxW`.
  init(_ path: String, bytes: [UInt8]) {
    let files = RepositoryFiles(path: path, bytes: bytes)
    self.init(path, files: files, options: Self.options(in: bytes))
  }

  init(_ path: String, files: any FileAccess, options: BuildOptions = BuildOptions()) {
    let compilation = Compilation(path, options: options, files: files)
    graph = compilation.graph
    diagnostics = compilation.diagnostics
    sources = compilation.sources
  }

  /// The findings of a text.
  init(of text: String) {
    self.init("spec.yaml", files: MemoryFiles(texts: ["spec.yaml": text]))
  }

  private static func options(in bytes: [UInt8]) -> BuildOptions {
    var options = BuildOptions()
    let first = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    guard first.hasPrefix("# check: ") else { return options }
    let words = first.split(separator: " ").dropFirst(2)
    for (option, value) in zip(words, words.dropFirst()) {
      if option == "--variant" { options.variant = String(value) }
      if option == "--input" {
        options.input = Shape(value.split(separator: "x").map { Int($0).map { .known($0) } ?? .symbol(String($0)) })
      }
    }
    return options
  }

  /// The texts that people read, one after the other.
  var rendered: String {
    let renderer = DiagnosticRenderer(sources: sources)
    return diagnostics.map { renderer.render($0) }.joined(separator: "\n")
  }
}

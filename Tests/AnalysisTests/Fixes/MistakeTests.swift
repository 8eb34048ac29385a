import Analysis
import Diagnostics
import Foundation
import Frontend
import GraphIR
import Layers
import Shapes
import SpecLanguage
import Testing

/// A spec with what is found in it, fixes included.
private struct Checked {
  var diagnostics: [Diagnostic]
  var sources: SourceTable
  var attempt: BuildAttempt?

  var errors: Set<String> {
    Set(diagnostics.filter { $0.severity == .error }.map { "\($0.id.rawValue) \($0.message)" })
  }

  /// How many errors are a finding's, word for word: a spec may make a mistake twice.
  func count(of finding: Diagnostic) -> Int {
    diagnostics.count { $0.severity == .error && $0.id == finding.id && $0.message == finding.message }
  }

  init(_ text: String, files: [String: String] = [:], path: String = "m.yaml") {
    var files = files
    files[path] = text
    var compilation = Compilation(path, files: MemoryFiles(texts: files))
    compilation.addFixes(within: .seconds(60))
    attempt = compilation.attempt
    diagnostics = compilation.diagnostics
    sources = compilation.sources
  }

  func text(after fix: Diagnostic.Fix) -> (path: String, text: String) {
    let file = sources[fix.edit.span.source]
    return (file.path, file.applying([fix.edit]))
  }
}

/// Mistakes as people make them, each with the right fix or none: what stands at the top of the files in `Mistakes`.
@Suite("Fixes of realistic mistakes") struct MistakeTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "Mistakes")
  private static let specs = folder.appendingPathComponent("../../../../specs/errors").standardized

  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return all.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  private enum Right {
    /// The one change, which `--fix` makes.
    case automatic(String)
    /// Among several changes that are shown.
    case shown(String)
    case nothing
  }

  private static func right(for text: String) throws -> Right {
    let line = try #require(text.split(separator: "\n").dropFirst().first)
    if line == "# none" { return .nothing }
    let match = try #require(line.wholeMatch(of: /# (auto|shown): (.+) => (.+)/))
    let (old, new) = (match.2.replacing("\\n", with: "\n"), match.3.replacing("\\n", with: "\n"))
    let body = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2).joined(separator: "\n")
    try #require(body.contains(old), "the text to replace does not occur")
    let head = text.split(separator: "\n").prefix(2).joined(separator: "\n") + "\n"
    let place = try #require(body.range(of: old))
    let wanted = head + body.replacingCharacters(in: place, with: new)
    return match.1 == "auto" ? .automatic(wanted) : .shown(wanted)
  }

  @Test func thereAreForty() { #expect(Self.names.count >= 40) }

  @Test("have the right fix, and it is made only if it is the one", arguments: names)
  func rightFix(_ name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let checked = Checked(text)
    #expect(!checked.errors.isEmpty, "there is no mistake")
    let fixes = checked.diagnostics.flatMap(\.fixes).filter { !$0.description.hasPrefix("expect ") }
    let texts = fixes.map { checked.text(after: $0).text }
    switch try Self.right(for: text) {
    case .automatic(let wanted):
      let made = fixes.filter(\.isUnambiguous).map { checked.text(after: $0).text }
      #expect(made == [wanted], "\(fixes.map(\.description))")
      #expect(Checked(wanted).errors.isEmpty)
    case .shown(let wanted):
      #expect(texts.contains(wanted), "\(fixes.map(\.description))")
      #expect(!fixes.contains { $0.isUnambiguous }, "\(fixes.map(\.description))")
    case .nothing: #expect(!fixes.contains { $0.isUnambiguous }, "\(fixes.map(\.description))")
    }
  }

  private static let all: [String] = {
    let broken = (try? FileManager.default.contentsOfDirectory(atPath: specs.path)) ?? []
    return names.map { folder.appendingPathComponent($0).path }
      + broken.filter { $0.hasSuffix(".yaml") }.sorted().map { specs.appendingPathComponent($0).path }
  }()

  /// Whatever is offered mends its finding and brings no other; what is made unasked leaves all else as it was.
  @Test("mend without damage", arguments: all)
  func everyFix(_ path: String) throws {
    let url = URL(fileURLWithPath: path)
    guard let text = try? String(contentsOf: url, encoding: .utf8) else { return }
    var files: [String: String] = [:]
    let blocks = url.deletingLastPathComponent().appendingPathComponent("blocks")
    for name in (try? FileManager.default.contentsOfDirectory(atPath: blocks.path)) ?? [] {
      files["blocks/\(name)"] = try? String(contentsOf: blocks.appendingPathComponent(name), encoding: .utf8)
    }
    let before = Checked(text, files: files)
    for finding in before.diagnostics {
      for fix in finding.fixes {
        let (file, edited) = before.text(after: fix)
        var changed = files
        changed["m.yaml"] = text
        changed[file] = edited
        let after = Checked(changed["m.yaml"] ?? text, files: changed)
        let isMended = after.count(of: finding) < max(1, before.count(of: finding))
        #expect(isMended, "\(fix.description)")
        // A text that could not be read at all may have further faults behind the one that is mended.
        if before.attempt != nil {
          #expect(after.errors.isSubset(of: before.errors), "\(fix.description)")
          if before.errors.count == 1 { #expect(after.attempt?.graph != nil, "\(fix.description)") }
        }
        if fix.isUnambiguous, let old = before.attempt, let new = after.attempt {
          for change in changes(from: old, to: new, line: fix.edit.span) {
            Issue.record("\(fix.description): \(change)")
          }
        }
      }
    }
  }

  /// Whether a layer stands in a block that is used in a line.
  private func isCalled(_ node: Node, at line: Int, in attempt: BuildAttempt) -> Bool {
    var current: Int? = node.scope
    while let id = current {
      let scope = attempt.scopes[id]
      if case .module = scope.kind, scope.span.start.line == line { return true }
      current = scope.parent
    }
    return false
  }

  /// The layers before the first fault whose shapes have changed, those at the edit and what hands them on left out.
  private func changes(from old: BuildAttempt, to new: BuildAttempt, line edit: Span) -> [String] {
    let last = old.faults.first?.inputs.compactMap(\.node).max() ?? -1
    let after = Dictionary(new.nodes.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    var moved: Set<Int> = []
    var result: [String] = []
    for node in old.nodes where node.id <= last {
      guard let other = after[node.path], other.keyword == node.keyword, other.output != node.output else { continue }
      let isAtEdit =
        (edit.start.line...edit.end.line).contains(node.span.start.line) || isCalled(node, at: edit.start.line, in: old)
      let handsOn =
        node.inputs.count == 1 && node.inputs[0].node.map(moved.contains) ?? false
        && node.parameters.allSatisfy { $0.shape.count < 2 }
      if isAtEdit || handsOn {
        moved.insert(node.id)
      } else {
        result.append("\(node.path) \(node.output) → \(other.output)")
      }
    }
    return result
  }
}

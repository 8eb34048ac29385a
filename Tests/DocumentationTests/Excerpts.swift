import Analysis
import Diagnostics
import Frontend
import GraphIR
import Interpreter
import Layers
import NetworkWeights
import Profiling
import Recipes
import Reports
import Runtime
import SpecLanguage
import Tensors

/// What the compiler says of the specs that a page shows or names.
struct Excerpts {
  struct UnknownRequest: Error, CustomStringConvertible {
    var description: String
  }

  private var files: [String: [UInt8]] = [:]
  private var last = ""

  /// A spec as the compiler sees it, and its findings as it prints them.
  struct Outcome {
    var spec: Spec?
    var graph: Graph?
    var findings: String
  }

  /// Takes note of a block of the page, for the requests and imports that follow.
  mutating func add(_ block: Page.YAMLBlock) {
    files[block.fileName ?? "model.yaml"] = Array(block.text.utf8)
    if block.fileName == nil { last = "model.yaml" }
  }

  /// The lines that a marker asks for.
  mutating func lines(for request: String) throws -> [String] {
    let words = request.split(separator: " ", maxSplits: 2).map(String.init)
    if request == "layers" { return Self.split("\n" + LayerReference.markdown()) }
    if words.count > 1, words[0] != "block" { try load(words[1]) }
    switch words[0] {
    case "report": return try fenced(TextReport.render(required(last)))
    case "findings":
      if words.count == 3 { try replace(words[2]) }
      return Self.fenced(outcome(last).findings)
    case "advice":
      var compilation = Compilation(last, files: MemoryFiles(files))
      compilation.lint()
      let renderer = DiagnosticRenderer(sources: compilation.sources)
      return Self.fenced(compilation.diagnostics.map(renderer.render).joined())
    case "names": return try fenced(Self.names(required(last)))
    case "counts": return try Self.counts(required(last))
    case "recipes":
      return RecipeReference.markdown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    case "plan": return try fenced(Self.plan(required(last)))
    case "block":
      try load(words[2])
      return try block(words[1])
    default: throw UnknownRequest(description: "'\(request)' is nothing that can be shown")
    }
  }

  // MARK: Specs

  private mutating func load(_ path: String) throws {
    files[path] = try DiskFiles().read(Repository.root + path, limit: 1 << 20)
    last = path
  }

  /// `identity for {…}`: puts a text in place of another, which the spec must have once.
  private mutating func replace(_ request: String) throws {
    let sides = request.split(separator: " for ", maxSplits: 1).map(String.init)
    let text = String(decoding: files[last] ?? [], as: UTF8.self)
    guard sides.count == 2, text.ranges(of: sides[1]).count == 1 else {
      throw UnknownRequest(description: "\(last) does not have this once: \(request)")
    }
    files[last] = Array(text.replacing(sides[1], with: sides[0]).utf8)
  }

  func outcome(_ path: String) -> Outcome {
    var compilation = Compilation(path, files: MemoryFiles(files))
    compilation.addFixes()
    let renderer = DiagnosticRenderer(sources: compilation.sources)
    return Outcome(
      spec: compilation.spec, graph: compilation.graph, findings: compilation.diagnostics.map(renderer.render).joined())
  }

  /// The outcome of a text that stands alone.
  func outcome(ofText text: String) -> Outcome {
    var copy = self
    copy.files["model.yaml"] = Array(text.utf8)
    return copy.outcome("model.yaml")
  }

  private func required(_ path: String) throws -> Graph {
    let outcome = outcome(path)
    guard let graph = outcome.graph else { throw UnknownRequest(description: outcome.findings) }
    return graph
  }

  // MARK: Texts

  private static func split(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last == "" { lines.removeLast() }
    return lines + [""]
  }

  private static func fenced(_ text: String, _ language: String = "text") -> [String] {
    ["```\(language)"] + split(text).dropLast() + ["```"]
  }

  private func fenced(_ text: String) -> [String] { Self.fenced(text) }

  /// The paths of the layers that hold tensors, in lines of about a hundred characters.
  private static func names(_ graph: Graph) -> String {
    var lines = [""]
    for path in graph.nodes.filter({ !$0.parameters.isEmpty }).map(\.path) {
      let last = lines[lines.count - 1]
      if last.count + path.count > 96 {
        lines.append(path)
      } else {
        lines[lines.count - 1] += last.isEmpty ? path : "  \(path)"
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The plan for two threads, which is the same on every processor but for the name of its instruction set.
  private static func plan(_ graph: Graph) throws -> String {
    let tensors = graph.expectedTensors.map { ($0.name, Tensor(zeros: $0.shape)) }
    let interpreter = try Interpreter(graph, parameters: Dictionary(uniqueKeysWithValues: tensors))
    var options = PlanOptions(threads: 2)
    options.instructionSet = .portable
    return try PlanReport.text(interpreter.plan(options: options), title: graph.name)
  }

  /// A network counted in every convention.
  private static func counts(_ graph: Graph) -> [String] {
    let rows = CountConvention.allCases.map { convention in
      let total = convention.total(graph).value.map(Totals.grouped) ?? "open"
      return "| `\(convention.rawValue)` | \(total) \(convention.unit) | \(convention.explanation) |"
    }
    return ["", "| `--count-as` | \(graph.name) | what is counted |", "|---|---:|---|"] + rows + [""]
  }

  /// A block of a spec as its file has it.
  private func block(_ name: String) throws -> [String] {
    guard let line = outcome(last).spec?.blocks[name]?.nameSpan.start.line else {
      throw UnknownRequest(description: "\(last) has no block \(name)")
    }
    let lines = String(decoding: files[last] ?? [], as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    let rest = lines.dropFirst(line).prefix { $0.hasPrefix("   ") }
    return ["```yaml", String(lines[line - 1])] + rest.map(String.init) + ["```"]
  }
}

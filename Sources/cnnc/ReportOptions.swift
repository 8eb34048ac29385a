import ArgumentParser
import Diagnostics
import Frontend
import GraphIR
import Reports
import SpecLanguage

/// The options that say what is looked at of a network and how it is shown, for the commands that report on specs.
struct ReportOptions: ParsableArguments {
  @Flag(help: "Check every variant of the specs as well.")
  var allVariants = false

  @Option(help: ArgumentHelp("How many levels of blocks to unfold, or all.", valueName: "n|all"))
  var depth = Depth.levels(1)

  @Option(
    help: ArgumentHelp(
      "The table's columns, joined by commas: some of \(Column.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "a,b,…"), transform: ColumnList.init)
  var columns: ColumnList?

  @Flag(name: .shortAndLong, help: "Print findings alone, no reports.")
  var quiet = false

  @Option(help: "When to colour.")
  var color = ColorChoice.auto

  @Option(help: ArgumentHelp("Say why a node or block has its shape.", valueName: "node"))
  var explain: String?

  @Option(help: "Whose way of counting the cost column follows.")
  var countAs = CountConvention.cnnc

  /// - Throws: `ValidationError` for options that exclude each other.
  func checkUse(with network: NetworkOptions) throws {
    if quiet, explain != nil { throw ValidationError("--quiet and --explain exclude each other") }
    if allVariants, network.variant != nil { throw ValidationError("--all-variants and --variant exclude each other") }
  }

  /// The variants to build of a spec; nil stands for the spec without one.
  func variants(of path: String, files: any FileAccess = DiskFiles()) -> [String?] {
    guard allVariants, path != "-" else { return [nil] }
    return [nil] + (Compilation.spec(at: path, files: files)?.variants.map(\.name) ?? [])
  }

  /// What a report as text is like; with the columns of a terminal it keeps to them.
  func textOptions(color: Bool, columns width: Int?) -> TextReport.Options {
    var result = TextReport.Options()
    result.depth = depth.limit
    if let columns { result.columns = columns.columns }
    if let width {
      result.width = min(max(width, 40), result.width)
      result.breaksTable = true
    }
    result.color = color
    result.convention = countAs
    return result
  }

  /// Why a node or block has its shape.
  ///
  /// - Throws: `ValidationError` if there is none of that path.
  func explanation(of path: String, in graph: Graph, _ compilation: Compilation) throws -> String {
    if let text = ShapeExplanation.explain(path, in: graph, sources: compilation.sources) { return text }
    throw ValidationError("\(graph.file) has no node '\(path)'\(graph.hint(atPath: path))")
  }
}

extension Graph {
  /// What to say of a path that no node or block has: the nearest one, or what lists them.
  func hint(atPath path: String) -> String {
    let near = suggestion(for: path, among: nodes.map(\.path) + scopes.map(\.path))
    return near.isEmpty ? "; `cnnc check \(file.printable) --depth all` lists them" : near
  }
}

/// `--depth 2`, `--depth all`.
enum Depth: ExpressibleByArgument {
  case levels(Int)
  case all

  init?(argument: String) {
    if argument == "all" {
      self = .all
    } else if let levels = Int(argument), levels >= 1 {
      self = .levels(levels)
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { limit.map(String.init) ?? "all" }

  var limit: Int? { if case .levels(let levels) = self { levels } else { nil } }
}

/// `--columns layer,output,params`.
struct ColumnList {
  var columns: [Column]

  /// - Throws: `ValidationError` that lists the columns, if a name is none of them.
  init(_ argument: String) throws {
    let known = Column.allCases.map(\.rawValue)
    columns = try argument.split(separator: ",").map { name in
      let name = String(name.drop { $0 == " " })
      guard let column = Column(rawValue: name) else {
        throw ValidationError("there is no column '\(name)'\(suggestion(for: name, among: known))")
      }
      return column
    }
    if columns.isEmpty { throw ValidationError("a column is missing") }
  }
}

extension CountConvention: ExpressibleByArgument {}

import Analysis
import ArgumentParser
import Diagnostics
import Frontend
import GraphIR
import Interpreter
import NetworkWeights
import Reports
import SpecLanguage
import Tensors

/// `cnnc check SPEC...`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check specs, and report every layer's shape, parameters and cost.")

  enum Format: String, OutputFormat {
    case text
    case json
    case csv
    case markdown
    case github
    case sarif

    static let standard = text
    static let endings: [String: Format] = ["md": .markdown]

    /// Whether the findings are the output, or part of it, rather than messages beside it.
    var holdsFindings: Bool {
      switch self {
      case .json, .github, .sarif: true
      case .text, .csv, .markdown: false
      }
    }
  }

  @ArgumentParser.Argument(
    help: "The specs, or folders of them; - reads the standard input.", completion: Completions.spec)
  var specs: [String]

  @OptionGroup var options: NetworkOptions

  @OptionGroup var images: BatchOption

  @Flag(help: "Check every variant of the specs as well.")
  var allVariants = false

  @Option(help: ArgumentHelp("How many levels of blocks to unfold, or all.", valueName: "n|all"))
  var depth = Depth.levels(1)

  @Option(
    help: ArgumentHelp(
      "The table's columns, joined by commas: some of \(Column.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "a,b,…"), transform: ColumnList.init)
  var columns: ColumnList?

  @Option(
    name: .customLong("format"),
    help: "How to print the report; github and sarif have the findings alone. Else by the ending of --output, or text.")
  var requestedFormat: Format?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the report to a file.", valueName: "file"))
  var output = "-"

  @Flag(name: .shortAndLong, help: "Print findings alone, no reports.")
  var quiet = false

  @OptionGroup var lints: LintOptions

  @Option(help: "When to colour.")
  var color = ColorChoice.auto

  @Option(help: ArgumentHelp("Say why a node or block has its shape.", valueName: "node"))
  var explain: String?

  @Option(help: "Whose way of counting the cost column follows.")
  var countAs = CountConvention.cnnc

  @Flag(help: "Also say what memory a step of training on --batch images takes, and where most of it.")
  var train = false

  @Option(
    help: ArgumentHelp(
      """
      With --train, low for a step that makes values of the forward pass again in place of keeping them; an amount for the \
      largest batch that fits into it. Both may be given.
      """, valueName: "low|4GB|512MiB"))
  var memory: [TrainingMemoryOption] = []

  @Flag(help: "Make the changes that are the one way to mend a finding.")
  var fix = false

  @Flag(help: "Write the actual figures into the specs' expect.")
  var updateExpect = false

  func validate() throws {
    let format = try format
    if quiet, format == .csv || format == .markdown { throw ValidationError("--quiet leaves nothing of \(format)") }
    if quiet, explain != nil { throw ValidationError("--quiet and --explain exclude each other") }
    if allVariants, options.variant != nil { throw ValidationError("--all-variants and --variant exclude each other") }
    if fix || updateExpect, specs.contains("-") { throw ValidationError("the standard input cannot be changed") }
    if explain != nil, format != .text { throw ValidationError("--explain is text, not \(format)") }
    if !memory.isEmpty, !train {
      throw ValidationError("--memory says what a step of training has, and --train is missing")
    }
    if train, format != .text || quiet || explain != nil { throw ValidationError("--train adds to the report as text") }
    if explain != nil, specs.count > 1 { throw ValidationError("--explain looks at one spec") }
  }

  /// What the options say, or the ending of the output.
  private var format: Format {
    get throws { try Format.chosen(requestedFormat, output: output) }
  }

  func run() throws {
    let format = try format
    var entries: [JSONReport.Entry] = []
    var status: ExitCode = .success
    var text = ""
    let choice = options.choice(batch: images.batch)
    let selection = try SpecSelection(specs)
    if explain != nil, selection.specs.count > 1 { throw ValidationError("--explain looks at one spec") }
    for path in selection.blocks {
      let compilation = Compilation(blocksIn: path)
      if !format.holdsFindings { compilation.printDiagnostics(color: color.isOn(for: 2)) }
      if compilation.hasErrors { status = .findings }
      if !quiet { standardError("\(path): blocks, whose shapes are checked where specs use them\n") }
      entries.append(
        JSONReport.Entry(
          file: path, graph: nil, diagnostics: compilation.diagnostics, sources: compilation.sources,
          convention: countAs))
    }
    for path in selection.specs {
      for variant in variants(of: path) {
        var compilation = Compilation(path: path, choice: choice, variant: variant, lints: lints)
        if fix {
          let fixed = FixApplication(compilation) {
            Compilation(path: path, choice: choice, variant: variant, lints: lints, files: $0)
          }
          for (file, text) in fixed.texts.sorted(by: { $0.key < $1.key }) { try writeOutput(text, to: file) }
          compilation = fixed.compilation
          for change in fixed.changes { standardError("\(path): fixed: \(change)\n") }
        }
        if updateExpect,
          try ExpectationUpdate.apply(
            to: &compilation, choice: choice, variant: variant, lints: lints)
        {
          standardError("\(path): expect updated\n")
        }
        for finding in compilation.graph?.valueFileFindings(from: DiskFiles()) ?? [] {
          compilation.findings.report(finding)
        }
        if !format.holdsFindings { compilation.printDiagnostics(color: color.isOn(for: 2)) }
        if compilation.isUnusable {
          status = .unusable
        } else if status != .unusable, compilation.hasErrors || lints.strict && compilation.hasWarnings {
          status = .findings
        }
        entries.append(
          JSONReport.Entry(
            file: path, graph: compilation.graph, diagnostics: compilation.diagnostics,
            sources: compilation.sources, convention: countAs))
        guard let graph = compilation.graph, !quiet else { continue }
        if let explain {
          text += try explanation(of: explain, in: graph, compilation)
          continue
        }
        if !text.isEmpty { text += "\n" }
        text += render(graph, as: format)
        if train, !compilation.hasErrors { text += try "\n" + trainingMemory(of: graph, status: &status) }
      }
    }
    switch format {
    case .json: text = JSONReport.render(entries)
    case .github: text = GitHubFormat.render(entries)
    case .sarif: text = SARIFReport.render(entries, toolVersion: Cnnc.configuration.version)
    case .text, .csv, .markdown: break
    }
    if !quiet, let summary = selection.summary { standardError("\(summary)\n") }
    // A report that errors leave nothing of takes the place of none that is there.
    let isEmpty = text.isEmpty && (quiet ? output == "-" : output != "-" && status != .success)
    if !isEmpty { try writeOutput(text, to: output) }
    if status != .success { throw status }
  }

  /// The variants to build of a spec; nil stands for the spec without one.
  private func variants(of path: String) -> [String?] {
    guard allVariants, path != "-" else { return [nil] }
    return [nil] + (Compilation.spec(at: path)?.variants.map(\.name) ?? [])
  }

  private func render(_ graph: Graph, as format: Format) -> String {
    switch format {
    case .csv: CSVReport.render(graph, columns: columns?.columns ?? Column.standard, convention: countAs)
    case .markdown: MarkdownReport.render(graph, options: textOptions)
    case .text, .json, .github, .sarif: TextReport.render(graph, options: textOptions)
    }
  }

  /// What a step of training takes; empty, with the reason printed, if there is none.
  private func trainingMemory(of graph: Graph, status: inout ExitCode) throws -> String {
    var (use, limit) = (MemoryUse.standard, Int?.none)
    for option in memory {
      switch option {
      case .use(let said): use = said
      case .limit(let count): limit = count.bytes
      }
    }
    do {
      try graph.requireSizes()
      return try TrainingMemoryReport(graph, use).text(batch: images.batch ?? 1, limit: limit)
    } catch let error as GradientError {
      standardError("cnnc: \(graph.file): the network cannot be trained: \(error)\n")
    } catch let error as InterpreterError {
      standardError("cnnc: \(graph.file): \(error)\n")
    } catch let error as RunError {
      standardError("cnnc: \(graph.file): \(error.message)\n")
      status = error.status
    }
    if status == .success { status = .findings }
    return ""
  }

  private var textOptions: TextReport.Options {
    var result = TextReport.Options()
    result.depth = depth.limit
    if let columns { result.columns = columns.columns }
    if output == "-", let columns = Terminal.columns {
      result.width = min(max(columns, 40), result.width)
      result.breaksTable = true
    }
    result.color = output == "-" && color.isOn(for: 1)
    result.convention = countAs
    return result
  }

  private func explanation(of path: String, in graph: Graph, _ compilation: Compilation) throws -> String {
    if let text = ShapeExplanation.explain(path, in: graph, sources: compilation.sources) { return text }
    let known = graph.nodes.map(\.path) + graph.scopes.map(\.path)
    throw ValidationError("\(graph.file) has no node '\(path)'\(suggestion(for: path, among: known))")
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

import Analysis
import ArgumentParser
import Diagnostics
import Frontend
import GraphIR
import Interpreter
import Recipes
import Reports
import SpecLanguage
import Tensors
import TrainingRuns

/// `cnnc check SPEC...`.
struct CheckCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check specs, and report every layer's shape, parameters and cost.",
    discussion: discussion())

  static let examples = [
    Example("cnnc check specs/resnet50.yaml", "Whether a spec fits together, with the shape and cost of every layer"),
    Example(
      "cnnc check specs/resnet50.yaml --variant resnet101 --depth 2",
      "Another variant, with the layers of its blocks"),
    Example("cnnc check specs/resnet50.yaml --explain layer2.0.conv2", "Why a layer has its shape"),
    Example("cnnc check specs/ --quiet", "Findings alone, of every spec in a folder and below"),
    Example("cnnc check net.yaml --fix", "Make the changes that are the only way to mend what was found"),
    Example("cnnc check - < net.yaml", "A spec from another program"),
  ]

  enum Format: String, OutputFormat {
    case text
    case json
    case csv
    case markdown
    case github
    case sarif

    static let standard = text
    static let endings: [String: Format] = ["log": .text, "md": .markdown, "txt": .text]

    var otherEndings: Set<String> { self == .sarif ? ["json"] : [] }

    /// Whether the findings are the output, or part of it, rather than messages beside it.
    var holdsFindings: Bool {
      switch self {
      case .json, .github, .sarif: true
      case .text, .csv, .markdown: false
      }
    }
  }

  @ArgumentParser.Argument(
    help: "The specs, folders of them, or patterns; - reads the standard input.", completion: Completions.spec)
  var specs: [String]

  @OptionGroup var options: NetworkOptions

  @OptionGroup var images: BatchOption

  @OptionGroup var reports: ReportOptions

  @Option(
    name: .customLong("format"),
    help: "How to print the report; github and sarif have the findings alone. Else by the ending of --output, or text.")
  var requestedFormat: Format?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the report to a file.", valueName: "file"))
  var output = "-"

  @OptionGroup var lints: LintOptions

  @Flag(
    help: """
      Also say what memory a step of training takes, and where most of it: by the spec's recipe, without one by stochastic \
      gradient descent with momentum, on --batch images.
      """)
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
    try reports.checkUse(with: options)
    let (quiet, explain) = (reports.quiet, reports.explain)
    if quiet, format == .csv || format == .markdown { throw ValidationError("--quiet leaves nothing of \(format)") }
    if fix || updateExpect, specs.contains("-") { throw ValidationError("the standard input cannot be changed") }
    if explain != nil, format != .text { throw ValidationError("--explain is text, not \(format)") }
    if !memory.isEmpty, !train {
      throw ValidationError("--memory says what a step of training has, and --train is missing")
    }
    if train, quiet { throw ValidationError("--train adds to the report, which --quiet leaves out") }
    if train, explain != nil { throw ValidationError("--train and --explain exclude each other") }
    if train, format != .text { throw ValidationError("--train adds to the report as text, not as \(format)") }
    if explain != nil, specs.count > 1 { throw ValidationError("--explain looks at one spec") }
  }

  /// What the options say, or the ending of the output.
  private var format: Format {
    get throws { try Format.chosen(requestedFormat, output: output) }
  }

  func run() throws {
    let format = try format
    let (quiet, explain, countAs, color) = (reports.quiet, reports.explain, reports.countAs, reports.color)
    var entries: [JSONReport.Entry] = []
    var status: ExitCode = .success
    var text = ""
    let choice = options.choice(batch: images.batch)
    let selection = try SpecSelection(specs)
    if explain != nil, selection.specs.count > 1 { throw ValidationError("--explain looks at one spec") }
    for (folder, reason) in selection.problems {
      var sources = SourceTable()
      let start = Position(line: 1, column: 1)
      let source = sources.add(SourceFile(path: folder, bytes: []))
      let finding = Diagnostic(.unreadableFile, reason, at: Span(source: source, start: start, end: start))
      if !format.holdsFindings { standardError("cnnc: \(reason)\n") }
      status = .unusable
      entries.append(
        JSONReport.Entry(file: folder, graph: nil, diagnostics: [finding], sources: sources, convention: countAs))
    }
    for path in selection.blocks {
      let compilation = Compilation(blocksIn: path)
      if !format.holdsFindings { compilation.printDiagnostics(color: color.isOn(for: 2)) }
      if compilation.hasErrors, status == .success { status = .findings }
      if !quiet { standardError("\(path): blocks, whose shapes are checked where specs use them\n") }
      entries.append(
        JSONReport.Entry(
          file: path, graph: nil, diagnostics: compilation.diagnostics, sources: compilation.sources,
          convention: countAs))
    }
    for path in selection.specs {
      for variant in reports.variants(of: path) {
        var compilation = Compilation(path: path, choice: choice, variant: variant, lints: lints)
        if fix {
          let fixed = FixApplication(compilation) {
            Compilation(path: path, choice: choice, variant: variant, lints: lints, files: $0)
          }
          for (file, text) in fixed.texts.sorted(by: { $0.key < $1.key }) { try writeOutput(text, to: file) }
          compilation = fixed.compilation
          for change in fixed.changes { standardError("\(change.file): fixed: \(change.description)\n") }
        }
        if updateExpect,
          try ExpectationUpdate.apply(
            to: &compilation, choice: choice, variant: variant, lints: lints)
        {
          standardError("\(path): expect updated\n")
        }
        compilation.addValueFileFindings()
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
          text += try reports.explanation(of: explain, in: graph, compilation)
          continue
        }
        if !text.isEmpty { text += "\n" }
        text += render(graph, as: format)
        if train, !compilation.hasErrors {
          text += try "\n" + trainingMemory(of: graph, compilation.spec?.training, status: &status)
        }
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

  private func render(_ graph: Graph, as format: Format) -> String {
    switch format {
    case .csv:
      CSVReport.render(graph, columns: reports.columns?.columns ?? Column.standard, convention: reports.countAs)
    case .markdown: MarkdownReport.render(graph, options: textOptions)
    case .text, .json, .github, .sarif: TextReport.render(graph, options: textOptions)
    }
  }

  /// What a step of training takes; empty, with the reason printed, if there is none.
  private func trainingMemory(
    of graph: Graph, _ settings: RecipeSettings?, status: inout ExitCode
  ) throws -> String {
    var (use, limit) = (MemoryUse.standard, Int?.none)
    for option in memory {
      switch option {
      case .use(let said): use = said
      case .limit(let count): limit = count.bytes
      }
    }
    do {
      try graph.requireSizes()
      if let misfit = TrainableNetwork.misfit(graph) {
        standardError("cnnc: \(graph.file): cnnc train does not train this: \(misfit)\n")
      }
      return try TrainingMemoryReport(graph, settings.map { Recipe($0) }, use).text(batch: images.batch, limit: limit)
    } catch let error as GradientError {
      standardError("cnnc: \(graph.file): the network cannot be trained: \(error)\n")
    } catch let error as TrainingRunError {
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
    reports.textOptions(
      color: output == "-" && reports.color.isOn(for: 1), columns: output == "-" ? Terminal.columns : nil)
  }
}

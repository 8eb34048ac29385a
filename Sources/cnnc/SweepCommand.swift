import Analysis
import ArgumentParser
import Diagnostics
import GraphIR
import Reports
import Shapes
import SpecLanguage

/// `cnnc sweep SPEC...`.
struct SweepCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep", abstract: "Tabulate the cost of a network over values of its parameters.",
    discussion: discussion(
      """
      Without --over, runs the spec's sweeps, which reproduce a paper's tables: the paper's figures stand beside ours, \
      and the exit status is 1 when one is off by more than its last digit. In folders, specs without sweeps are passed \
      over.
      """))

  static let examples = [
    Example("cnnc sweep specs/mobilenet_v1.yaml", "A paper's tables, its figures beside ours"),
    Example(
      "cnnc sweep specs/resnet50.yaml --over n4=6,23", "A table over values of a parameter, here the third stage"),
  ]

  enum Format: String, OutputFormat {
    case text
    case json
    case csv
    case markdown

    static let standard = text
    static let endings: [String: Format] = ["log": .text, "md": .markdown, "txt": .text]
  }

  @ArgumentParser.Argument(
    help: "The specs, or folders of them; - reads the standard input.", completion: Completions.spec)
  var specs: [String]

  @Option(
    name: .customLong("over"),
    help: ArgumentHelp("Values for a parameter of the model; several make the product.", valueName: "name=v1,v2,…"))
  var axes: [String] = []

  @OptionGroup var options: NetworkOptions

  @Option(help: "How to print the tables; else by the ending of --output, or text.")
  var format: Format?

  @Option(help: ArgumentHelp("Draw MACs against parameters.", valueName: "out.svg"))
  var plot: String?

  @Flag(help: "Print the sweeps as a spec's `sweeps:`, with the figures that come out.")
  var expect = false

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Write to a file.", valueName: "file"),
    completion: .file())
  var output = "-"

  @Option(help: "When to colour.")
  var color = ColorChoice.auto

  func validate() throws {
    _ = try Format.chosen(format, output: output)
    let names = axes.map { $0.prefix { $0 != "=" } }
    for name in names where names.filter({ $0 == name }).count > 1 {
      throw ValidationError("--over gives '\(name)' twice; its values stand in one list")
    }
    if let twice = options.assignments.map({ $0.prefix { $0 != "=" } }).first(where: names.contains) {
      throw ValidationError("--over and --set both give '\(twice)'")
    }
    if let plot, !plot.lowercased().hasSuffix(".svg") { throw ValidationError("--plot draws .svg, not '\(plot)'") }
  }

  func run() throws {
    var entries: [SweepReport.Entry] = []
    var status: ExitCode = .success
    let selection = try SpecSelection(specs)
    for (_, reason) in selection.problems {
      standardError("cnnc: \(reason)\n")
      status = .unusable
    }
    for path in selection.blocks {
      standardError("cnnc: \(path) has blocks and no network, so no sweeps\n")
      status = .unusable
    }
    for path in selection.specs {
      let swept = SweepCompilation(
        path, over: axes, options: options.choice.buildOptions(), assignments: options.assignments
      ) { MemoryPlan($0)?.peakBytes }
      if let spec = swept.spec, axes.isEmpty, spec.sweeps.isEmpty, !swept.hasErrors, selection.isNamed(path) {
        standardError("cnnc: \(path) has no sweeps; say what varies with --over name=v1,v2\n")
        status = .unusable
      }
      let renderer = DiagnosticRenderer(sources: swept.sources, color: color.isOn(for: 2))
      for diagnostic in swept.diagnostics { standardError(renderer.render(diagnostic)) }
      if swept.isUnusable {
        status = .unusable
      } else if status == .success, swept.hasErrors {
        status = .findings
      }
      entries += swept.tables.map { SweepReport.Entry(file: path, model: swept.spec?.model ?? "", table: $0) }
    }
    if !entries.isEmpty {
      if let plot { try writeOutput(SweepPlot.svg(entries), to: plot) }
      try writeOutput(render(entries, as: Format.chosen(format, output: output)), to: output)
    }
    if status != .success { throw status }
  }

  private func render(_ entries: [SweepReport.Entry], as format: Format) -> String {
    if expect { return SweepReport.expectations(entries) }
    switch format {
    case .text: return SweepReport.text(entries)
    case .json: return SweepReport.json(entries)
    case .csv: return SweepReport.csv(entries)
    case .markdown: return SweepReport.markdown(entries)
    }
  }
}

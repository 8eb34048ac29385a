import ArgumentParser
import Frontend
import GraphIR
import Reports

/// `cnnc expand SPEC`.
struct ExpandCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "expand", abstract: "Print a spec with its blocks, loops and expressions written out.",
    discussion: discussion())

  static let examples = [
    Example("cnnc expand specs/resnet50.yaml", "The spec without parameters, loops and expressions"),
    Example("cnnc expand specs/resnet50.yaml --flat -o flat.yaml", "One list of layers, as a spec of its own"),
    Example("cnnc expand specs/resnet50.yaml --format json", "The graph for other programs"),
  ]

  enum Format: String, OutputFormat {
    case yaml
    case json

    static let standard = yaml
    static let endings: [String: Format] = ["yml": .yaml]
  }

  @ArgumentParser.Argument(help: "The spec; - reads the standard input.", completion: Completions.spec)
  var spec: String

  @OptionGroup var options: NetworkOptions

  @OptionGroup var images: BatchOption

  @Flag(help: "One layer a line, without hierarchy; layers and tensors are named by their paths, with __ for dots.")
  var flat = false

  @Option(help: "yaml is a spec again; json is the graph; else by the ending of --output, or yaml.")
  var format: Format?

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Write to a file.", valueName: "file"),
    completion: .file())
  var output = "-"

  func validate() throws {
    if try Format.chosen(format, output: output) == .yaml, images.batch != nil {
      throw ValidationError("--batch stands in the graph, --format json, and a spec has none")
    }
  }

  func run() throws {
    let compilation = Compilation(path: spec, choice: options.choice(batch: images.batch))
    compilation.printDiagnostics(color: ColorChoice.auto.isOn(for: 2))
    guard let graph = compilation.graph else {
      throw compilation.isUnusable ? ExitCode.unusable : ExitCode.findings
    }
    let format = try Format.chosen(format, output: output)
    let names = format == .yaml ? ExpandedFileNames(from: spec, to: output) : nil
    try names?.check(graph, compilation.spec)
    let text =
      switch format {
      case .yaml:
        ExpandedSpec.render(graph, spec: compilation.spec, sources: compilation.sources, flat: flat) { file in
          names?.name(file) ?? file
        }
      case .json: GraphJSON.write(graph)
      }
    try writeOutput(text, to: output)
  }
}

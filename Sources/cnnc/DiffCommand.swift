import Analysis
import ArgumentParser
import Diagnostics
import Frontend
import GraphIR
import Reports
import SpecLanguage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `cnnc diff A B`.
struct DiffCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Say what differs between two networks, and which weights of A load into B.",
    discussion: discussion(
      """
      Layers are matched by name, or by what they are and where they stand. Exit status: 0 if the networks are the same, \
      1 if they differ, 2 if one cannot be built.
      """))

  static let examples = [
    Example("cnnc diff specs/resnet50.yaml specs/resnet50.yaml@v1", "What a variant changes"),
    Example("cnnc diff old.yaml new.yaml", "What an edit changed, and which weights still load"),
  ]

  enum Format: String, OutputFormat {
    case text
    case json
    case markdown

    static let standard = text
    static let endings: [String: Format] = ["log": .text, "md": .markdown, "txt": .text]
  }

  @ArgumentParser.Argument(
    help: ArgumentHelp("A spec, or a variant of one.", valueName: "A[@variant]"), completion: Completions.spec)
  var a: String

  @ArgumentParser.Argument(
    help: ArgumentHelp("The spec to compare with it.", valueName: "B[@variant]"), completion: Completions.spec)
  var b: String

  @Option(help: ArgumentHelp("Give a parameter of A a value; repeatable.", valueName: "name=value"))
  var setA: [String] = []

  @Option(help: ArgumentHelp("Give a parameter of B a value; repeatable.", valueName: "name=value"))
  var setB: [String] = []

  @Option(
    help: ArgumentHelp("The input of both in place of the specs'.", valueName: "[name=]3x224x224|3xHxW"),
    transform: InputSize.parse)
  var input: [InputSize] = []

  @Option(help: "How to print the difference; else by the ending of --output, or text.")
  var format: Format?

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Write to a file.", valueName: "file"),
    completion: .file())
  var output = "-"

  @Option(help: "When to colour.")
  var color = ColorChoice.auto

  func validate() throws {
    try input.checkNames()
    if [a, b].allSatisfy({ $0 == "-" || $0.hasPrefix("-@") }) {
      throw ValidationError("the standard input can be read once; one of the two is a file")
    }
    _ = try Format.chosen(format, output: output)
  }

  func run() throws {
    guard let first = graph(a, setA, "--set-a"), let second = graph(b, setB, "--set-b") else {
      throw ExitCode.unusable
    }
    let diff = GraphDiff(first, second)
    let text =
      switch try Format.chosen(format, output: output) {
      case .text: DiffReport.text(diff)
      case .json: DiffJSON.render(diff)
      case .markdown: DiffReport.markdown(diff)
      }
    try writeOutput(text, to: output)
    if !diff.isEmpty { throw ExitCode.findings }
  }

  /// The graph of `FILE` or `FILE@variant`; nil, with the reasons printed, if there is none.
  private func graph(_ argument: String, _ assignments: [String], _ setOption: String) -> Graph? {
    var path = argument
    var variant: String?
    // A file may be called so.
    if let at = argument.lastIndex(of: "@"), !argument[at...].contains("/"), access(argument, F_OK) != 0 {
      path = String(argument[..<at])
      variant = String(argument[argument.index(after: at)...])
    }
    let choice = NetworkChoice(assignments: assignments, variant: variant, inputs: input, setOption: setOption)
    let compilation = Compilation(path: path, choice: choice)
    // What a spec expects of itself is no matter of the difference.
    let renderer = DiagnosticRenderer(sources: compilation.sources, color: color.isOn(for: 2))
    for diagnostic in compilation.diagnostics where diagnostic.severity == .error && diagnostic.id != .expectation {
      standardError(renderer.render(diagnostic))
    }
    return compilation.graph
  }
}

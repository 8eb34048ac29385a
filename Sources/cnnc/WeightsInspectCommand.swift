import ArgumentParser
import Weights

/// `cnnc weights inspect FILE`.
struct WeightsInspectCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "List the tensors of a file, and how they fit a spec's network.",
    discussion: discussion())

  static let examples = [
    Example("cnnc weights inspect model.pth", "A file's tensors"),
    Example(
      "cnnc weights inspect model.pth --spec specs/resnet18.yaml",
      "Whether they fit a network, and what differs"),
  ]

  enum Format: String, OutputFormat {
    case text
    case json

    static let standard = text
    static let endings: [String: Format] = ["log": .text, "txt": .text]
  }

  @ArgumentParser.Argument(
    help: "The file: safetensors, PyTorch's .pth, .npz or .npy.", completion: Completions.weights)
  var file: String

  @OptionGroup var binding: BindingOptions

  @Option(help: "How to print the list; else by the ending of --output, or text.")
  var format: Format?

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Write to a file.", valueName: "file"),
    completion: .file())
  var output = "-"

  func validate() throws { _ = try Format.chosen(format, output: output) }

  func run() throws {
    let (weights, found) = try binding.open(file)
    var report = WeightsReport(file: weights, binding: found)
    do {
      try report.readStatistics()
    } catch {
      throw reported(error)
    }
    let width = output == "-" ? Terminal.columns : nil
    try writeOutput(
      Format.chosen(format, output: output) == .json ? report.json : report.text(width: width), to: output)
    if report.hasFindings { throw ExitCode.findings }
  }
}

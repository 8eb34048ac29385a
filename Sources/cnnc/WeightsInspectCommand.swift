import ArgumentParser
import Weights

/// `cnnc weights inspect FILE`.
struct WeightsInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "List the tensors of a file, and how they fit a spec's network.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  @ArgumentParser.Argument(help: "The file: safetensors, PyTorch's .pth, .npz or .npy.")
  var file: String

  @OptionGroup var binding: BindingOptions

  @Option(help: "How to print the list.")
  var format = Format.text

  @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Write to a file.", valueName: "file"))
  var output = "-"

  func run() throws {
    let weights = try openWeights(file)
    var report = WeightsReport(file: weights, binding: try binding.binding(to: weights))
    do {
      try report.readStatistics()
    } catch {
      throw reported(error)
    }
    try writeOutput(format == .json ? report.json : report.text, to: output)
    if report.hasFindings { throw ExitCode.findings }
  }
}

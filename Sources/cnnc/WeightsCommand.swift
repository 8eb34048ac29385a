import ArgumentParser
import Weights

/// `cnnc weights inspect|convert|init`.
struct WeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights", abstract: "Look into files of weights, convert them, and draw first weights.",
    subcommands: [WeightsInspectCommand.self, WeightsConvertCommand.self, WeightsInitCommand.self])
}

/// The options that say how strictly a file must fit a network.
struct BindingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A spec whose network the file is for.", valueName: "spec"), completion: Completions.spec)
  var spec: String?

  @OptionGroup var options: SpecOptions

  @Option(
    help: ArgumentHelp(
      "Tensors of the network that the file may lack, * for any letters; repeatable.", valueName: "pattern"))
  var allowMissing: [String] = []

  func validate() throws {
    if spec == nil, options.variant != nil || !options.assignments.isEmpty || !allowMissing.isEmpty {
      throw ValidationError("--variant, --set and --allow-missing need --spec")
    }
  }

  /// The network's tensors matched with a file's; nil without a spec.
  ///
  /// - Throws: `ExitCode`, the findings printed, if the spec has errors.
  func binding(to file: WeightFile) throws -> WeightBinding? {
    guard let spec else { return nil }
    let network = try Network(spec, options)
    return WeightBinding.match(
      network.graph.expectedTensors, to: file.tensors, maps: network.maps, allowMissing: allowMissing)
  }
}

/// Opens a file of weights.
///
/// - Throws: `ExitCode.unusable`, the reason printed, if it cannot be read.
func openWeights(_ path: String) throws -> WeightFile {
  do {
    return try WeightFile.open(path)
  } catch {
    throw reported(error)
  }
}

/// Prints what is wrong with a file of weights; the exit status for it.
func reported(_ error: WeightError) -> ExitCode {
  standardError("cnnc: \(error)\n")
  return error.reason == .mismatch ? .findings : .unusable
}

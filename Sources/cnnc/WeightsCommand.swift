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

  @OptionGroup var options: NetworkOptions

  @OptionGroup var fitting: FittingOptions

  func validate() throws {
    if spec == nil,
      options.variant != nil || !options.assignments.isEmpty || !fitting.allowMissing.isEmpty
        || !fitting.allowUnexpected.isEmpty
    {
      throw ValidationError("--variant, --set, --allow-missing and --allow-unexpected need --spec")
    }
  }

  /// Opens a file of weights and matches it with the network; without a spec, what it has is taken as it is.
  ///
  /// - Throws: `ExitCode`, the reason or the findings printed, if the file cannot be read or the spec has errors.
  func open(_ path: String) throws -> (file: WeightFile, binding: WeightBinding?) {
    let file: WeightFile
    do throws(WeightError) {
      file = try fitting.open(path)
    } catch {
      throw reported(error)
    }
    guard let spec else {
      FittingOptions.sayChoice(of: file)
      return (file, nil)
    }
    return fitting.fit(file, to: try Network(spec, options))
  }
}

/// Prints what is wrong with a file of weights; the exit status for it.
func reported(_ error: WeightError) -> ExitCode {
  standardError("cnnc: \(error)\n")
  return error.reason == .mismatch ? .findings : .unusable
}

import ArgumentParser
import NetworkWeights
import SpecLanguage
import Weights

/// `cnnc weights init SPEC -o FILE`.
struct WeightsInitCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Draw a network's first weights, as its spec's init: says.",
    discussion: discussion(
      "The same seed gives the same file on every machine. Where a spec says nothing, PyTorch's rules hold."))

  static let examples = [
    Example("cnnc weights init specs/lenet5.yaml --seed 3 -o first.safetensors", "Weights to begin training with")
  ]

  @ArgumentParser.Argument(help: "The spec; - reads the standard input.", completion: Completions.spec)
  var spec: String

  @OptionGroup var options: NetworkOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The file to write, .safetensors or .npz.", valueName: "file"))
  var output: String

  @Option(help: "The seed of the random numbers.")
  var seed: UInt64 = 0

  func validate() throws { _ = try weightFormat(of: output) }

  func run() throws {
    let network = try Network(spec, options)
    do {
      let seed = seed
      let tensors = try network.graph.initialTensors(from: DiskFiles()).map { tensor in
        WeightWriter.Tensor(name: tensor.name, shape: tensor.shape) { () throws(WeightError) in
          tensor.initialization.values(count: tensor.shape.reduce(1, *), name: tensor.name, seed: seed)
        }
      }
      try WeightWriter.write(tensors, to: output, format: weightFormat(of: output))
      standardError("\(output): \(counted(tensors.count, "tensor"))\n")
    } catch let error as InitializationError {
      standardError("cnnc: \(spec): \(error.message)\n")
      throw error.status
    } catch let error as WeightError {
      throw reported(error)
    }
  }
}

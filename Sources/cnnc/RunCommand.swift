import ArgumentParser
import Interpreter
import NetworkWeights
import SpecLanguage
import Tensors
import Weights

/// `cnnc run SPEC --weights FILE --input FILE`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a network on a tensor, layer by layer.",
    discussion: """
      Every layer runs by itself, one after the other: exact, and made for looking into networks rather than for speed. \
      The input is a tensor C×H×W or N×C×H×W, already scaled as the network wants it.
      """)

  @ArgumentParser.Argument(help: "The spec; - reads the standard input.")
  var spec: String

  @OptionGroup var options: SpecOptions

  @Option(
    help: ArgumentHelp("A file of weights, or first weights drawn from a seed.", valueName: "file|random:seed"))
  var weights: WeightSource

  @Option(help: ArgumentHelp("Tensors of the network that the weights may lack; repeatable.", valueName: "pattern"))
  var allowMissing: [String] = []

  @Option(name: .customLong("tensor"), help: ArgumentHelp("The input: .npy, .npz or .safetensors.", valueName: "file"))
  var inputFile: String

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the outputs: .npz or .safetensors.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Write a layer's value beside the outputs; repeatable.", valueName: "node"))
  var tap: [String] = []

  @Option(help: "How many classes to print.")
  var top = 5

  func validate() throws {
    if let output { _ = try weightFormat(of: output) }
    if !tap.isEmpty, output == nil { throw ValidationError("--tap needs --output") }
    if top < 1 { throw ValidationError("--top must be at least 1") }
  }

  func run() throws {
    let network = try Network(spec, options)
    do {
      let parameters = try weights.parameters(of: network, allowMissing: allowMissing)
      let interpreter = try Interpreter(network.graph, parameters: parameters)
      let input = try batch(for: network)
      let results = try interpreter.run(input, taps: Set(tap))
      if let output { try write(results, of: network, to: output) } else { printTop(results.outputs[0], of: network) }
    } catch let error as InterpreterError {
      standardError("cnnc: \(error)\n")
      throw ExitCode.findings
    } catch let error as InitializationError {
      standardError("cnnc: \(spec): \(error.message)\n")
      throw ExitCode.findings
    } catch let error as WeightError {
      throw reported(error)
    }
  }

  /// The one tensor of the input's file, as a batch.
  private func batch(for network: Network) throws -> Tensor {
    let file = try openWeights(inputFile)
    guard let info = file.tensors.first, file.tensors.count == 1 else {
      throw ValidationError("\(inputFile) has \(file.tensors.count) tensors; the input is one")
    }
    let values = try file.float32(named: info.name)
    let shape = info.shape.count == network.graph.input.rank ? [1] + info.shape : info.shape
    return Tensor(values, shape: shape)
  }

  private func write(_ results: Interpreter.Results, of network: Network, to path: String) throws {
    let names = network.graph.outputs.map { $0.name ?? "output" }
    var tensors = zip(names, results.outputs).map { name, tensor in
      WeightWriter.Tensor(name: name, shape: tensor.shape) { tensor.elements }
    }
    for node in tap.sorted() {
      guard let tensor = results.taps[node], !names.contains(node) else { continue }
      tensors.append(WeightWriter.Tensor(name: node, shape: tensor.shape) { tensor.elements })
    }
    try WeightWriter.write(tensors, to: path, format: weightFormat(of: path))
  }

  /// Prints the likeliest classes of each image: softmax of the outputs, unless the network ends with one.
  private func printTop(_ output: Tensor, of network: Network) {
    let images = max(1, output.shape.first ?? 1)
    let classes = output.count / images
    let endsWithSoftmax =
      network.graph.outputs[0].value.node.map { network.graph.nodes[$0].keyword == "softmax" } ?? false
    let scores = output.reshaped(to: [images, classes])
    let elements = (endsWithSoftmax ? scores : Plain.softmax(scores)).elements
    var text = ""
    for image in 0..<images {
      let shares = Array(elements[(image * classes)..<((image + 1) * classes)])
      if images > 1 { text += "\(image)\n" }
      for index in shares.indices.sorted(by: { shares[$0] > shares[$1] }).prefix(top) {
        let percent = String(Int((shares[index] * 10000).rounded()))
        let digits = String(repeating: "0", count: max(0, 3 - percent.count)) + percent
        let label = network.labels.indices.contains(index) ? "  \(network.labels[index])" : ""
        text += "\(digits.dropLast(2)).\(digits.suffix(2))%  class \(index)\(label)\n"
      }
    }
    standardOutput(text)
  }
}

/// Where a run's weights come from.
enum WeightSource: ExpressibleByArgument {
  case file(String)
  case random(seed: UInt64)

  init?(argument: String) {
    guard argument.hasPrefix("random:") else {
      self = .file(argument)
      return
    }
    guard let seed = UInt64(argument.dropFirst("random:".count)) else { return nil }
    self = .random(seed: seed)
  }

  /// The network's tensors by their names.
  ///
  /// - Throws: `WeightError` if a file cannot be read or does not fit, `InitializationError` if first weights cannot be
  ///   drawn.
  func parameters(of network: Network, allowMissing: [String]) throws -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    switch self {
    case .file(let path):
      let file = try WeightFile.open(path)
      let binding = WeightBinding.match(
        network.graph.expectedTensors, to: file.tensors, maps: network.maps, allowMissing: allowMissing)
      try binding.requireComplete(file: path)
      for bound in binding.bound {
        guard let info = file.info(named: bound.source) else { continue }
        result[bound.name] = Tensor(try file.float32(named: bound.source), shape: info.shape)
      }
    case .random(let seed):
      for tensor in try network.graph.initialTensors() {
        let count = tensor.shape.reduce(1, *)
        result[tensor.name] = Tensor(
          tensor.initialization.values(count: count, name: tensor.name, seed: seed), shape: tensor.shape)
      }
    }
    return result
  }
}

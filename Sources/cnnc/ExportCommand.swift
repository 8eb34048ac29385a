import ArgumentParser
import Frontend
import GraphIR
import Hashing
import Images
import JSON
import NetworkImages
import ONNX
import ONNXEmission
import Shapes
import Tensors
import Training
import Weights

/// `cnnc export SPEC -o net.onnx`.
struct ExportCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a network with its weights as ONNX.",
    discussion: discussion(
      """
      The file runs in ONNX Runtime, OpenVINO and whatever else reads ONNX. Tensors keep their names, the batch is open unless --batch \
      says a number, and with an input such as 3xHxW so are height and width, where the network allows it. More than 2 GiB of weights go into a second file beside the first.
      """))

  static let examples = [
    Example(
      "cnnc export specs/resnet50.yaml --weights resnet50.pth -o resnet50.onnx",
      "A network with published weights"),
    Example(
      "cnnc export specs/resnet50.yaml --batch 1 --fold-norms -o r.onnx",
      "For one image at a time, norms folded"),
  ]

  private enum Format: String, OutputFormat {
    case onnx

    static let standard = onnx
  }

  @ArgumentParser.Argument(help: "The spec; - reads the standard input.", completion: Completions.spec)
  var spec: String

  @OptionGroup var options: NetworkOptions

  @Option(
    help: ArgumentHelp(
      "A file of weights, or first weights drawn from a seed; random:0 without it.", valueName: "file|random:seed"),
    completion: Completions.weights)
  var weights: WeightSource?

  @OptionGroup var fitting: FittingOptions

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("The version of ONNX's operators, 17 without it.", valueName: "n"))
  var opset: Int?

  @Option(help: ArgumentHelp("The images of a batch; dynamic, any number, without it.", valueName: "n|dynamic"))
  var batch = ExportBatch.dynamic

  @Flag(help: "Put batch norms into the weights before them.")
  var foldNorms = false

  @Flag(help: "Keep the spec's blocks as functions.")
  var functions = false

  @Flag(help: "Put a softmax behind outputs that are logits.")
  var softmax = false

  func validate() throws {
    _ = try Format.chosen(nil, output: output, asking: nil)
    try fitting.checkUse(with: weights ?? .random(seed: 0))
    if let opset, !NetworkExport.opsets.contains(opset) {
      let known = NetworkExport.opsets
      throw ValidationError("--opset is \(known.lowerBound) to \(known.upperBound), not \(opset)")
    }
    // Weights of more than 2 GiB lie in a second file beside it.
    if output == "-" { throw ValidationError("--output takes a file, and /dev/stdout for a pipe; - is none") }
  }

  func run() throws {
    let network = try Network(spec, options)
    do {
      let sized = try sizedNetworks(of: network)
      let source = weights ?? .random(seed: 0)
      try refuseOverwriting([spec, source.file], with: output)
      if weights == nil {
        standardError("cnnc: \(spec): no --weights, so first values are written, those of random:0\n")
      }
      let parameters = try source.parameters(of: sized.first ?? network, fitting: fitting)
      if let warning = Self.warning(of: parameters, from: source) { standardError("cnnc: \(warning)\n") }
      var settings = NetworkExport.Options()
      settings.opset = opset
      settings.batch = batch.images
      settings.foldsNorms = foldNorms
      settings.appendsSoftmax = softmax
      settings.keepsBlocks = functions
      let export = NetworkExport(
        options: settings, metadata: try metadata(of: network, sized: sized.first ?? network),
        producerVersion: Cnnc.configuration.version)
      let model = try export.model(network.graph, sized: sized.map(\.graph), parameters: parameters)
      try model.write(to: output)
    } catch {
      throw reportedOfNetwork(error, spec: spec)
    }
  }

  /// Says which tensors have numbers that are none: the file is written, and computes as the network does.
  static func warning(of parameters: [String: Tensor], from source: WeightSource) -> String? {
    let faulty = parameters.filter { $0.value.firstFault != nil }.keys.sorted()
    guard !faulty.isEmpty else { return nil }
    let shown = faulty.prefix(5).map { "'\($0.printable)'" }.joined(separator: ", ")
    let more = faulty.count > 5 ? " and \(faulty.count - 5) more" : ""
    return "\(source.shown): NaN or infinity in \(shown)\(more); the file has them too"
  }

  /// The network for some sizes of an input that is open; none for one that is not.
  ///
  /// - Throws: `ExportError` if it cannot be built for any.
  private func sizedNetworks(of network: Network) throws -> [Network] {
    guard network.graph.inputs.contains(where: { !$0.shape.isKnown }) else { return [] }
    var found: [Network] = []
    // Of every remainder by 8, and multiples of what networks halve: a factor that holds for some sizes alone is found.
    for pixels in [64, 96, 160, 97, 98, 99, 100, 101, 102, 103, 104, 112, 224] {
      var choice = options.choice
      choice.inputs = network.graph.inputs.enumerated().map { place, input in
        let sizes = input.shape.dimensions.map { $0.value ?? $0.sized(pixels + 32 * place) }
        return InputSize(name: input.name, size: InputShape(Shape(sizes.map(Extent.known))))
      }
      let compilation = Compilation(path: spec, choice: choice)
      if let network = Network(compilation) { found.append(network) }
    }
    guard found.count > 1 else {
      throw ExportError("the network was built for none of the sizes that were tried; give one with --input")
    }
    return found
  }

  private func metadata(of network: Network, sized: Network) throws -> [(key: String, value: String)] {
    var result: [(key: String, value: String)] = []
    for (index, file) in network.sources.files.enumerated() where !file.isOption {
      let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
      if index == 0 { result.append(("cnnc.spec", name)) }
      result.append((index == 0 ? "cnnc.spec_sha256" : "cnnc.sha256.\(name)", SHA256.hash(file.bytes)))
    }
    if let variant = network.graph.variant { result.append(("cnnc.variant", variant)) }
    let settings = network.graph.settings.filter(\.isChanged).map { "\($0.name)=\($0.value)" }
    if !settings.isEmpty { result.append(("cnnc.set", settings.joined(separator: " "))) }
    if network.spec.preprocessing != nil {
      let preprocessing = try ImagePreprocessing(network.spec, for: sized.graph)
      result.append(("preprocess", preprocessing.json.compactText))
    }
    let labels = try ClassNames(network.spec, of: sized.graph).names
    if !labels.isEmpty { result.append(("labels", JSONValue.array(labels.map { .string($0) }).compactText)) }
    return result
  }
}

/// What `--batch` of `cnnc export` takes.
enum ExportBatch: ExpressibleByArgument, CustomStringConvertible {
  case dynamic
  case images(Int)

  init?(argument: String) {
    if argument == "dynamic" {
      self = .dynamic
    } else if let images = Int(argument), 1...BatchOption.most ~= images {
      self = .images(images)
    } else {
      return nil
    }
  }

  /// The number of images; nil for any.
  var images: Int? { if case .images(let images) = self { images } else { nil } }

  var description: String { images.map(String.init) ?? "dynamic" }
}

extension Extent {
  /// The number that an open size is when its letters stand for pixels in proportion to `pixels`: of `32H` a multiple of 32.
  fileprivate func sized(_ pixels: Int) -> Int {
    let factor = Int(description.prefix { $0.isNumber }) ?? 1
    return max(1, pixels / factor) * factor
  }
}

extension ImagePreprocessing {
  /// What is done, in the words of a spec.
  fileprivate var json: JSONValue {
    var members: [(String, JSONValue)] = []
    if orients { members.append(("orient", .string("exif"))) }
    switch resize {
    case .shorterSide(let side)?: members.append(("resize", .int(side)))
    case .exact(let height, let width)?: members.append(("resize", .ints([height, width])))
    case nil: break
    }
    if let crop { members.append(("crop", .ints([crop.height, crop.width]))) }
    members.append(("interpolation", .string(interpolation.rawValue)))
    members.append(("scale", .double(scale ?? 1.0 / 255)))
    if !mean.isEmpty { members.append(("mean", .array(mean.map { .double($0) }))) }
    if !deviation.isEmpty { members.append(("std", .array(deviation.map { .double($0) }))) }
    members.append(("order", .string(order.rawValue)))
    return .object(members)
  }
}

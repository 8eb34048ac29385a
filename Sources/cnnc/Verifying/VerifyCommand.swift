import ArgumentParser
import Diagnostics
import Frontend
import GraphIR
import Images
import Interpreter
import NetworkImages
import NetworkWeights
import Peers
import Tensors
import Weights

extension PeerEngine: ExpressibleByArgument {}

/// `cnnc verify SPEC --weights FILE`.
struct VerifyCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Prove that PyTorch and ONNX engines compute the same network.",
    discussion: discussion(
      """
      The same images go through cnnc's plan, the generated PyTorch source and the exported ONNX file. Of each engine the \
      largest difference over the largest output is printed, with what is allowed: 10⁻⁵, or ten times the engine's own \
      deviation from a run in double precision. Where something differs, the first layer that does is named, with its \
      line in the spec; what rounding before a layer comes to is none of its faults.

      The engines are Python packages. They are found by --python or CNNC_PYTHON, else by python3; those that are not \
      there are passed over, unless --with names them.

      Exit status: 0 equal, 1 different or a fault in the spec or its weights, 2 if nothing could be compared, also since all \
      outputs or gradients are 0 or outputs are the same for every input.
      """))

  static let examples = [
    Example("cnnc verify specs/resnet50.yaml --weights resnet50.pth", "PyTorch and ONNX engines beside cnnc"),
    Example("cnnc verify specs/lenet5.yaml --with torch --gradients", "The gradients too, in PyTorch alone"),
  ]

  @ArgumentParser.Argument(help: "The spec; - reads the standard input.", completion: Completions.spec)
  var spec: String

  @OptionGroup var options: NetworkOptions

  @Option(
    help: ArgumentHelp("A file of weights, or first weights drawn from a seed.", valueName: "file|random:seed"),
    completion: Completions.weights)
  var weights = WeightSource.random(seed: 0)

  @OptionGroup var fitting: FittingOptions

  @Option(
    name: .customLong("with"),
    help: ArgumentHelp("The engines, with commas between: torch, onnxruntime, openvino, onnx.", valueName: "engines"))
  var engines: EngineList?

  @Option(help: ArgumentHelp("The Python that has the engines.", valueName: "program"), completion: .file())
  var python: String?

  @Option(help: ArgumentHelp("How many random images are compared.", valueName: "n"))
  var samples: Int?

  @Option(
    help: ArgumentHelp(
      "Compare these images, files or a folder, in place of random ones; repeatable.", valueName: "path"),
    completion: .file())
  var images: [String] = []

  @Flag(help: "Compare the value of every layer, even where the outputs are equal.")
  var allLayers = false

  @Flag(help: "Compare the gradients of a step of training with PyTorch's.")
  var gradients = false

  @Option(help: ArgumentHelp("Compare so many steps of training with PyTorch's.", valueName: "n"))
  var trainSteps: Int?

  @Option(
    help: ArgumentHelp("Compare this PyTorch source in place of what is generated now.", valueName: "file"),
    completion: .file(extensions: ["py"]))
  var torchSource: String?

  @Option(
    help: ArgumentHelp(
      "The class in --torch-source that is the network; else as it would be generated.", valueName: "name"))
  var torchClass: String?

  @Option(
    help: ArgumentHelp("Compare this ONNX file in place of what is exported now.", valueName: "file"),
    completion: .file(extensions: ["onnx"]))
  var onnxFile: String?

  @Option(help: ArgumentHelp("Write the comparison as JSON, a certificate.", valueName: "file"))
  var report: String?

  @Option(help: ArgumentHelp("Threads of each engine.", valueName: "n"))
  var threads = 1

  @Option(help: ArgumentHelp("Seconds that an engine may take.", valueName: "n"))
  var timeout = 1800

  /// How many random images may be compared.
  static let samples = 1...4096

  func validate() throws {
    if let samples, !Self.samples.contains(samples) { throw ValidationError("--samples must be 1 to 4096") }
    if samples != nil, !images.isEmpty {
      throw ValidationError("--samples are random images, and --images gives others")
    }
    if let trainSteps, !(1...1000 ~= trainSteps) { throw ValidationError("--train-steps must be 1 to 1000") }
    if !(1...256 ~= threads) { throw ValidationError("--threads must be 1 to 256") }
    if !(1...1_000_000 ~= timeout) { throw ValidationError("--timeout must be 1 to 1000000 seconds") }
    try fitting.checkUse(with: weights)
    let listed = Set(engines?.engines ?? PeerEngine.allCases)
    if gradients || trainSteps != nil, !listed.contains(.torch) {
      throw ValidationError("--gradients and --train-steps compare with PyTorch, which --with leaves out")
    }
    if torchSource != nil, !listed.contains(.torch) { throw ValidationError("--torch-source goes with torch") }
    if torchClass != nil, torchSource == nil { throw ValidationError("--torch-class goes with --torch-source") }
    if onnxFile != nil, !listed.contains(where: \.readsONNX) {
      throw ValidationError("--onnx-file goes with onnxruntime, openvino or onnx")
    }
  }

  func run() throws {
    let network = try Network(spec, options)
    do {
      try network.graph.requireSizes()
      if let path = self.report { try requireWritable(path) }
      let report = try compare(network)
      standardOutput(report.text)
      if let path = self.report { try writeOutput(report.json.text + "\n", to: path) }
      let verdicts = report.results.compactMap(\.verdict)
      if verdicts.contains(.different) { throw ExitCode.findings }
      if verdicts.isEmpty {
        standardError("cnnc: nothing was compared, since no engine is there that says something of this network\n")
        throw ExitCode.unusable
      }
      if verdicts.contains(.void) {
        standardError(
          "cnnc: nothing was compared of what is 0 everywhere or no number, the same for every input, or nothing but rounding, "
            + "with these weights and inputs; others say more\n"
        )
        throw ExitCode.unusable
      }
    } catch {
      throw exit(for: error)
    }
  }

  private func compare(_ network: Network) throws -> VerificationReport {
    let inputs = try VerificationInputs(network, images: images, samples: samples ?? 8)
    var parameters = try weights.parameters(of: network, fitting: fitting)
    if gradients || trainSteps != nil {
      // Weights of a run have no heads, and training does.
      let known = Set(parameters.keys)
      try parameters.merge(network.drawnTensors(seed: 0, heads: true) { !known.contains($0) }) { own, _ in own }
    }
    let peer = try PeerRun(python: PythonProgram.path(python), seconds: timeout)
    let listed = engines?.engines ?? PeerEngine.allCases
    var artefacts = try VerificationArtefacts(network, parameters: parameters, weights: weights)
    if listed.contains(.torch) { try artefacts.addTorch(torchSource, className: torchClass, to: peer) }
    if listed.contains(where: \.readsONNX) { try artefacts.addONNX(onnxFile, inputs: inputs.tensors, to: peer) }
    var scope = NetworkVerification.Scope()
    (scope.layers, scope.gradients, scope.steps) = (allLayers, gradients, trainSteps ?? 0)
    let verification = try NetworkVerification(
      network.graph, parameters: parameters, inputs: inputs.tensors, as: artefacts.network, scope: scope,
      threads: threads)
    try verification.prepare(peer)
    var report = VerificationReport(
      model: network.graph.name, file: spec, weights: weights.shown, samples: inputs.count,
      version: Cnnc.configuration.version)
    report.artefacts = artefacts.list
    for engine in listed {
      do {
        report.results.append(.compared(try verification.report(of: engine, peer)))
      } catch let error as PeerError {
        report.results.append(try result(of: error, engine))
      }
    }
    return report
  }

  /// What the report says of a peer that gave nothing.
  ///
  /// - Throws: `ExitCode.unusable`, the reason printed, where that ends the whole comparison.
  private func result(of error: PeerError, _ engine: PeerEngine) throws -> VerificationReport.Result {
    switch error {
    case .missingPackage(let package):
      let reason = "there is no \(package); pip install \(package.prefix { $0 != " " })"
      guard engines != nil else { return .skipped(engine, reason) }
      standardError("cnnc: \(engine.title): \(reason)\n")
      throw ExitCode.unusable
    case .unable(let reason): return .skipped(engine, reason)
    case .failed(let reason): return .failed(engine, reason)
    case .late(let seconds): return .failed(engine, "it took longer than \(seconds) s (--timeout)")
    case .noPython, .file: throw error
    }
  }

  /// Prints what went wrong; the exit status for it.
  private func exit(for error: any Error) -> any Error {
    switch error {
    case PeerError.noPython(let program):
      standardError("cnnc: \(program) cannot be run; --python or CNNC_PYTHON says which Python has the engines\n")
      return ExitCode.unusable
    case PeerError.file(let reason):
      standardError("cnnc: \(reason)\n")
      return ExitCode.unusable
    case let error as TrainedReference.Failure:
      standardError("cnnc: \(spec): \(error)\n")
      return ExitCode.findings
    default: return reportedOfNetwork(error, spec: spec)
    }
  }
}

/// The engines of `--with`.
struct EngineList: ExpressibleByArgument {
  var engines: [PeerEngine]

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false)
    engines = names.compactMap { PeerEngine(rawValue: String($0)) }
    guard engines.count == names.count, Set(engines).count == names.count else { return nil }
  }
}

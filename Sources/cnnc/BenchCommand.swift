import ArgumentParser
import GraphIR
import Interpreter
import NetworkWeights
import Profiling
import Runtime
import Tensors
import Training
import TrainingRuns
import Weights

/// `cnnc bench SPEC`.
struct BenchCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure how fast a network runs.",
    discussion: discussion(
      """
      The network is planned once, warmed up and run again and again on one input. Times are of the run alone; what the \
      plan takes is said apart. GFLOP/s count 2 for each multiply-accumulate of convolutions and linear layers, however \
      they are computed. `cnnc bench --probe` says what the processor could do.

      With --train a run is a step of training: forward, backward and update by stochastic gradient descent with momentum, \
      on random images and labels.
      """))

  static let examples = [
    Example("cnnc bench specs/resnet50.yaml --threads 2", "How long an image takes on two threads"),
    Example("cnnc bench specs/resnet50.yaml --annotate", "Which lines of the spec the time goes to"),
    Example("cnnc bench specs/lenet5.yaml --train --batch 64", "How long a step of training takes"),
    Example("cnnc bench --probe", "What the processor could do at best"),
  ]

  enum Format: String, OutputFormat {
    case text
    case json

    static let standard = text
    static let endings: [String: Format] = ["log": .text, "txt": .text]
  }

  @ArgumentParser.Argument(help: "The spec; - reads the standard input.", completion: Completions.spec)
  var spec: String?

  @OptionGroup var options: NetworkOptions

  @OptionGroup var images: BatchOption

  @OptionGroup var planning: PlanningOptions

  @Option(help: "How long to measure; five runs at least.")
  var seconds = 2.0

  @Option(help: "Runs before those that are measured.")
  var warmup = 3

  @Option(
    help: ArgumentHelp("A file of weights, or first weights drawn from a seed.", valueName: "file|random:seed"),
    completion: Completions.weights)
  var weights = WeightSource.random(seed: 0)

  @OptionGroup var fitting: FittingOptions

  @Option(name: .customLong("format"), help: "How to print the figures; else by the ending of --output, or text.")
  var requestedFormat: Format?

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Write to a file.", valueName: "file"),
    completion: .file())
  var output = "-"

  @Flag(
    name: [.customLong("annotate"), .customLong("profile")],
    help:
      "Also print the spec with milliseconds and a share beside each line; of training forward, backward and update.")
  var annotate = false

  @Flag(help: "Measure a step of training.")
  var train = false

  @Flag(help: "Measure no network but the processor: its peak, its memory and the cost of a barrier.")
  var probe = false

  /// What the options say, or the ending of the output.
  private var format: Format {
    get throws { try Format.chosen(requestedFormat, output: output) }
  }

  func validate() throws {
    let format = try format
    if !(0...86_400 ~= seconds) { throw ValidationError("--seconds must be 0 to 86400") }
    try fitting.checkUse(with: weights)
    if (spec == nil) != probe { throw ValidationError("bench takes a spec, or --probe") }
    if annotate, format == .json { throw ValidationError("--annotate, or --profile, is text, and JSON is not") }
    if train, probe { throw ValidationError("--train takes a spec, and --probe none") }
    if train, planning.tune { throw ValidationError("--train plans without --tune") }
    if !(0...1_000_000 ~= warmup) { throw ValidationError("--warmup must be 0 to 1000000") }
  }

  func run() throws {
    let format = try format
    guard let spec else { return try runProbe(format) }
    let network = try Network(spec, options)
    do {
      try network.graph.requireSizes()
      if train { return try writeOutput(try trained(network, format), to: output) }
      let status = StatusLine()
      status.show("planning \(network.graph.name)")
      let (plan, planMilliseconds) = try planned(network)
      let inputs = plan.randomInputs
      status.show("running \(network.graph.name) for \(seconds) s")
      let benchmark = Benchmark(plan, inputs: inputs, BenchmarkOptions(warmup: warmup, seconds: seconds))
      status.clear()
      let report = BenchmarkReport(
        model: network.graph.name, file: network.graph.file, batch: batch, planMilliseconds: planMilliseconds,
        benchmark: benchmark, plan: plan, peakMemory: PeakMemory.bytes)
      var text = format == .json ? report.json : report.text
      if annotate {
        let profile = PlanProfile(plan, of: network.graph, inputs: inputs)
        text += "\n" + AnnotatedSpec.text(profile, sources: network.sources)
      }
      try writeOutput(text, to: output)
    } catch let error as RunError {
      standardError("cnnc: \(error.message)\n")
      throw error.status
    } catch let error as InterpreterError {
      standardError("cnnc: \(error)\n")
      throw error.isForMemory ? ExitCode.unusable : ExitCode.findings
    } catch let error as GradientError {
      standardError("cnnc: \(spec): the network cannot be trained: \(error)\n")
      throw ExitCode.findings
    } catch let error as TrainingRunError {
      standardError("cnnc: \(spec): \(error)\n")
      throw ExitCode.findings
    } catch let error as InitializationError {
      standardError("cnnc: \(spec): \(error.message)\n")
      throw error.status
    } catch let error as FixedTensorError {
      standardError("cnnc: \(error)\n")
      throw error.status
    } catch let error as WeightError {
      throw reported(error)
    }
  }

  private func runProbe(_ format: Format) throws {
    let text: String
    do throws(PlanError) {
      let report = ProbeReport(try MachineProbe(threads: planning.threads))
      text = format == .json ? report.json : report.text
    } catch {
      standardError("cnnc: \(error)\n")
      throw ExitCode.unusable
    }
    try writeOutput(text, to: output)
  }

  private var batch: Int { images.batch ?? 1 }

  /// The report of a step of training.
  private func trained(_ network: Network, _ format: Format) throws -> String {
    if let misfit = TrainableNetwork.misfit(network.graph) {
      standardError("cnnc: \(network.graph.file): cnnc train does not train this: \(misfit)\n")
    }
    let status = StatusLine()
    status.show("planning \(network.graph.name)")
    let (bench, planMilliseconds) = try trainingBench(network)
    try planning.require(bench.plan.plan)
    status.show("training \(network.graph.name) for \(seconds) s")
    let benchmark = Benchmark(bench.plan.plan, BenchmarkOptions(warmup: warmup, seconds: seconds)) { bench.step() }
    let report = TrainingReport(
      model: network.graph.name, file: network.graph.file, batch: batch, planMilliseconds: planMilliseconds,
      benchmark: benchmark, plan: bench.plan.plan, stateBytes: bench.state.bytes, peakMemory: PeakMemory.bytes)
    var text = format == .json ? report.json : report.text
    if annotate {
      text += "\n" + TrainingProfile(bench.plan.plan, times: try bench.profiles()).text(sources: network.sources)
    }
    status.clear()
    return text
  }

  /// The plan of a step of training, and the milliseconds it took; the tensors it was made from are gone afterwards.
  private func trainingBench(_ network: Network) throws -> (TrainingBench, Double) {
    let parameters = try weights.parameters(of: network, fitting: fitting)
    let start = Clock.now
    let bench = try TrainingBench(network.graph, parameters: parameters, batch: batch, planning.trainingOptions)
    return (bench, Double(Clock.now - start) / 1e6)
  }

  /// The plan, and the milliseconds it took; the tensors it was made from are gone afterwards.
  private func planned(_ network: Network) throws -> (ExecutionPlan, Double) {
    let parameters = try weights.parameters(of: network, fitting: fitting)
    let interpreter = try Interpreter(network.graph, parameters: parameters)
    let start = Clock.now
    let plan = try planning.plan(interpreter, batch: batch, weights: weights)
    return (plan, Double(Clock.now - start) / 1e6)
  }
}

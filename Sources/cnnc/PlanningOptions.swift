import ArgumentParser
import Interpreter
import Runtime

/// The options that say how a network is made ready to run.
struct PlanningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads of a run, 1 to 256; without it CNNC_NUM_THREADS, else the processors.", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "How convolutions are computed: automatic, each by what is fastest; direct, by definition.",
      valueName: "automatic|direct"))
  var algorithm: PlanOptions.Algorithm?

  @Option(
    help: ArgumentHelp(
      """
      standard packs the weights once; low packs each layer's when it runs and computes convolutions by definition, \
      which is also the quickest way to a single answer. With --train low keeps less for the backward pass, and makes \
      the rest again.
      """, valueName: "standard|low"))
  var memory: MemoryUse?

  @Flag(help: "Choose the algorithms of convolutions by measurement, kept beside the weights for the next time.")
  var tune = false

  @Option(
    help: ArgumentHelp("Keep the measurements of --tune in this file, not beside the weights.", valueName: "file"))
  var tuneCache: String?

  @Flag(help: "Make every operation a step of its own, for debugging.")
  var noFuse = false

  @Flag(help: "Check the plan: the graph after each pass, and that no step reads what another has overwritten.")
  var verifyPlan = false

  func validate() throws {
    if let problem = EnvironmentCheck.problem { throw ValidationError(problem) }
    if let threads, !(1...256 ~= threads) { throw ValidationError("--threads must be 1 to 256") }
    if tuneCache != nil, !tune { throw ValidationError("--tune-cache says where, and --tune is missing") }
    if tune, algorithm == .direct || memory == .low {
      throw ValidationError("--tune chooses among what --algorithm direct and --memory low exclude")
    }
  }

  /// Whether anything was said of what one run and many are served by differently.
  private var saysHow: Bool { algorithm != nil || memory != nil || tune }

  /// The network made ready for batches of a size, with the values of `taps` as further outputs; `weights` is where its
  /// weights are from. Where `runsOnce`, the plan is for one run, unless the user says otherwise. With
  /// `keepsPasses` it can say what each pass of the planner did.
  ///
  /// - Throws: `InterpreterError`, or `ExitCode.findings`, the faults printed, if the verifier found any.
  func plan(
    _ interpreter: Interpreter, batch: Int, taps: [String] = [], weights: WeightSource, runsOnce: Bool = false,
    keepsPasses: Bool = false
  ) throws -> ExecutionPlan {
    var options = memory == .low || runsOnce && !saysHow ? PlanOptions.oneRun : PlanOptions()
    (options.threads, options.fuses, options.verifies) = (threads, !noFuse, verifyPlan)
    options.keepsPasses = keepsPasses
    if let algorithm { options.algorithm = algorithm }
    if tune { options.tuning = try tuning(interpreter, batch: batch, taps: taps, weights: weights, options) }
    let plan = try interpreter.plan(batch: batch, taps: taps, options: options)
    try require(plan)
    return plan
  }

  /// Prints the faults that the verifier found in a plan, or that there are none, if it was asked.
  ///
  /// - Throws: `ExitCode.findings` if there are some.
  func require(_ plan: ExecutionPlan) throws {
    guard plan.faults.isEmpty else {
      standardError("cnnc: the plan is wrong, which is a mistake of cnnc's; --plain does without a plan\n")
      for fault in plan.faults { standardError("  \(fault)\n") }
      throw ExitCode.findings
    }
    if verifyPlan { standardError("\(plan.listing.count) steps verified\n") }
  }

  /// How a step of training is planned.
  var trainingOptions: PlanOptions {
    PlanOptions(
      threads: threads, fuses: !noFuse, algorithm: algorithm ?? .automatic, verifies: verifyPlan,
      recomputes: memory == .low)
  }

  /// Measured choices of algorithms, or those kept from an earlier time.
  private func tuning(
    _ interpreter: Interpreter, batch: Int, taps: [String], weights: WeightSource, _ options: PlanOptions
  ) throws -> TuningTable {
    let computation = try interpreter.computation(batch: batch, taps: taps)
    do throws(PlanError) {
      let file = TuningFile(path: tuneCache ?? weights.file.map { "\($0).tuning" })
      return file.table(try ConvolutionTuner(computation, options), ConvolutionTuner.Effort())
    } catch {
      throw InterpreterError.plan(error)
    }
  }
}

/// Whether a plan takes memory for speed.
enum MemoryUse: String, ExpressibleByArgument, CaseIterable {
  case standard
  case low
}

extension PlanOptions.Algorithm: ExpressibleByArgument {}

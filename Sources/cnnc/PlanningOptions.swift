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
  var algorithm = PlanOptions.Algorithm.automatic

  @Option(
    help: ArgumentHelp(
      "low packs the smallest weights: convolutions by definition, as --algorithm direct.", valueName: "standard|low"))
  var memory = MemoryUse.standard

  @Flag(help: "Make every operation a step of its own, for debugging.")
  var noFuse = false

  @Flag(help: "Check that no step of the plan reads what another has overwritten.")
  var verifyPlan = false

  func validate() throws {
    if let threads, !(1...256 ~= threads) { throw ValidationError("--threads must be 1 to 256") }
  }

  /// The network made ready for batches of a size, with the values of `taps` as further outputs.
  ///
  /// - Throws: `InterpreterError`, or `ExitCode.findings`, the faults printed, if the verifier found any.
  func plan(_ interpreter: Interpreter, batch: Int, taps: [String] = []) throws -> ExecutionPlan {
    let options = PlanOptions(
      threads: threads, fuses: !noFuse, algorithm: memory == .low ? .direct : algorithm, verifies: verifyPlan)
    let plan = try interpreter.plan(batch: batch, taps: taps, options: options)
    guard plan.faults.isEmpty else {
      standardError("cnnc: the plan is wrong, which is a mistake of cnnc's; --plain does without a plan\n")
      for fault in plan.faults { standardError("  \(fault)\n") }
      throw ExitCode.findings
    }
    if verifyPlan { standardError("\(plan.listing.count) steps verified\n") }
    return plan
  }
}

/// How much memory a plan may take for speed.
enum MemoryUse: String, ExpressibleByArgument, CaseIterable {
  case standard
  case low
}

extension PlanOptions.Algorithm: ExpressibleByArgument {}

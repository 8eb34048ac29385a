import ArgumentParser
import Runtime

/// The options that say how a network is made ready to run.
struct PlanningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads of a run, 1 to 256; CNNC_NUM_THREADS or the processors without it.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Make every operation a step of its own, for debugging.")
  var noFuse = false

  func validate() throws {
    if let threads, !(1...256 ~= threads) { throw ValidationError("--threads must be 1 to 256") }
  }

  var planOptions: PlanOptions { PlanOptions(threads: threads, fuses: !noFuse) }
}

import ArgumentParser
import GraphIR
import Profiling
import Runtime
import Tensors
import Weights

/// The options that look at a plan in place of a network's outputs.
struct InspectionOptions: ParsableArguments {
  @Flag(help: "Print the plan's steps and its arena in place of the classes.")
  var dumpPlan = false

  @Flag(help: "Print what each pass of the planner makes of the network's operations in place of the classes.")
  var dumpPasses = false

  @Option(
    help: "Print the time of each step and its line in place of the classes; chrome is a trace for Perfetto.")
  var profile: ProfileFormat?

  func validate() throws {
    if [dumpPlan, dumpPasses, profile != nil].filter({ $0 }).count > 1 {
      throw ValidationError("--dump-plan, --dump-passes and --profile exclude each other")
    }
  }

  /// Whether a plan is looked at.
  var isActive: Bool { dumpPlan || dumpPasses || profile != nil }

  /// Writes what is asked for; a profile is measured on batches of the inputs, random numbers if there is none.
  ///
  /// - Throws: `ExitCode.unusable`, the reason printed, if the file cannot be written.
  func report(_ plan: ExecutionPlan, of network: Network, on batches: [Tensor]?, to path: String) throws {
    let graph = network.graph
    let images = plan.inputShapes.first?.first ?? 1
    let title = "\(graph.name)  \(graph.file)\(images > 1 ? ", \(images) images" : "")"
    if dumpPasses { return try writeOutput(PlanReport.passes(plan, title: title), to: path) }
    guard let profile else { return try writeOutput(PlanReport.text(plan, title: title), to: path) }
    let inputs =
      batches.flatMap { $0.map(\.shape) == plan.inputShapes ? $0.map(\.elements) : nil } ?? plan.randomInputs
    let measured = PlanProfile(plan, of: graph, inputs: inputs)
    try writeOutput(ProfileReport(measured, title: title).text(profile), to: path)
  }
}

extension ProfileFormat: ExpressibleByArgument {}

extension ExecutionPlan {
  /// Normal random numbers for each input, always the same.
  var randomInputs: [[Float]] {
    inputShapes.enumerated().map { position, shape in
      Initialization.normal(mean: 0, standardDeviation: 1).values(
        count: shape.reduce(1, *), name: position == 0 ? "input" : "input\(position)", seed: 0)
    }
  }
}

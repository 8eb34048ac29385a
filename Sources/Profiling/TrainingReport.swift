import JSON
import Kernels
import Reports
import Runtime

/// What `cnnc bench --train` reports of a network's step of training.
package struct TrainingReport: Sendable {
  /// The network's name and its spec's path.
  package var model: String
  package var file: String
  package var batch: Int
  /// Milliseconds to trace gradients, fuse and place.
  package var planMilliseconds: Double
  package var benchmark: Benchmark
  package var plan: ExecutionPlan
  /// Bytes of parameters and of what the optimizer keeps.
  package var stateBytes: Int
  /// Bytes; taken after the runs.
  package var peakMemory: Int

  package init(
    model: String, file: String, batch: Int, planMilliseconds: Double, benchmark: Benchmark, plan: ExecutionPlan,
    stateBytes: Int, peakMemory: Int
  ) {
    (self.model, self.file, self.batch) = (model, file, batch)
    (self.planMilliseconds, self.benchmark, self.plan) = (planMilliseconds, benchmark, plan)
    (self.stateBytes, self.peakMemory) = (stateBytes, peakMemory)
  }

  private var times: Measurement { benchmark.times }

  private var imagesPerSecond: Double { Double(batch) * 1000 / times.median }

  /// The report as a JSON document.
  package var json: String {
    JSONValue.block([
      ("model", .string(model)), ("batch", .int(batch)), ("threads", .int(plan.threads)),
      ("instruction_set", .string(plan.instructionSet.rawValue)), ("steps", .int(times.count)),
      ("plan_ms", .double(rounded(planMilliseconds))), ("min_ms", .double(rounded(times.minimum))),
      ("median_ms", .double(rounded(times.median))), ("p90_ms", .double(rounded(times.quantile(0.9)))),
      ("images_per_s", .double(rounded(imagesPerSecond))), ("arena_bytes", .int(plan.arenaBytes)),
      ("state_bytes", .int(stateBytes)), ("peak_bytes", .int(peakMemory)),
      ("barrier_ns", .double(rounded(benchmark.barrierNanoseconds))),
      ("barrier", plan.barrierKind.map { .string($0) } ?? .null),
    ]).text + "\n"
  }

  /// The report for people.
  package var text: String {
    let images = batch == 1 ? "1 image" : "\(batch) images"
    let threads = plan.threads == 1 ? "1 thread" : "\(plan.threads) threads"
    return """
      \(model)  \(file)
      training on \(images), \(threads), \(plan.instructionSet.rawValue)

      plan      \(Figures.milliseconds(planMilliseconds)) ms, once
      step      \(Figures.milliseconds(times.median)) ms, the median of \(times.count); \
      min \(Figures.milliseconds(times.minimum)), p90 \(Figures.milliseconds(times.quantile(0.9)))
      speed     \(Figures.significant(imagesPerSecond)) images/s
      memory    arena \(NumberText.bytes(plan.arenaBytes)), parameters and momentum \(NumberText.bytes(stateBytes)), \
      peak of the process \(NumberText.bytes(peakMemory))

      """
  }

  private func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}

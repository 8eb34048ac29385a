import JSON
import Kernels
import Reports
import Runtime

/// What `cnnc bench` reports of a network.
package struct BenchmarkReport: Sendable {
  /// The network's name and its spec's path.
  package var model: String
  package var file: String
  package var batch: Int
  /// Milliseconds to fuse, place and pack.
  package var planMilliseconds: Double
  package var benchmark: Benchmark
  package var plan: ExecutionPlan
  /// Bytes; taken after the runs.
  package var peakMemory: Int

  package init(
    model: String, file: String, batch: Int, planMilliseconds: Double, benchmark: Benchmark, plan: ExecutionPlan,
    peakMemory: Int
  ) {
    self.model = model
    self.file = file
    self.batch = batch
    self.planMilliseconds = planMilliseconds
    self.benchmark = benchmark
    self.plan = plan
    self.peakMemory = peakMemory
  }

  private var times: Measurement { benchmark.times }

  private var imagesPerSecond: Double { Double(batch) * 1000 / times.median }

  /// 2 × the multiply-accumulates of convolutions and linear layers, as if each were done directly, over the median.
  private var gigaflops: Double {
    2 * Double(plan.listing.reduce(0) { $0 + $1.macs }) / (times.median * 1e6)
  }

  /// The report as a JSON document.
  package var json: String {
    JSONValue.block([
      ("model", .string(model)), ("batch", .int(batch)), ("threads", .int(plan.threads)),
      ("instruction_set", .string(plan.instructionSet.rawValue)), ("runs", .int(times.count)),
      ("plan_ms", .double(rounded(planMilliseconds))), ("min_ms", .double(rounded(times.minimum))),
      ("median_ms", .double(rounded(times.median))), ("p90_ms", .double(rounded(times.quantile(0.9)))),
      ("p99_ms", .double(rounded(times.quantile(0.99)))), ("images_per_second", .double(rounded(imagesPerSecond))),
      ("gflops", .double(rounded(gigaflops))), ("arena_bytes", .int(plan.arenaBytes)),
      ("weight_bytes", .int(plan.weightBytes)), ("peak_rss_bytes", .int(peakMemory)),
      ("barrier_ns", .double(rounded(benchmark.barrierNanoseconds))),
      ("barrier", plan.barrierKind.map { .string($0) } ?? .null),
    ]).text + "\n"
  }

  /// The report for people.
  package var text: String {
    let images = batch == 1 ? "1 image" : "\(batch) images"
    let threads = plan.threads == 1 ? "1 thread" : "\(plan.threads) threads"
    var text = "\(model)  \(file)\n\(images), \(threads), \(plan.instructionSet.rawValue)\n\n"
    text += "plan      \(Figures.milliseconds(planMilliseconds)) ms, once\n"
    text += "run       \(Figures.milliseconds(times.median)) ms, the median of \(times.count); "
    text += "min \(Figures.milliseconds(times.minimum)), p90 \(Figures.milliseconds(times.quantile(0.9))), "
    text += "p99 \(Figures.milliseconds(times.quantile(0.99)))\n"
    text += "speed     \(Figures.significant(imagesPerSecond)) images/s"
    if gigaflops > 0 { text += ", \(Figures.significant(gigaflops)) GFLOP/s (2 for each MAC)" }
    text += "\nmemory    arena \(NumberText.bytes(plan.arenaBytes)), weights \(NumberText.bytes(plan.weightBytes)), "
    text += "peak of the process \(NumberText.bytes(peakMemory))\n"
    if plan.threads > 1 {
      text += "barrier   \(Figures.significant(benchmark.barrierNanoseconds)) ns between steps\n"
    }
    return text
  }

  private func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}

import Runtime
import Tensors
import Testing

@testable import Profiling

@Suite("Reports of a plan")
struct PlanReportTests {
  /// Two layers with names, one thread.
  private func plan() throws -> ExecutionPlan {
    let computation = Computation.tracing([[1, 3, 6, 5]]) { inputs, trace in
      let x = trace.labelled(Computation.Label(path: "features.double")) { Operations.Scale(2)(inputs[0]) }
      return [
        trace.labelled(Computation.Label(path: "features.pool")) {
          Operations.AdaptiveAveragePool(PixelSize(height: 1, width: 1))(x)
        }
      ]
    }
    return try ExecutionPlan(computation, PlanOptions(threads: 1))
  }

  @Test func planHasItsStepsAndTotals() throws {
    let plan = try plan()
    let text = PlanReport.text(plan, title: "A plan")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines[0] == "A plan")
    #expect(lines[1].hasPrefix("\(plan.listing.count) steps, 1 thread, "))
    for step in plan.listing { #expect(lines.contains { $0.contains(step.kernel) }, "\(step.kernel)") }
    #expect(lines.contains { $0.contains("features.pool") || $0.contains(" + pool") })
    #expect(text.contains("MACs     0\n") && text.contains("arena    "))
    #expect(lines.allSatisfy { $0.count <= 170 })
  }

  @Test func namesAreShortened() {
    func label(_ path: String) -> Computation.Label { Computation.Label(path: path) }
    #expect(LayerNames.text([]) == "")
    #expect(LayerNames.text([label("a.b.conv"), label("a.b.bn"), label("a.relu")]) == "a.b.conv + bn + a.relu")
    #expect(LayerNames.text([label("conv"), label("bn")]) == "conv + bn")
    #expect(LayerNames.shape([1, 64, 7, 7]) == "64×7×7" && LayerNames.shape([8, 10]) == "8×10")
  }

  @Test func aBenchmarkRunsAtLeastFiveTimes() throws {
    let plan = try plan()
    let input = [Float](repeating: 1, count: 90)
    let benchmark = Benchmark(plan, inputs: [input], BenchmarkOptions(warmup: 0, seconds: 0))
    #expect(benchmark.times.count == 5 && benchmark.barrierNanoseconds >= 0)
    #expect(benchmark.times.minimum <= benchmark.times.median && benchmark.times.median <= benchmark.times.quantile(1))
    // However long it is asked to take, it takes no longer than it can count.
    #expect(Benchmark(plan, inputs: [input], BenchmarkOptions(warmup: 1, seconds: -1)).times.count == 5)
  }

  @Test func memoryIsKnown() {
    #expect(PeakMemory.bytes > 1 << 20)
  }
}

import Runtime

/// How a plan is measured.
package struct BenchmarkOptions: Hashable, Sendable {
  /// Runs before the first that counts.
  package var warmup: Int
  /// How long to go on; at least five runs are made.
  package var seconds: Double

  package init(warmup: Int = 3, seconds: Double = 2) {
    self.warmup = warmup
    self.seconds = seconds
  }
}

/// The times of a plan's runs.
package struct Benchmark: Sendable {
  package let times: Measurement
  /// The cost of the barrier between steps, measured right after the runs, in nanoseconds.
  package let barrierNanoseconds: Double

  private static let fewestRuns = 5
  /// The times have room beforehand, so that nothing is allocated between runs.
  private static let mostRuns = 1 << 20

  /// Runs a plan on the inputs, row-major elements in the planned shapes, until the time is up.
  package init(_ plan: ExecutionPlan, inputs: [[Float]], _ options: BenchmarkOptions) {
    times = RunMemory.with(plan, inputs: inputs) { inputs, outputs in
      Self.times(options) { plan.run(inputs: inputs, outputs: outputs) }
    }
    barrierNanoseconds = plan.barrierNanoseconds()
  }

  /// Makes a run of a plan, of whatever it consists, until the time is up.
  package init(_ plan: ExecutionPlan, _ options: BenchmarkOptions, run: () -> Void) {
    times = Self.times(options, run)
    barrierNanoseconds = plan.barrierNanoseconds()
  }

  private static func times(_ options: BenchmarkOptions, _ run: () -> Void) -> Measurement {
    let times = UnsafeMutablePointer<UInt64>.allocate(capacity: mostRuns)
    defer { times.deallocate() }
    for _ in 0..<options.warmup { run() }
    let start = Clock.now
    let end = start + UInt64(max(0, min(options.seconds, 1e6)) * 1e9)
    var (before, count) = (start, 0)
    while count < fewestRuns || (before < end && count < mostRuns) {
      run()
      let after = Clock.now
      times[count] = after - before
      count += 1
      before = after
    }
    return Measurement(Array(UnsafeBufferPointer(start: times, count: count)))
  }
}

/// The inputs' and outputs' memory for many runs of a plan.
enum RunMemory {
  /// Calls a closure with the inputs copied to aligned memory, and with memory for the outputs.
  static func with<Result>(
    _ plan: ExecutionPlan, inputs: [[Float]],
    _ body: ([UnsafePointer<Float>], [UnsafeMutablePointer<Float>]) -> Result
  ) -> Result {
    let counts = plan.inputShapes.map { $0.reduce(1, *) }
    precondition(inputs.map(\.count) == counts, "inputs of other shapes than the plan's")
    let copies = inputs.map { elements in
      let copy = allocate(elements.count)
      elements.withUnsafeBufferPointer { source in
        if let start = source.baseAddress { copy.update(from: start, count: source.count) }
      }
      return copy
    }
    let outputs = plan.outputShapes.map { allocate($0.reduce(1, *)) }
    defer { for memory in copies + outputs { memory.deallocate() } }
    return body(copies.map { UnsafePointer($0) }, outputs)
  }

  /// Zeros, at a multiple of a vector's size.
  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let size = MemoryLayout<Float>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(64, count * size), alignment: 64)
    let floats = memory.bindMemory(to: Float.self, capacity: max(16, count))
    floats.initialize(repeating: 0, count: count)
    return floats
  }
}

import Hashing
import Kernels
import Tensors

/// Chooses the algorithms of a network's convolutions by measuring them.
package struct ConvolutionTuner: Sendable {
  /// How much is measured.
  package struct Effort: Hashable, Sendable {
    /// Seconds after which the rule chooses for what is left; the convolutions with most work come first.
    package var seconds: Double
    /// Measurements of each algorithm, of which the smallest counts.
    package var repeats: Int
    /// What is read before each measurement, so that weights come from memory: more than the caches hold.
    package var sweptBytes: Int

    package init(seconds: Double = 30, repeats: Int = 5, sweptBytes: Int = CacheSize.swept) {
      self.seconds = seconds
      self.repeats = repeats
      self.sweptBytes = sweptBytes
    }
  }

  /// What the choices hold for.
  package let key: TuningKey
  /// The distinct convolutions that more than one algorithm can compute, those with most work first.
  private let convolutions: [Convolution]
  private let loops: Loops

  /// Finds the convolutions of a computation as a plan would have them.
  ///
  /// - Throws: `PlanError`, as the plan would.
  package init(_ computation: Computation, _ options: PlanOptions) throws(PlanError) {
    let all = try StepBuilder(computation, options).convolutions
    loops = try options.loops()
    key = TuningKey(
      processor: ProcessorModel.name, instructionSet: loops.set,
      threads: max(1, min(options.threads ?? ThreadCount.standard, ThreadCount.largest)),
      graph: FowlerNollVo(all.map { ConvolutionShape($0).description }.joined(separator: "\n")).value)
    var shapes: Set<ConvolutionShape> = []
    let distinct = all.filter {
      ConvolutionAlgorithm.candidates(for: $0).count > 1 && shapes.insert(ConvolutionShape($0)).inserted
    }
    convolutions = distinct.enumerated().sorted { ($1.element.work, $0.offset) < ($0.element.work, $1.offset) }
      .map(\.element)
  }

  /// The convolutions that are measured.
  package var shapes: [ConvolutionShape] { convolutions.map(ConvolutionShape.init) }

  /// What the rule chooses.
  package var ruled: TuningTable {
    TuningTable(
      Dictionary(uniqueKeysWithValues: convolutions.map { (ConvolutionShape($0), ConvolutionAlgorithm.rule(for: $0)) }))
  }

  /// Whether a table has an algorithm for each of these convolutions and no others.
  package func accepts(_ table: TuningTable) -> Bool {
    table.choices.count == convolutions.count
      && convolutions.allSatisfy { table.algorithm(for: $0, isPlanar: false) != nil }
  }

  /// How much faster an algorithm must be than the rule's, for measurements are not exact.
  private static let worthwhile = 0.97

  /// Measures every algorithm of each convolution and chooses the fastest; the rule's choice, unless another is clearly
  /// faster.
  package func measure(_ effort: Effort = Effort()) -> TuningTable {
    var table = ruled
    guard !convolutions.isEmpty else { return table }
    let end = Clock.now + UInt64(max(0, min(effort.seconds, 86_400)) * 1e9)
    // Where there is no memory to measure in, the rule's choice stays.
    guard
      let bench = try? ConvolutionBench(threads: key.threads, sweptBytes: effort.sweptBytes, loops: loops)
    else { return table }
    for convolution in convolutions {
      guard Clock.now < end else { break }
      let algorithms = ConvolutionAlgorithm.candidates(for: convolution)
      let ruled = ConvolutionAlgorithm.rule(for: convolution)
      let times = try? bench.nanoseconds(of: convolution, by: algorithms, repeats: effort.repeats, until: end)
      guard let times, let best = times.min(by: { $0.value < $1.value }), let usual = times[ruled] else { continue }
      if best.value < usual * Self.worthwhile { table.choices[ConvolutionShape(convolution)] = best.key }
    }
    return table
  }
}

extension Convolution {
  /// Multiply-accumulates, saturating.
  fileprivate var work: Double {
    Double(output.images * output.pixels) * Double(output.channels) * Double(input.channels / max(1, groups))
      * Double(window.area)
  }
}

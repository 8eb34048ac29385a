import Kernels
import Tensors
import Testing

@testable import Runtime

@Suite("Tuning")
struct TuningTests {
  /// Three convolutions that Winograd's method can compute, two of them of the same sizes, and one that it cannot.
  private func computation(images: Int = 1) -> Computation {
    func axis(_ stride: Int) -> SlidingWindow.Axis {
      SlidingWindow.Axis(kernel: 3, stride: stride, before: 1, after: 1, outputs: 12 / stride)
    }
    func same(_ stride: Int) -> SlidingWindow { SlidingWindow(vertical: axis(stride), horizontal: axis(stride)) }
    func weight(_ shape: [Int]) -> Tensor {
      let count = shape.reduce(1, *)
      let elements = (0..<count).map { (index: Int) -> Float in Float((index * 37) % 19 - 9) / 40 }
      return Tensor(elements, shape: shape)
    }
    return Computation.tracing([[images, 20, 12, 12]]) { inputs, _ in
      var x = inputs[0]
      func convolve(_ window: SlidingWindow, _ shape: [Int]) {
        x = Operations.Convolution(window)(x, weight: weight(shape))
      }
      convolve(same(1), [20, 20, 3, 3])
      convolve(same(1), [20, 20, 3, 3])
      convolve(same(1), [24, 20, 3, 3])
      convolve(same(2), [8, 24, 3, 3])
      return [x]
    }
  }

  private let quick = ConvolutionTuner.Effort(seconds: 600, repeats: 1, sweptBytes: 1 << 16)

  private func names(_ plan: ExecutionPlan) -> [String] {
    plan.steps.map(\.kernel.name).filter { $0.contains("×") || $0.contains("F(") }
  }

  @Test func tableForcesChoicesAndBitsDoNotDependOnThreads() throws {
    let computation = computation()
    let tuner = try ConvolutionTuner(computation, PlanOptions(threads: 1))
    #expect(tuner.shapes.count == 2)
    let elements = (0..<20 * 144).map { (index: Int) -> Float in Float(index % 31) / 31 - 0.4 }
    let input = Tensor(elements, shape: [1, 20, 12, 12])
    let expected = try ExecutionPlan(computation, PlanOptions(threads: 1, algorithm: .direct))(input)
    for outputs in [2, 4, 6] {
      let algorithm = ConvolutionAlgorithm.winograd(.square(outputs))
      var options = PlanOptions(threads: 1)
      options.tuning = TuningTable(Dictionary(uniqueKeysWithValues: tuner.shapes.map { ($0, algorithm) }))
      let plan = try ExecutionPlan(computation, options)
      #expect(names(plan).count { $0.contains("F(\(outputs)") } >= 2, "\(names(plan))")
      let found = plan(input)
      #expect(relativeError(found[0], expected[0]) < 1e-4)
      for threads in [2, 3] {
        options.threads = threads
        #expect(try ExecutionPlan(computation, options)(input) == found)
      }
      // Who wants no Winograd gets none, whatever a table says.
      options.algorithm = .direct
      #expect(try ExecutionPlan(computation, options)(input) == expected)
    }
  }

  @Test func choicesThatAreNotForAConvolutionAreLeftToTheRule() throws {
    let computation = computation()
    let tuner = try ConvolutionTuner(computation, PlanOptions(threads: 1))
    var options = PlanOptions(threads: 1)
    let ruled = names(try ExecutionPlan(computation, options))
    for algorithm in [ConvolutionAlgorithm.depthwise, .planar, .linear, .winograd(WinogradTile(rows: 1, columns: 4))] {
      let table = TuningTable(Dictionary(uniqueKeysWithValues: tuner.shapes.map { ($0, algorithm) }))
      #expect(!tuner.accepts(table))
      options.tuning = table
      #expect(names(try ExecutionPlan(computation, options)) == ruled)
    }
  }

  @Test(arguments: [1, 2, 3])
  func tunerChoosesCandidates(threads: Int) throws {
    let tuner = try ConvolutionTuner(computation(images: threads), PlanOptions(threads: threads))
    let table = tuner.measure(quick)
    #expect(tuner.accepts(table))
    #expect(Set(table.choices.keys) == Set(tuner.shapes))
    // Without time there are only the rule's.
    #expect(tuner.measure(ConvolutionTuner.Effort(seconds: 0, repeats: 1, sweptBytes: 64)) == tuner.ruled)
  }

  /// Every algorithm that is a candidate for some convolution of a network can be measured.
  @Test(arguments: 0..<12)
  func randomNetworks(seed: Int) throws {
    let computation = RandomNetwork.computation(seed: UInt64(seed), length: 20)
    let tuner = try ConvolutionTuner(computation, PlanOptions(threads: 2))
    let table = tuner.measure(quick)
    #expect(tuner.accepts(table))
    var options = PlanOptions(threads: 2)
    options.tuning = table
    let plain = computation.plain(computation.randomInputs(seed: 1))
    for (found, expected) in zip(try ExecutionPlan(computation, options)(computation.randomInputs(seed: 1)), plain) {
      #expect(relativeError(found, expected) < 1e-4)
    }
  }

  @Test func keysDifferByWhatMattersAlone() throws {
    let key = try ConvolutionTuner(computation(), PlanOptions(threads: 2)).key
    #expect(try ConvolutionTuner(computation(), PlanOptions(threads: 2)).key == key)
    #expect(try ConvolutionTuner(computation(), PlanOptions(threads: 1)).key != key)
    #expect(try ConvolutionTuner(computation(images: 2), PlanOptions(threads: 2)).key != key)
    var portable = PlanOptions(threads: 2)
    portable.instructionSet = .portable
    let other = try ConvolutionTuner(computation(), portable).key
    #expect(other.instructionSet == .portable && other.graph == key.graph)
    #expect(TuningKey(processor: "  a\nb é ", instructionSet: .neon, threads: 1, graph: 0).processor == "a?b ??")
    #expect(TuningKey(processor: "", instructionSet: .neon, threads: 1, graph: 0).processor == "unknown")
  }

  @Test func processorNames() {
    #expect(ProcessorModel.name(inProcessorList: "processor\t: 0\nmodel name\t: A  B 9\nmodel name: C\n") == "A B 9")
    let arm = "CPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"
    #expect(ProcessorModel.name(inProcessorList: arm) == "implementer 0x41 part 0xd0c")
    #expect(ProcessorModel.name(inProcessorList: "\u{0}:::\n:\n") == nil)
    #expect(CacheSize.bytes(ofSize: "32768K\n") == 32 << 20)
    for text in ["", "K", "-1K", "12", "9999999999999K"] { #expect(CacheSize.bytes(ofSize: text) == nil) }
  }
}

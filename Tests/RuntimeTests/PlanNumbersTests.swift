import Kernels
import SyntheticTensors
import Tensors
import Testing

@testable import Runtime

/// Plans whose parameters are replaced, and steps of several operands.
@Suite("The numbers of a plan")
struct PlanNumbersTests {
  /// The parameters of a computation with other values.
  private func others(_ computation: Computation) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for parameter in computation.parameters {
      let elements = parameter.value.elements.map { $0 * 0.75 + 0.125 }
      result[parameter.path] = Tensor(elements, shape: parameter.value.shape)
    }
    return result
  }

  /// A plan with other parameters gives the bits of one that is planned with them, and the first stays as it is.
  @Test(arguments: Draws.seeds(40))
  func areReplacedWithoutPlanning(seed: Int) throws {
    let computation = RandomNetwork.computation(seed: UInt64(seed), length: 4 + seed % 20)
    let inputs = computation.randomInputs(seed: UInt64(seed))
    var parameters = others(computation)
    let changed = computation.replacing(parameters)
    // Others may be among them.
    parameters["nobody's"] = Tensor([1])
    for packing in PlanOptions.Packing.allCases {
      let options = PlanOptions(threads: 1 + seed % 3, packing: packing)
      let plan = try ExecutionPlan(computation, options)
      let before = plan(inputs)
      let replaced = try plan.replacingParameters(with: parameters)
      #expect(try replaced(inputs) == ExecutionPlan(changed, options)(inputs))
      #expect(plan(inputs) == before)
      // Back again, from a plan that never had them.
      let original = Dictionary(uniqueKeysWithValues: computation.parameters.map { ($0.path, $0.value) })
      #expect(try replaced.replacingParameters(with: original)(inputs) == before)
    }
  }

  @Test func mustBeAllThereInTheirShapes() throws {
    let computation = Computation.tracing([[1, 4]]) { inputs, trace in
      let weight = trace.parameter("fc.weight", .weight, Tensor(repeating: 1, shape: [3, 4]))
      return [Operations.Linear()(inputs[0], weight: weight)]
    }
    let plan = try ExecutionPlan(computation, PlanOptions(threads: 1))
    #expect(throws: PlanError.missingParameter("fc.weight")) { try plan.replacingParameters(with: [:]) }
    #expect(throws: PlanError.parameterShape("fc.weight", expected: [3, 4], found: [4, 3])) {
      try plan.replacingParameters(with: ["fc.weight": Tensor(zeros: [4, 3])])
    }
  }

  /// A parameter that operations read as they read maps lies in the state; one that two layers share is there once.
  @Test func stateHoldsWhatIsReadAsMaps() throws {
    let value = Tensor((0..<24).map(Float.init), shape: [1, 24])
    let computation = Computation.tracing([[1, 24]]) { inputs, trace in
      let embedding = trace.parameter("embedding", .weight, value)
      let again = trace.parameter("embedding", .weight, value)
      return [Operations.Add()(Operations.Multiply()(inputs[0], embedding), again)]
    }
    #expect(computation.parameters.count == 1)
    let plan = try ExecutionPlan(computation, PlanOptions(threads: 1, verifies: true))
    #expect(plan.faults.isEmpty && plan.stateBytes == 32 * 4 && plan.weightBytes == 0)
    let input = Tensor(repeating: 2, shape: [1, 24])
    #expect(plan(input) == [Tensor((0..<24).map { 3 * Float($0) }, shape: [1, 24])])
    let ones = ["embedding": Tensor(repeating: 1, shape: [1, 24])]
    #expect(try plan.replacingParameters(with: ones)(input) == [Tensor(repeating: 3, shape: [1, 24])])
  }

  /// Weights that operations make of parameters are computed when they are packed.
  @Test func weightsMayBeComputed() throws {
    let computation = Computation.tracing([[2, 4]]) { inputs, trace in
      let direction = trace.parameter("fc.weight", .weight, Tensor((0..<12).map(Float.init), shape: [3, 4]))
      let weight = Operations.Scale(0.5)(direction)
      return [Operations.Activate(.relu)(Operations.Linear()(inputs[0], weight: weight))]
    }
    let input = Tensor((0..<8).map { Float($0) - 3 }, shape: [2, 4])
    let plan = try ExecutionPlan(computation, PlanOptions(threads: 1, verifies: true))
    #expect(plan.faults.isEmpty && plan(input) == computation.plain([input]))
    let zeros = try plan.replacingParameters(with: ["fc.weight": Tensor(zeros: [3, 4])])
    #expect(zeros(input) == [Tensor(zeros: [2, 3])])
  }

  /// Writes the sum and the difference of what it reads, and counts its runs in the state.
  private struct SumAndDifference: Kernel {
    let name = "sum and difference"

    func run(phase: Int, memory: KernelMemory, worker: Worker) {
      for index in worker.share(of: 64) {
        memory.writes[0][index] = memory.reads[0][index] + memory.reads[1][index]
        memory.writes[1][index] = memory.reads[0][index] - memory.reads[1][index]
        memory.writes[2][index] = memory.reads[2][index] + 1
      }
    }
  }

  /// A step may read and write several places, the state among them, which outlives the run.
  @Test(arguments: [1, 3])
  func stepsHaveSeveralReadsAndWrites(threads: Int) throws {
    let step = Step(
      kernel: SumAndDifference(),
      reads: [
        Step.Operand(location: .input(0)), Step.Operand(location: .input(1)), Step.Operand(location: .state(64)),
      ],
      writes: [
        Step.Operand(location: .output(0)), Step.Operand(location: .arena(16)), Step.Operand(location: .state(64)),
      ])
    let session = try Session(StepTable([step]), arenaCount: 80, threads: threads)
    let numbers = try PlanNumbers(stateCount: 128)
    var first = Tensor((0..<64).map(Float.init))
    var second = Tensor(repeating: 2, shape: [64])
    var output = Tensor(zeros: [64])
    for _ in 0..<3 {
      first.withUnsafeMutableBufferPointer { first in
        second.withUnsafeMutableBufferPointer { second in
          output.withUnsafeMutableBufferPointer { output in
            let inputs = [first, second].compactMap { $0.baseAddress.map { UnsafePointer($0) } }
            let outputs = [output].compactMap(\.baseAddress)
            session.run(rounds: .none, on: numbers, inputs: inputs, outputs: outputs)
          }
        }
      }
    }
    let sums = (0..<64).map { (index: Int) -> Float in Float(index) + 2 }
    #expect(output.elements == sums)
    #expect((0..<64).allSatisfy { session.arena.start[16 + $0] == Float($0) - 2 })
    #expect((0..<64).allSatisfy { numbers.state.start[64 + $0] == 3 && numbers.state.start[$0] == 0 })
  }
}

extension Computation {
  /// The same operations on other parameters.
  func replacing(_ values: [String: Tensor]) -> Computation {
    var result = self
    for index in nodes.indices {
      guard case .parameter(var parameter) = nodes[index].origin, let value = values[parameter.path] else { continue }
      parameter.value = value
      result.nodes[index].origin = .parameter(parameter)
    }
    return result
  }
}

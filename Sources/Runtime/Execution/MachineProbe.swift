import Kernels
import Tensors

/// What a processor can do at most, measured: the two roofs that Williams, Waterman and Patterson 2009, "Roofline: an
/// insightful visual performance model", hold a program's speed against.
package struct MachineProbe: Sendable {
  package var threads: Int
  package var instructionSet: InstructionSet
  /// All that the processor has, from the narrowest to the widest, whichever is measured.
  package var instructionSets: [InstructionSet]
  /// Billions of operations a second, 2 for each multiply-add, in registers alone.
  package var gigaflops: Double
  /// Billions of bytes a second read from memory.
  package var gigabytesPerSecond: Double
  /// Nanoseconds that the threads take to meet; 0 for one.
  package var barrierNanoseconds: Double
  /// How the threads wait for each other, for people; nil for one.
  package var barrierKind: String?

  /// Measures; the memory, in megabytes, should be several times what the caches hold, and a round of multiply-adds
  /// takes some nanoseconds.
  ///
  /// - Throws: `PlanError` if `CNNC_ISA` names an instruction set that this processor lacks.
  package init(threads: Int? = nil, megabytes: Int = 256, rounds: Int = 4_000_000) throws(PlanError) {
    let loops = try PlanOptions().loops()
    let team = ThreadTeam(count: threads ?? ThreadCount.standard)
    self.threads = team.count
    instructionSet = loops.set
    instructionSets = InstructionSet.allCases.filter { $0.loops != nil }
    barrierKind = ThreadTeam.barrierKind(of: team.count)
    let results = UnsafeMutablePointer<Double>.allocate(capacity: team.count)
    results.initialize(repeating: 0, count: team.count)
    defer { results.deallocate() }
    func best(_ work: @escaping (Worker) -> Double) -> Double {
      (0..<5).map { _ in team.nanoseconds { results[$0.worker.index] = work($0.worker) } }.min() ?? .infinity
    }

    let time = best { _ in Double(loops.runPeakProbe(rounds: rounds)) }
    gigaflops = (0..<team.count).reduce(0) { $0 + results[$1] } / time

    let memory: MemoryRegion
    do throws(AllocationError) {
      memory = try MemoryRegion(count: max(1, min(megabytes, 1 << 30)) << 18)
    } catch {
      throw .outOfMemory("the probe", largest: nil, error)
    }
    let reading = best { Self.sum(of: memory, blocks: $0.share(of: memory.count / Self.blockSize)) }
    // The sums, of zeros, are used, or the compiler would leave the reading out.
    let zero = (0..<team.count).reduce(0) { $0 + results[$1] }
    gigabytesPerSecond = Double(memory.count * MemoryLayout<Float>.stride) / (reading + zero)
    barrierNanoseconds = team.barrierNanoseconds(rounds: 8, count: 2000)
  }

  /// Floats.
  private static let blockSize = 128

  private static func sum(of memory: MemoryRegion, blocks: Range<Int>) -> Double {
    var sums = (SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero)
    let start = UnsafeRawPointer(memory.start)
    for block in blocks {
      let vectors = (start + block * blockSize * MemoryLayout<Float>.stride).assumingMemoryBound(to: SIMD16<Float>.self)
      sums.0 += vectors[0] + vectors[4]
      sums.1 += vectors[1] + vectors[5]
      sums.2 += vectors[2] + vectors[6]
      sums.3 += vectors[3] + vectors[7]
    }
    return Double((sums.0 + sums.1 + sums.2 + sums.3).sum())
  }
}

import Tensors

/// A step of a plan that computes: one operation for known shapes, with everything but the memory decided.
///
/// All threads call `run` for each phase in turn with a barrier between; each does its share, and how the work is shared
/// changes no sum, so results have the same bits for any number of threads. Nothing is allocated while running.
package protocol Kernel: Sendable {
  /// The algorithm as a plan's listing names it: `direct 3×3`, `winograd F(4,3)`.
  var name: String { get }
  /// How often the threads meet: what one phase writes, the next may read from any thread.
  var phases: Int { get }
  /// Floats of memory that the kernel needs while it runs, shared by the given number of threads.
  func scratchCount(threads: Int) -> Int
  /// Floats of packed weights; what follows them begins at the next multiple of 16.
  var weightCount: Int { get }
  /// Writes a share of the packed weights, all of it together with the other workers'. The kernel itself has no numbers,
  /// so new ones can be packed for it at any time.
  func pack(_ source: KernelWeights, into weights: UnsafeMutablePointer<Float>, worker: Worker)
  /// The kernel that packs its weights anew in each run, from the numbers that the run gives it.
  var packingWhileRunning: any Kernel { get }
  /// Does a worker's share of a phase.
  func run(phase: Int, memory: KernelMemory, worker: Worker)
}

extension Kernel {
  package var phases: Int { 1 }
  package func scratchCount(threads: Int) -> Int { 0 }
  package var weightCount: Int { 0 }
  package func pack(_ source: KernelWeights, into weights: UnsafeMutablePointer<Float>, worker: Worker) {}
}

/// The memory that a kernel works on. Every pointer is aligned to 64 bytes.
package struct KernelMemory {
  /// What the step reads: the operation's inputs in their order, then the residual if there is one.
  package var reads: UnsafeBufferPointer<UnsafePointer<Float>>
  /// What the step writes.
  package var writes: UnsafeBufferPointer<UnsafeMutablePointer<Float>>
  package var weights: UnsafePointer<Float>?
  package var scratch: UnsafeMutablePointer<Float>?
  /// What the weights are packed from, where that is done in each run.
  package var source: KernelWeights?

  package init(
    reads: UnsafeBufferPointer<UnsafePointer<Float>>, writes: UnsafeBufferPointer<UnsafeMutablePointer<Float>>,
    weights: UnsafePointer<Float>? = nil, scratch: UnsafeMutablePointer<Float>? = nil, source: KernelWeights? = nil
  ) {
    self.reads = reads
    self.writes = writes
    self.weights = weights
    self.scratch = scratch
    self.source = source
  }

  /// The first input.
  var input: UnsafePointer<Float> { reads[0] }
  /// The second input, of a join or a gate.
  var second: UnsafePointer<Float>? { reads.count > 1 ? reads[1] : nil }
  /// What is added before the activation, in the output's shape: the last that is read. Only kernels whose epilogue adds
  /// one may ask.
  var residual: UnsafePointer<Float>? { reads.last }
  /// The only output, or the first.
  var output: UnsafeMutablePointer<Float> { writes[0] }
}

/// One of the threads that share a step.
package struct Worker: Hashable, Sendable {
  package var index: Int
  package var count: Int

  package init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// This worker's contiguous share of `total` units, equal to the others' but for one unit.
  package func share(of total: Int) -> Range<Int> {
    total * index / count..<total * (index + 1) / count
  }
}

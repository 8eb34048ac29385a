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
  /// Writes a share of the packed weights, all of it together with the other workers'.
  func pack(into weights: UnsafeMutablePointer<Float>, worker: Worker)
  /// Does a worker's share of a phase.
  func run(phase: Int, memory: KernelMemory, worker: Worker)
}

extension Kernel {
  package var phases: Int { 1 }
  package func scratchCount(threads: Int) -> Int { 0 }
  package var weightCount: Int { 0 }
  package func pack(into weights: UnsafeMutablePointer<Float>, worker: Worker) {}
}

/// The memory that a kernel works on. Every pointer is aligned to 64 bytes.
package struct KernelMemory {
  package var input: UnsafePointer<Float>
  /// The second operand of a join or a gate.
  package var second: UnsafePointer<Float>?
  /// What is added before the activation, in the output's shape.
  package var residual: UnsafePointer<Float>?
  package var output: UnsafeMutablePointer<Float>
  package var weights: UnsafePointer<Float>?
  package var scratch: UnsafeMutablePointer<Float>?

  package init(
    input: UnsafePointer<Float>, second: UnsafePointer<Float>? = nil, residual: UnsafePointer<Float>? = nil,
    output: UnsafeMutablePointer<Float>, weights: UnsafePointer<Float>? = nil,
    scratch: UnsafeMutablePointer<Float>? = nil
  ) {
    self.input = input
    self.second = second
    self.residual = residual
    self.output = output
    self.weights = weights
    self.scratch = scratch
  }
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

import Tensors

/// Numbers in row-major order as they are: a weight under another shape.
package struct CopyKernel: Kernel {
  private let count: Int

  package init(count: Int) { self.count = count }

  package var name: String { "copy" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let share = worker.share(of: count)
    (memory.output + share.lowerBound).update(from: memory.input + share.lowerBound, count: share.count)
    clearLanes(behind: count, of: memory.output, worker: worker)
  }
}

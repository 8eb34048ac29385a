import Tensors

/// A kernel with so many weights that it may be worth packing them in each run.
package protocol WeightedKernel: Kernel {}

extension Kernel {
  package var packingWhileRunning: any Kernel { PackingKernel(base: self) }
}

/// A kernel that packs its weights in the first phase of each run, into memory that other steps use after it.
///
/// A plan that runs once then touches little memory beside the file's own, and what is packed is still in the cache
/// when it is used.
private struct PackingKernel<Base: Kernel>: Kernel {
  let base: Base

  var name: String { "\(base.name), packing" }
  var phases: Int { base.phases + 1 }

  func scratchCount(threads: Int) -> Int { weightStart(threads: threads).saturatingAdded(base.weightCount) }

  /// Behind the kernel's own scratch memory.
  private func weightStart(threads: Int) -> Int { BlockedMaps.roundedToLanes(base.scratchCount(threads: threads)) }

  func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch, let source = memory.source else { return }
    let weights = scratch + weightStart(threads: worker.count)
    guard phase > 0 else { return base.pack(source, into: weights, worker: worker) }
    if phase == 1, worker.index == 0 { source.weight?.forget() }
    var memory = memory
    memory.weights = UnsafePointer(weights)
    base.run(phase: phase - 1, memory: memory, worker: worker)
  }
}

import Tensors

/// A kernel with weights, which it needs only until it has packed them.
package protocol WeightedKernel: Kernel {
  /// The kernel without the tensors that its weights come from. It can run, and can pack no more.
  func releasingWeights() -> Self
  /// The kernel that packs its weights anew in each run, from `source`, the tensor that it has them from.
  func packingWhileRunning(from source: Tensor) -> any Kernel
}

extension WeightedKernel {
  package func packingWhileRunning(from source: Tensor) -> any Kernel { PackingKernel(base: self, source: source) }
}

/// A kernel that packs its weights in the first phase of each run, into memory that other steps use after it.
///
/// A plan that runs once then touches little memory beside the file's own, and what is packed is still in the cache
/// when it is used.
private struct PackingKernel<Base: WeightedKernel>: Kernel {
  let base: Base
  let source: Tensor

  var name: String { "\(base.name), packing" }
  var phases: Int { base.phases + 1 }

  func scratchCount(threads: Int) -> Int { weightStart(threads: threads) + base.weightCount }

  /// Behind the kernel's own scratch memory.
  private func weightStart(threads: Int) -> Int {
    (base.scratchCount(threads: threads) + BlockedMaps.lanes - 1) / BlockedMaps.lanes * BlockedMaps.lanes
  }

  func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let weights = scratch + weightStart(threads: worker.count)
    guard phase > 0 else { return base.pack(into: weights, worker: worker) }
    if phase == 1, worker.index == 0 { source.forget() }
    var memory = memory
    memory.weights = UnsafePointer(weights)
    base.run(phase: phase - 1, memory: memory, worker: worker)
  }
}

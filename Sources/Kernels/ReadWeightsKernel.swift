import Tensors

/// A kernel whose weights the step reads while it runs, and packs anew in each run: those that training moves, or that
/// other steps make.
///
/// It reads what the kernel reads, then the weights in row-major order, as `Operands.weights` lists them.
package struct ReadWeightsKernel: Kernel {
  private let base: any Kernel
  private let weights: Operands<[Int]>
  private let count: Int

  /// - Parameters:
  ///   - base: The kernel, which takes its weights packed.
  ///   - weights: The shapes of the operation's weights; the inputs are not looked at.
  package init(_ base: any Kernel, weights: Operands<[Int]>) {
    self.base = base.packingWhileRunning
    self.weights = weights
    count = weights.weights.count
  }

  package var name: String { base.name }
  package var phases: Int { base.phases }
  package func scratchCount(threads: Int) -> Int { base.scratchCount(threads: threads) }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    var memory = memory
    let own = memory.reads.count - count
    memory.source = numbers(UnsafeBufferPointer(rebasing: memory.reads[own...]))
    memory.reads = UnsafeBufferPointer(rebasing: memory.reads[..<own])
    base.run(phase: phase, memory: memory, worker: worker)
  }

  /// What the kernel packs.
  private func numbers(_ places: UnsafeBufferPointer<UnsafePointer<Float>>) -> KernelWeights {
    var next = 0
    func take(_ shape: [Int]?) -> WeightNumbers? {
      guard let shape else { return nil }
      defer { next += 1 }
      return .memory(places[next], shape: shape)
    }
    let weight = take(weights.weight)
    return KernelWeights(weight, bias: take(weights.bias))
  }
}

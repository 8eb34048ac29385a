import Tensors

/// A scaling of channels whose numbers the step reads while it runs, and brings into factors anew in each run: a batch norm
/// that is frozen, or a learned scale, in training.
///
/// It reads what the scaling reads, then its weights in row-major order, as `Operands.weights` lists them.
package struct ReadScalingKernel: Kernel {
  private let base: AffineKernel
  private let operation: any ChannelScalingOperation
  /// How many numbers each weight has: one for each channel, or one for all.
  private let counts: Operands<Int>
  /// How many weights there are.
  private let readCount: Int
  private let channels: Int

  /// - Parameters:
  ///   - base: The scaling, which takes its factors packed.
  ///   - operation: What the factors come of.
  ///   - weights: The shapes of the operation's weights; the inputs are not looked at.
  ///   - channels: The channels of the output.
  package init(
    _ base: AffineKernel, operation: any ChannelScalingOperation, weights: Operands<[Int]>, channels: Int
  ) {
    (self.base, self.operation, self.channels) = (base, operation, channels)
    counts = weights.mapWeights(\.saturatingProduct)
    readCount = counts.weights.count
  }

  package var name: String { base.name }

  /// The factors, and the scaling.
  package var phases: Int { 1 + base.phases }

  package func scratchCount(threads: Int) -> Int { base.weightCount }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let factors = memory.scratch else { return }
    var memory = memory
    let own = memory.reads.count - readCount
    if phase == 0 { return write(memory.reads, from: own, into: factors, worker) }
    memory.weights = UnsafePointer(factors)
    memory.reads = UnsafeBufferPointer(rebasing: memory.reads[..<own])
    base.run(phase: phase - 1, memory: memory, worker: worker)
  }

  private func write(
    _ reads: UnsafeBufferPointer<UnsafePointer<Float>>, from first: Int, into factors: UnsafeMutablePointer<Float>,
    _ worker: Worker
  ) {
    let lanes = base.weightCount / 2
    for channel in worker.share(of: lanes) {
      guard channel < channels else {
        (factors[channel], factors[lanes + channel]) = (0, 0)
        continue
      }
      var next = first
      func take(_ count: Int?) -> Double? {
        guard let count else { return nil }
        defer { next += 1 }
        return Double(reads[next][count == 1 ? 0 : channel])
      }
      let weights = (take(counts.weight), take(counts.bias), take(counts.mean), take(counts.variance))
      let (scale, shift) = operation.scaling(
        weight: weights.0, bias: weights.1, mean: weights.2, variance: weights.3)
      (factors[channel], factors[lanes + channel]) = (Float(scale), Float(shift))
    }
  }
}

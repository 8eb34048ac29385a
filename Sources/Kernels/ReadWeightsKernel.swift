import Tensors

/// A kernel whose weights the step reads while it runs, and packs anew in each run: those that training moves, or that
/// other steps make.
///
/// It reads what the kernel reads, then the weights in row-major order, as `Operands.weights` lists them.
package struct ReadWeightsKernel: Kernel {
  private let base: any Kernel
  private let weights: Operands<[Int]>
  private let count: Int
  private let scaling: (any ChannelScalingOperation)?
  private let channels: Int

  /// - Parameters:
  ///   - base: The kernel, which takes its weights packed.
  ///   - operation: What it computes.
  ///   - weights: The shapes of the operation's weights; the inputs are not looked at.
  ///   - channels: The channels of the output.
  package init(_ base: any Kernel, operation: any Operation, weights: Operands<[Int]>, channels: Int) {
    self.base = base.packingWhileRunning
    self.weights = weights
    count = weights.weights.count
    scaling = operation as? any ChannelScalingOperation
    self.channels = channels
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
    let found = (weight: take(weights.weight), bias: take(weights.bias))
    guard let scaling else { return KernelWeights(found.weight, bias: found.bias) }
    let tensors = Operands<Tensor>(
      [], weight: found.weight?.tensor, bias: found.bias?.tensor, mean: take(weights.mean)?.tensor,
      variance: take(weights.variance)?.tensor)
    let numbers = scaling.scaling(tensors, channels: channels)
    return KernelWeights(scale: numbers.scale.map { Float($0) }, bias: numbers.shift.map { Float($0) })
  }
}

extension WeightNumbers {
  /// The numbers as a tensor.
  fileprivate var tensor: Tensor {
    switch self {
    case .tensor(let tensor): tensor
    case .memory(let start, let shape):
      Tensor(UnsafeBufferPointer(start: start, count: shape.reduce(1, *)), shape: shape)
    }
  }
}

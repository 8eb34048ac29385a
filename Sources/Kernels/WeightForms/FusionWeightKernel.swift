import Tensors

/// One of some learned weights, normalized among them, or its gradient by all of them; see `Operations.FusionWeight`. It
/// reads for a gradient that by the weight, then what is learned. They are few, so one thread does it.
package struct FusionWeightKernel: Kernel {
  private let weight: Operations.FusionWeight
  private let count: Int
  private let isGradient: Bool

  /// - Parameter count: How many weights are learned.
  package init(_ weight: Operations.FusionWeight, count: Int, isGradient: Bool) {
    (self.weight, self.count, self.isGradient) = (weight, count, isGradient)
  }

  package var name: String { isGradient ? "fusion weight gradient" : "fusion weight" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard worker.index == 0 else { return }
    let learned = memory.reads[isGradient ? 1 : 0]
    var (sum, largest) = (0.0, -Double.infinity)
    for index in 0..<count { largest = max(largest, Double(learned[index])) }
    switch weight.normalization {
    case .none: sum = 1
    case .relu(let epsilon):
      sum = epsilon
      for index in 0..<count { sum += max(Double(learned[index]), 0) }
    case .softmax: for index in 0..<count { sum += Double.exponential(Double(learned[index]) - largest) }
    }
    if isGradient {
      let slope = Double(memory.reads[0][0])
      for index in 0..<count {
        memory.output[index] = Float(derivative(by: index, learned, sum: sum, largest: largest) * slope)
      }
    } else {
      memory.output[0] = Float(share(weight.index, learned, sum: sum, largest: largest))
    }
    clearLanes(behind: isGradient ? count : 1, of: memory.output, worker: worker)
  }

  /// A learned weight's share of the sum.
  private func share(_ index: Int, _ learned: UnsafePointer<Float>, sum: Double, largest: Double) -> Double {
    switch weight.normalization {
    case .none: Double(learned[index])
    case .relu: max(Double(learned[index]), 0) / sum
    case .softmax: Double.exponential(Double(learned[index]) - largest) / sum
    }
  }

  /// What the weight changes by with one that is learned.
  private func derivative(
    by index: Int, _ learned: UnsafePointer<Float>, sum: Double, largest: Double
  ) -> Double {
    let isOwn = index == weight.index
    switch weight.normalization {
    case .none: return isOwn ? 1 : 0
    case .relu:
      guard learned[index] > 0 else { return 0 }
      return ((isOwn ? sum : 0) - max(Double(learned[weight.index]), 0)) / (sum * sum)
    case .softmax:
      let own = share(weight.index, learned, sum: sum, largest: largest)
      return own * ((isOwn ? 1 : 0) - share(index, learned, sum: sum, largest: largest))
    }
  }
}

import Kernels

/// Adds the gradient of a part of a batch to the mean over all parts.
///
/// It reads the step's numbers, the gradient and the sum, and writes the sum.
struct GradientSumKernel: Kernel {
  var count: Int
  /// Of how many equal parts a batch consists.
  var parts: Int

  var name: String { "gradient sum" }

  func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let isFirst = StepScalars(at: memory.reads[0]).isFirst
    let share = worker.share(of: (count + 15) / 16)
    let (gradient, sum, factor) = (memory.reads[1], memory.writes[0], 1 / Float(parts))
    let range = share.lowerBound * 16..<min(count, share.upperBound * 16)
    guard !range.isEmpty else { return }
    if isFirst {
      for index in range { sum[index] = gradient[index] * factor }
    } else {
      for index in range { sum[index] += gradient[index] * factor }
    }
  }
}

import Tensors

/// A standardized weight, or its gradient by the weight or the gain; see `Operations.StandardizedWeight`. Threads share the
/// rows; everything lies in row-major order.
///
/// It reads for a gradient that by the standardized weight, then the weight, and the gain if there is one.
package struct StandardizedWeightKernel: Kernel {
  /// What is made.
  package enum Result: Hashable, Sendable {
    case weight
    case weightGradient
    case gainGradient
  }

  private let result: Result
  private let standardization: Operations.StandardizedWeight
  private let rows: Int
  private let length: Int
  private let hasGain: Bool

  /// - Parameters:
  ///   - result: What is made.
  ///   - rows: The rows of the weight.
  ///   - length: The elements of a row.
  ///   - hasGain: Whether there is a gain for each row.
  package init(
    _ result: Result, of standardization: Operations.StandardizedWeight, rows: Int, length: Int, hasGain: Bool
  ) {
    (self.result, self.standardization, self.hasGain) = (result, standardization, hasGain)
    (self.rows, self.length) = (rows, length)
  }

  package var name: String { result == .weight ? "standardized weight" : "standardized weight gradient" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let own = result == .weight ? 0 : 1
    let count = Double(length)
    for row in worker.share(of: rows) {
      let weight = memory.reads[own] + row * length
      let gain = hasGain ? Double(memory.reads[own + 1][row]) : 1
      var sum = 0.0
      for index in 0..<length { sum += Double(weight[index]) }
      let mean = sum / count
      var squares = 0.0
      for index in 0..<length {
        let difference = Double(weight[index]) - mean
        squares += difference * difference
      }
      let deviation = (squares / count + standardization.epsilon).squareRoot()
      let scale = gain * standardization.factor / deviation
      let target = memory.output + (result == .gainGradient ? row : row * length)
      if result == .weight {
        for index in 0..<length { target[index] = Float((Double(weight[index]) - mean) * scale) }
        continue
      }
      let gradient = memory.reads[0] + row * length
      var (total, along) = (0.0, 0.0)
      for index in 0..<length {
        total += Double(gradient[index])
        along += Double(gradient[index]) * ((Double(weight[index]) - mean) / deviation)
      }
      if result == .gainGradient {
        target[0] = Float(along * standardization.factor)
        continue
      }
      for index in 0..<length {
        let normalized = (Double(weight[index]) - mean) / deviation
        target[index] = Float(scale * (Double(gradient[index]) - (total + normalized * along) / count))
      }
    }
    clearLanes(behind: result == .gainGradient ? rows : rows * length, of: memory.output, worker: worker)
  }
}

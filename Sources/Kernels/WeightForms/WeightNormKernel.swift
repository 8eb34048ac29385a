import Tensors

/// A weight normalization, or its gradient by the directions or the lengths; see `Operations.WeightNorm`. Threads share the
/// rows; everything lies in row-major order.
///
/// It reads for a gradient that by the weight, then the directions and the lengths.
package struct WeightNormKernel: Kernel {
  /// What is made.
  package enum Result: Hashable, Sendable {
    case weight
    case directionGradient
    case lengthGradient
  }

  private let result: Result
  private let rows: Int
  private let length: Int

  /// - Parameters:
  ///   - result: What is made.
  ///   - rows: The rows of the weight.
  ///   - length: The elements of a row.
  package init(_ result: Result, rows: Int, length: Int) {
    (self.result, self.rows, self.length) = (result, rows, length)
  }

  package var name: String { result == .weight ? "weight norm" : "weight norm gradient" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let own = result == .weight ? 0 : 1
    for row in worker.share(of: rows) {
      let v = memory.reads[own] + row * length
      let gain = Double(memory.reads[own + 1][row])
      var squares = 0.0
      for index in 0..<length { squares += Double(v[index]) * Double(v[index]) }
      let norm = squares.squareRoot()
      let target = memory.output + (result == .lengthGradient ? row : row * length)
      if result == .weight {
        let factor = gain / norm
        for index in 0..<length { target[index] = Float(Double(v[index]) * factor) }
        continue
      }
      let gradient = memory.reads[0] + row * length
      var along = 0.0
      for index in 0..<length { along += Double(gradient[index]) * Double(v[index]) }
      along /= norm
      if result == .lengthGradient {
        target[0] = Float(along)
        continue
      }
      for index in 0..<length {
        let across = Double(gradient[index]) - along * Double(v[index]) / norm
        target[index] = Float(gain / norm * across)
      }
    }
    clearLanes(behind: result == .lengthGradient ? rows : rows * length, of: memory.output, worker: worker)
  }
}

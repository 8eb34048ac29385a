import Tensors

/// A weight divided by its largest singular value, or the gradient by that weight; see `Operations.SpectralNorm`.
/// Everything lies in row-major order.
///
/// It reads for a gradient that by the result, then the weight and the singular vectors u and v.
package struct SpectralNormKernel: Kernel {
  private let isGradient: Bool
  /// The elements of the dimensions before that of the rows, of that, and of those behind it.
  private let outer: Int
  private let rows: Int
  private let inner: Int

  /// - Parameters:
  ///   - dimension: The dimension of the weight whose elements are the matrix's rows.
  ///   - shape: The weight's.
  package init(dimension: Int, shape: [Int], isGradient: Bool) {
    self.isGradient = isGradient
    outer = shape[..<dimension].reduce(1, *)
    rows = shape[dimension]
    inner = shape[(dimension + 1)...].reduce(1, *)
  }

  package var name: String { isGradient ? "spectral norm gradient" : "spectral norm" }

  /// Each row's sums, and the result.
  package var phases: Int { 2 }

  /// In double precision: for each row its part of the singular value, and of the gradient's product with the weight.
  package func scratchCount(threads: Int) -> Int { 4.saturatingMultiplied(by: rows) }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let sums = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
    let first = isGradient ? 1 : 0
    let (weight, u, v) = (memory.reads[first], memory.reads[first + 1], memory.reads[first + 2])
    if phase == 0 {
      for row in worker.share(of: rows) {
        var (product, slopes) = (0.0, 0.0)
        forEachElement(of: row) { index, column in
          product += Double(weight[index]) * Double(v[column])
          if isGradient { slopes += Double(memory.reads[0][index]) * Double(weight[index]) }
        }
        (sums[row], sums[rows + row]) = (Double(u[row]) * product, slopes)
      }
      return
    }
    var (sigma, product) = (0.0, 0.0)
    for row in 0..<rows {
      sigma += sums[row]
      product += sums[rows + row]
    }
    for row in worker.share(of: rows) {
      forEachElement(of: row) { index, column in
        if isGradient {
          let outer = Double(u[row]) * Double(v[column])
          memory.output[index] = Float(Double(memory.reads[0][index]) / sigma - product / (sigma * sigma) * outer)
        } else {
          memory.output[index] = Float(Double(weight[index]) / sigma)
        }
      }
    }
    clearLanes(behind: outer * rows * inner, of: memory.output, worker: worker)
  }

  /// Calls a closure with the place of each of a row's elements among all, and its column.
  @inline(__always)
  private func forEachElement(of row: Int, _ body: (_ index: Int, _ column: Int) -> Void) {
    for outer in 0..<outer {
      for inner in 0..<inner { body((outer * rows + row) * self.inner + inner, outer * self.inner + inner) }
    }
  }
}

import Tensors

/// A singular vector of a weight by half of a power iteration; see `Operations.SingularVector`. It reads the weight and the
/// vector of the other side; everything lies in row-major order.
///
/// Sums are in double precision and in the definition's order, so they are its bits.
package struct SingularVectorKernel: Kernel {
  private let side: Operations.SingularVector.Side
  /// The elements of the dimensions before that of the rows, of that, and of those behind it.
  private let outer: Int
  private let rows: Int
  private let inner: Int

  /// - Parameter shape: The weight's.
  package init(_ operation: Operations.SingularVector, shape: [Int]) {
    side = operation.side
    outer = shape[..<operation.dimension].reduce(1, *)
    rows = shape[operation.dimension]
    inner = shape[(operation.dimension + 1)...].reduce(1, *)
  }

  private var count: Int { side == .left ? rows : outer * inner }

  package var name: String { "singular vector" }

  /// The product, and the result of length 1.
  package var phases: Int { 2 }

  /// The product in double precision.
  package func scratchCount(threads: Int) -> Int { 2.saturatingMultiplied(by: count) }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let product = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
    let share = worker.share(of: count)
    if phase == 0 {
      switch side {
      case .left: for row in share { product[row] = times(memory.reads[0], memory.reads[1], row: row) }
      case .right: transposedTimes(memory.reads[0], memory.reads[1], columns: share, product)
      }
      return
    }
    // Each thread has the whole norm, of the same sum.
    var squares = 0.0
    for index in 0..<count { squares += product[index] * product[index] }
    let norm = max(1e-12, squares.squareRoot())
    for index in share { memory.output[index] = Float(product[index] / norm) }
    clearLanes(behind: count, of: memory.output, worker: worker)
  }

  private func times(_ weight: UnsafePointer<Float>, _ v: UnsafePointer<Float>, row: Int) -> Double {
    var sum = 0.0
    for block in 0..<outer {
      let (elements, factors) = (weight + (block * rows + row) * inner, v + block * inner)
      for index in 0..<inner { sum += Double(elements[index]) * Double(factors[index]) }
    }
    return sum
  }

  /// Row by row, as the weight lies.
  private func transposedTimes(
    _ weight: UnsafePointer<Float>, _ u: UnsafePointer<Float>, columns: Range<Int>,
    _ product: UnsafeMutablePointer<Double>
  ) {
    var next = columns.lowerBound
    while next < columns.upperBound {
      let (block, start) = next.quotientAndRemainder(dividingBy: inner)
      let length = min(inner - start, columns.upperBound - next)
      let sums = product + next
      for index in 0..<length { sums[index] = 0 }
      for row in 0..<rows {
        let (elements, factor) = (weight + (block * rows + row) * inner + start, Double(u[row]))
        for index in 0..<length { sums[index] += Double(elements[index]) * factor }
      }
      next += length
    }
  }
}

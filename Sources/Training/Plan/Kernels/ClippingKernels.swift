import Kernels

/// The sum of squares of a gradient's elements, in parts of a fixed length.
///
/// It reads the gradient and writes a double for each part.
struct SquareSumKernel: Kernel {
  var count: Int

  var name: String { "gradient norm" }

  func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let elements = UnsafeBufferPointer(start: memory.reads[0], count: count)
    let sums = UnsafeMutableRawPointer(memory.writes[0]).assumingMemoryBound(to: Double.self)
    for part in worker.share(of: GradientClipping.parts(of: count)) {
      sums[part] = GradientClipping.sumOfSquares(elements, part: part)
    }
  }
}

/// What all gradients are multiplied by, of the norm of all of them.
///
/// It reads the sums of squares of each gradient's parts and writes the factor and the norm as doubles.
struct ClippingKernel: Kernel {
  /// The parts of each gradient.
  var parts: [Int]
  var clipping: GradientClipping

  var name: String { "gradient clipping" }

  func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard worker.index == 0 else { return }
    var total = 0.0
    for (place, count) in parts.enumerated() {
      let sums = UnsafeRawPointer(memory.reads[place]).assumingMemoryBound(to: Double.self)
      for part in 0..<count { total += sums[part] }
    }
    let norm = total.squareRoot()
    let result = UnsafeMutableRawPointer(memory.writes[0]).assumingMemoryBound(to: Double.self)
    result[0] = clipping.factor(norm: norm)
    result[1] = norm
  }
}

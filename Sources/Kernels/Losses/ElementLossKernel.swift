import Tensors

/// The mean over all elements of a loss of each with its label, or its gradient by what the labels are of: a mean squared
/// error, or a binary cross entropy.
///
/// It reads the values, the labels in their shape, and for the gradient that of the loss; it writes the loss, a vector of
/// one, or the gradient. Sums are in double precision, a row's of a block first and then those of all in their order.
package struct ElementLossKernel: Kernel {
  /// What the loss of an element is.
  package enum Term: Hashable, Sendable {
    /// `(x − y)²`.
    case squaredDifference
    /// `max(x, 0) − x·y + ln(1 + e^−|x|)`.
    case binaryCrossEntropy

    fileprivate func loss(_ x: Float, _ y: Float) -> Float {
      switch self {
      case .squaredDifference: (x - y) * (x - y)
      case .binaryCrossEntropy: max(x, 0) - x * y + .logarithmOfOnePlus(.exponential(-abs(x)))
      }
    }

    fileprivate func slope(_ x: Float, _ y: Float) -> Float {
      switch self {
      case .squaredDifference: 2 * (x - y)
      case .binaryCrossEntropy: 1 / (1 + .exponential(-x)) - y
      }
    }
  }

  private let term: Term
  private let values: BlockedMaps
  private let labels: BlockedMaps
  /// Where the gradient goes; nil for the loss itself.
  private let gradient: BlockedMaps?

  /// All maps have one shape.
  package init(_ term: Term, values: BlockedMaps, labels: BlockedMaps, gradient: BlockedMaps? = nil) {
    precondition(labels.hasShape(of: values) && gradient?.hasShape(of: values) ?? true, "each element has a label")
    (self.term, self.values, self.labels, self.gradient) = (term, values, labels, gradient)
  }

  package var name: String {
    (term == .squaredDifference ? "mean squared error" : "binary cross entropy") + (gradient == nil ? "" : " gradient")
  }

  package var phases: Int { gradient == nil ? 2 : 1 }

  package func scratchCount(threads: Int) -> Int { gradient == nil ? 2.saturatingMultiplied(by: rows) : 0 }

  private var rows: Int { values.images * values.blocks * values.height }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let count = Double(values.images * values.channels * values.pixels)
    if phase == 1 {
      guard worker.index == 0, let scratch = memory.scratch else { return }
      let losses = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
      var sum = 0.0
      for row in 0..<rows { sum += losses[row] }
      memory.output.update(repeating: 0, count: BlockedMaps.lanes)
      memory.output[0] = Float(sum / count)
      return
    }
    let factor = gradient == nil ? 0 : memory.reads[2].pointee / Float(count)
    for unit in worker.share(of: rows) {
      let (plane, row) = unit.quotientAndRemainder(dividingBy: values.height)
      let (image, block) = plane.quotientAndRemainder(dividingBy: values.blocks)
      let x = memory.input + values.offset(image: image, block: block, pixel: row * values.width)
      let y = memory.reads[1] + labels.offset(image: image, block: block, pixel: row * values.width)
      let lanes = min(BlockedMaps.lanes, values.channels - block * BlockedMaps.lanes)
      if let gradient {
        let target = memory.output + gradient.offset(image: image, block: block, pixel: row * gradient.width)
        for place in 0..<values.width * BlockedMaps.lanes {
          target[place] = place % BlockedMaps.lanes < lanes ? factor * term.slope(x[place], y[place]) : 0
        }
      } else if let scratch = memory.scratch {
        var sum = 0.0
        for pixel in 0..<values.width {
          for place in pixel * BlockedMaps.lanes..<pixel * BlockedMaps.lanes + lanes {
            sum += Double(term.loss(x[place], y[place]))
          }
        }
        UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)[unit] = sum
      }
    }
  }
}

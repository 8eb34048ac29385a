import Tensors

/// LeNet-5's criterion for distances to classes, or its gradient by those; see `Operations.RadialBasisCriterion`.
///
/// It reads the distances, the labels, and for the gradient that of the loss; it writes the loss, a vector of one, or the
/// gradient. Sums are in double precision, a row's first and then those of all rows in their order.
package struct RadialBasisCriterionKernel: Kernel {
  private let distances: BlockedMaps
  /// Where the gradient goes; nil for the loss itself.
  private let gradient: BlockedMaps?
  private let j: Double

  /// - Parameters:
  ///   - distances: The distances, vectors. Labels are a number for each.
  ///   - gradient: Where the gradient by the distances goes, in their shape; nil for the loss.
  ///   - j: The distance of the class of everything that is no class.
  package init(distances: BlockedMaps, gradient: BlockedMaps? = nil, j: Double) {
    precondition(distances.pixels == 1, "distances are a vector")
    precondition(gradient?.hasShape(of: distances) ?? true, "a gradient has its value's shape")
    (self.distances, self.gradient, self.j) = (distances, gradient, j)
  }

  package var name: String { gradient == nil ? "radial basis criterion" : "radial basis criterion gradient" }

  /// The rows' losses, and theirs.
  package var phases: Int { gradient == nil ? 2 : 1 }
  package func scratchCount(threads: Int) -> Int { gradient == nil ? 2.saturatingMultiplied(by: distances.images) : 0 }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let images = Double(distances.images)
    if let gradient {
      let factor = Double(memory.reads[2].pointee) / images
      for image in worker.share(of: distances.images) {
        let row = memory.input + image * distances.imageStride
        let target = memory.output + image * gradient.imageStride
        let (least, sum) = exponentials(of: row)
        let label = Int(memory.reads[1][image])
        for index in 0..<gradient.blocks * BlockedMaps.lanes {
          guard index < distances.channels else {
            target[index] = 0
            continue
          }
          let share = Double.exponential(least - Double(row[index])) / sum
          target[index] = Float(factor * ((index == label ? 1 : 0) - share))
        }
      }
      return
    }
    guard let scratch = memory.scratch else { return }
    let losses = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
    if phase == 0 {
      for image in worker.share(of: distances.images) {
        let row = memory.input + image * distances.imageStride
        let (least, sum) = exponentials(of: row)
        losses[image] = Double(row[Int(memory.reads[1][image])]) - least + Double.logarithm(sum)
      }
    } else if worker.index == 0 {
      var sum = 0.0
      for image in 0..<distances.images { sum += losses[image] }
      memory.output.update(repeating: 0, count: BlockedMaps.lanes)
      memory.output[0] = Float(sum / images)
    }
  }

  /// The least of a row's distances and j, and the sum of the exponentials of what each is above it, with a minus.
  private func exponentials(of row: UnsafePointer<Float>) -> (least: Double, sum: Double) {
    var least = j
    for index in 0..<distances.channels { least = min(least, Double(row[index])) }
    var sum = 0.0
    for index in 0..<distances.channels { sum += Double.exponential(least - Double(row[index])) }
    return (least, sum + Double.exponential(least - j))
  }
}

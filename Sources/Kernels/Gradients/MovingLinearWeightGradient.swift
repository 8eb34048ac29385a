import Tensors

/// A kernel that reads one value element by element beside what it writes, so that ranges of elements are independent.
package protocol ElementKernel: Kernel {
  /// Does some of the elements.
  ///
  /// - Parameters:
  ///   - elements: Which.
  ///   - value: The first of them, of the value that the kernel reads first of all.
  ///   - memory: What the kernel reads and writes; the first of its reads is not looked at.
  func run(_ elements: Range<Int>, of value: UnsafePointer<Float>, memory: KernelMemory)
}

/// The gradient of a linear layer's weight with what moves the weight by it, a block of outputs at a time: the gradient, which
/// may be as large as all other values of a step, is nowhere as a whole.
///
/// It reads what the gradient is made of, the layer's input and the gradient by its output, then what the other kernel
/// reads beside the gradient, and writes what that writes: the same bits as both one after the other.
package struct MovingLinearWeightGradient: Kernel {
  private let gradient: LinearWeightGradient
  private let move: any ElementKernel

  /// The kernel where it saves something: for a gradient that is large, with enough blocks for any number of threads; nil for
  /// others.
  package init?(_ gradient: LinearWeightGradient, then move: any ElementKernel) {
    guard gradient.panels >= 16, gradient.panels * gradient.panelCount >= Self.leastElements else { return nil }
    (self.gradient, self.move) = (gradient, move)
  }

  private static let leastElements = 1 << 20

  package var name: String { "\(gradient.name), \(move.name)" }
  package var phases: Int { gradient.phases }

  /// What the gradient takes, and a panel for each worker.
  package func scratchCount(threads: Int) -> Int {
    panelStart(threads: threads).saturatingAdded(threads.saturatingMultiplied(by: gradient.panelCount))
  }

  private func panelStart(threads: Int) -> Int {
    BlockedMaps.roundedToLanes(gradient.scratchCount(threads: threads))
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard phase == phases - 1 else { return gradient.run(phase: phase, memory: memory, worker: worker) }
    guard let scratch = memory.scratch else { return }
    let panel = scratch + panelStart(threads: worker.count) + worker.index * gradient.panelCount
    // The other kernel's first read is the gradient: here something stands in its place.
    var moving = memory
    moving.reads = UnsafeBufferPointer(rebasing: memory.reads[1...])
    for index in worker.share(of: gradient.panels) {
      let elements = gradient.makePanel(index, at: panel, scratch: scratch, worker: worker)
      move.run(elements, of: panel, memory: moving)
    }
  }
}

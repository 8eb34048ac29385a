import CKernels
import Tensors

/// The gradient by the input of local response normalization; see `Operations.LocalResponseNormGradient`.
///
/// It reads the input, then the gradient of the result.
package struct LocalResponseNormGradient: Kernel {
  private let input: BlockedMaps
  private let gradient: BlockedMaps
  private let output: BlockedMaps
  private let norm: Operations.LocalResponseNorm
  private let loops: Loops

  /// All three maps have one shape.
  package init(
    _ norm: Operations.LocalResponseNorm, input: BlockedMaps, gradient: BlockedMaps, output: BlockedMaps, loops: Loops
  ) {
    precondition(input.hasShape(of: gradient) && input.hasShape(of: output), "a norm keeps the shape")
    (self.norm, self.input, self.gradient, self.output, self.loops) = (norm, input, gradient, output, loops)
  }

  package var name: String { "local response norm gradient" }

  /// For each thread a pixel's terms and powers, the terms between zeros.
  package func scratchCount(threads: Int) -> Int { threads.saturatingMultiplied(by: workerCount) }

  private var workerCount: Int {
    2 * BlockedMaps.roundedToLanes(before + behind) + 2 * input.blocks * BlockedMaps.lanes
  }

  /// Channels before and behind one, as far as there can be some.
  private var before: Int { min(norm.size / 2, input.channels) }
  private var behind: Int { min((norm.size - 1) / 2, input.channels) }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    output.forEachRun(of: worker) { image, rows in
      let first = rows.lowerBound * output.width
      loops.table.local_response_gradient(
        memory.input + input.offset(image: image, block: 0, pixel: first), input.blockStride,
        memory.reads[1] + gradient.offset(image: image, block: 0, pixel: first), gradient.blockStride,
        memory.output + output.offset(image: image, block: 0, pixel: first), output.blockStride, input.channels,
        rows.count * output.width, before, behind, Float(norm.alpha / Double(norm.size)),
        Float(norm.beta), Float(norm.k), scratch + worker.index * workerCount)
    }
  }
}

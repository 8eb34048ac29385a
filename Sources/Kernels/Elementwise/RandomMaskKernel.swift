import CKernels
import Tensors

/// What dropout and stochastic depth do in training; see `Operations.RandomMask`, whose very numbers it draws.
///
/// It reads maps and the number of the step. The output may be the maps.
package struct RandomMaskKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let draws: Operations.RandomMask.Draws
  private let isPerImage: Bool
  private let loops: Loops

  /// Input and output have one shape.
  package init(_ mask: Operations.RandomMask, input: BlockedMaps, output: BlockedMaps, loops: Loops) {
    precondition(input.hasShape(of: output), "a mask keeps the shape")
    (self.input, self.output, self.loops) = (input, output, loops)
    (draws, isPerImage) = (mask.draws, mask.isPerImage)
  }

  package var name: String { isPerImage ? "random images" : "random mask" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let step = memory.second.required
    let first = draws.state(at: 0, step: StepNumber.number(low: step[0], high: step[1]))
    let increment = draws.increment
    output.forEachBlock(of: worker) { image, block in
      let element = isPerImage ? image : (image * input.channels + block * BlockedMaps.lanes) * input.pixels
      loops.table.random_mask(
        memory.input + input.offset(image: image, block: block),
        memory.output + output.offset(image: image, block: block), input.pixels,
        first &+ increment &* UInt64(element), isPerImage ? 0 : increment,
        isPerImage ? 0 : increment &* UInt64(input.pixels), draws.threshold, draws.factor)
    }
  }
}

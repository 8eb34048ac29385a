import CKernels
import Tensors

/// `x` for x > 0, else `slope · x`, with one slope or one for each channel; the shape stays. The output may be the
/// input. He et al. 2015, arXiv:1502.01852.
package struct PReLUKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let loops: Loops

  /// The weight has one slope, or one for each channel.
  package init(input: BlockedMaps, output: BlockedMaps, loops: Loops) {
    precondition(input.hasShape(of: output), "an activation keeps the shape")
    (self.input, self.output, self.loops) = (input, output, loops)
  }

  package var name: String { "prelu" }

  package var weightCount: Int { output.blocks * BlockedMaps.lanes }

  package func pack(_ source: KernelWeights, into weights: UnsafeMutablePointer<Float>, worker: Worker) {
    source.requiredWeight.withUnsafeBufferPointer { slopes in
      if slopes.count == 1 {
        return packChannels(
          nil as WeightNumbers?, else: slopes[0], input.channels, into: weights, worker: worker)
      }
      packChannels(slopes, input.channels, into: weights, worker: worker)
    }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let slopes = memory.weights.required
    output.forEachStretch(of: worker) { image, block, pixels in
      loops.table.prelu(
        memory.input + input.offset(image: image, block: block, pixel: pixels.lowerBound),
        memory.output + output.offset(image: image, block: block, pixel: pixels.lowerBound), pixels.count,
        slopes + block * BlockedMaps.lanes)
    }
  }
}

extension Operations.PReLU: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    PReLUKernel(input: place.input, output: place.output, loops: place.loops)
  }
}

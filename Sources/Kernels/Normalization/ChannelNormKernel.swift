import CKernels
import Tensors

/// Layer normalization over the channels of each pixel; the shape stays. The output may be the input.
///
/// `y = (x − mean) / √(variance + epsilon) · weight + bias`. Ba et al. 2016, arXiv:1607.06450.
package struct ChannelNormKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let epsilon: Double
  private let loops: Loops

  /// Weight and bias have an element for each channel; nil multiplies by 1, or adds nothing.
  package init(input: BlockedMaps, output: BlockedMaps, epsilon: Double, loops: Loops) {
    precondition(input.hasShape(of: output), "a norm keeps the shape")
    (self.input, self.output, self.epsilon, self.loops) = (input, output, epsilon, loops)
  }

  package var name: String { "channel norm" }

  package var weightCount: Int { 2 * lanes }

  private var lanes: Int { input.blocks * BlockedMaps.lanes }

  package func pack(_ source: KernelWeights, into weights: UnsafeMutablePointer<Float>, worker: Worker) {
    packChannels(source.weight, else: 1, input.channels, into: weights, worker: worker)
    packChannels(source.bias, input.channels, into: weights + lanes, worker: worker)
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let weights = memory.weights.required
    output.forEachRun(of: worker) { image, rows in
      let first = rows.lowerBound * output.width
      loops.table.channel_norm(
        memory.input + input.offset(image: image, block: 0, pixel: first), input.blockStride,
        memory.output + output.offset(image: image, block: 0, pixel: first), output.blockStride, input.channels,
        rows.count * output.width, weights, weights + lanes, epsilon)
    }
  }
}

extension Operations.ChannelNorm: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    ChannelNormKernel(input: place.input, output: place.output, epsilon: epsilon, loops: place.loops)
  }
}

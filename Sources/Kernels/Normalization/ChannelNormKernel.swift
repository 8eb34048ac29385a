import CKernels
import Tensors

/// Layer normalization over the channels of each pixel; the shape stays. The output may be the input.
///
/// `y = (x − mean) / √(variance + epsilon) · weight + bias`. Ba et al. 2016, arXiv:1607.06450.
package struct ChannelNormKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let weight: [Float]
  private let bias: [Float]
  private let epsilon: Double
  private let loops: Loops

  /// `weight` and `bias` have an element for each channel; nil multiplies by 1, or adds nothing.
  package init(
    input: BlockedMaps, output: BlockedMaps, weight: [Float]?, bias: [Float]?, epsilon: Double, loops: Loops
  ) {
    precondition(input.hasShape(of: output), "a norm keeps the shape")
    (self.input, self.output, self.epsilon, self.loops) = (input, output, epsilon, loops)
    self.weight = weight ?? Array(repeating: 1, count: input.channels)
    self.bias = bias ?? Array(repeating: 0, count: input.channels)
    precondition(
      self.weight.count == input.channels && self.bias.count == input.channels, "a weight and a bias a channel")
  }

  package var name: String { "channel norm" }

  package var weightCount: Int { 2 * lanes }

  private var lanes: Int { input.blocks * BlockedMaps.lanes }

  package func pack(into weights: UnsafeMutablePointer<Float>, worker: Worker) {
    packChannels(weight, into: weights, worker: worker)
    packChannels(bias, into: weights + lanes, worker: worker)
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

import CKernels
import Tensors

/// The gradients of normalization over the channels of each pixel, by the input or by the weight; see
/// `Operations.ChannelNormInputGradient`.
///
/// It reads the input, the gradient of the result, and for the input's the weight if there is one. Sums for the weight go
/// by rows of an image, in double precision, and then over all rows in their order.
package struct ChannelNormGradient: Kernel {
  /// What the gradient is by.
  package enum Operand: Hashable, Sendable {
    /// The input, where the gradient goes into maps; multiplied by a weight of each channel, or not.
    case input(BlockedMaps, hasWeight: Bool)
    /// The weight of each channel.
    case weight
  }

  private let input: BlockedMaps
  private let gradient: BlockedMaps
  private let operand: Operand
  private let epsilon: Double
  private let loops: Loops

  /// - Parameters:
  ///   - operand: What the gradient is by.
  ///   - input: What was normalized.
  ///   - gradient: The gradient of the result, in the input's shape.
  package init(by operand: Operand, input: BlockedMaps, gradient: BlockedMaps, epsilon: Double, loops: Loops) {
    precondition(input.hasShape(of: gradient), "a norm keeps the shape")
    if case .input(let output, _) = operand {
      precondition(input.hasShape(of: output), "a gradient has its value's shape")
    }
    (self.input, self.gradient, self.operand, self.epsilon, self.loops) = (input, gradient, operand, epsilon, loops)
  }

  package var name: String { operand == .weight ? "channel norm weight gradient" : "channel norm gradient" }

  package var phases: Int { operand == .weight ? 2 : 1 }

  package func scratchCount(threads: Int) -> Int {
    operand == .weight ? 2.saturatingMultiplied(by: (input.images * input.height).saturatingMultiplied(by: lanes)) : 0
  }

  private var lanes: Int { input.blocks * BlockedMaps.lanes }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    if case .input(let output, let hasWeight) = operand {
      output.forEachRun(of: worker) { image, rows in
        let first = rows.lowerBound * output.width
        loops.table.channel_norm_gradient(
          memory.input + input.offset(image: image, block: 0, pixel: first), input.blockStride,
          memory.reads[1] + gradient.offset(image: image, block: 0, pixel: first), gradient.blockStride,
          memory.output + output.offset(image: image, block: 0, pixel: first), output.blockStride, input.channels,
          rows.count * output.width, hasWeight ? memory.reads[2] : nil, epsilon)
      }
      return
    }
    guard let scratch = memory.scratch else { return }
    let sums = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
    guard phase == 0 else {
      for channel in worker.share(of: lanes) {
        var sum = 0.0
        if channel < input.channels {
          for row in 0..<input.images * input.height { sum += sums[row * lanes + channel] }
        }
        memory.output[channel] = Float(sum)
      }
      return
    }
    for unit in worker.share(of: input.images * input.height) {
      let (image, row) = unit.quotientAndRemainder(dividingBy: input.height)
      loops.table.channel_norm_sums(
        memory.input + input.offset(image: image, block: 0, pixel: row * input.width), input.blockStride,
        memory.reads[1] + gradient.offset(image: image, block: 0, pixel: row * input.width), gradient.blockStride,
        input.channels, input.width, epsilon, sums + unit * lanes)
    }
  }
}

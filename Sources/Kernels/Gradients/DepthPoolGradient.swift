import Tensors

/// The gradient of the input of a pool over neighbouring channels: of a maximum the whole of each output's to the first of
/// the largest, or to the first NaN; of a mean to all channels in equal parts.
///
/// It reads the pool's input and the gradient of what it gave. Threads share rows.
package struct DepthPoolGradient: Kernel {
  private let pool: Operations.DepthPool
  private let input: BlockedMaps
  private let gradient: BlockedMaps
  private let output: BlockedMaps

  /// - Parameters:
  ///   - input: What was pooled.
  ///   - gradient: The gradient of what the pool gave.
  ///   - output: The gradient of the input, in its shape.
  package init(_ pool: Operations.DepthPool, input: BlockedMaps, gradient: BlockedMaps, output: BlockedMaps) {
    precondition(
      output.hasShape(of: input) && gradient.images == input.images && gradient.height == input.height
        && gradient.width == input.width && (gradient.channels - 1) * pool.stride + pool.kernel <= input.channels,
      "the channels lie in the input")
    (self.pool, self.input, self.gradient, self.output) = (pool, input, gradient, output)
  }

  package var name: String { "depth pool gradient" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    output.forEachRun(of: worker) { image, rows in
      for block in 0..<output.blocks {
        let pixel = rows.lowerBound * output.width
        (memory.output + output.offset(image: image, block: block, pixel: pixel)).update(
          repeating: 0, count: rows.count * output.rowStride)
      }
      for pixel in rows.lowerBound * output.width..<rows.upperBound * output.width {
        let source = memory.input + input.offset(image: image, block: 0, pixel: pixel)
        let slopes = memory.reads[1] + gradient.offset(image: image, block: 0, pixel: pixel)
        let target = memory.output + output.offset(image: image, block: 0, pixel: pixel)
        for out in 0..<gradient.channels {
          spread(slopes[gradient.offset(channel: out)], from: out * pool.stride, of: source, over: target)
        }
      }
    }
  }

  /// Adds an output's gradient to the channels of a pixel that it was made of.
  private func spread(
    _ slope: Float, from first: Int, of source: UnsafePointer<Float>, over target: UnsafeMutablePointer<Float>
  ) {
    if pool.isMaximum {
      var best = source[input.offset(channel: first)]
      var winner = first
      for channel in first..<first + pool.kernel {
        let x = source[input.offset(channel: channel)]
        if x > best || (x.isNaN && !best.isNaN) { (best, winner) = (x, channel) }
      }
      target[output.offset(channel: winner)] += slope
    } else {
      let share = slope / Float(pool.kernel)
      for channel in first..<first + pool.kernel { target[output.offset(channel: channel)] += share }
    }
  }
}

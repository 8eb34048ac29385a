import CKernels
import Tensors

/// The gradient of an adaptive average pool's input: each output's, divided by the pixels of its window, to those. It reads
/// the gradient of what the pool gave. Threads share images and blocks of channels.
package struct AdaptiveAveragePoolGradient: Kernel {
  private let gradient: BlockedMaps
  private let output: BlockedMaps
  private let loops: Loops

  /// - Parameters:
  ///   - gradient: The gradient of what the pool gave.
  ///   - output: The gradient of its input.
  package init(gradient: BlockedMaps, output: BlockedMaps, loops: Loops) {
    precondition(
      gradient.images == output.images && gradient.channels == output.channels, "a pool keeps images and channels")
    (self.gradient, self.output, self.loops) = (gradient, output, loops)
  }

  package var name: String { "adaptive average pool gradient" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    output.forEachBlock(of: worker) { image, block in
      let target = memory.output + output.offset(image: image, block: block)
      target.update(repeating: 0, count: output.blockStride)
      gradient.forEachWindow(over: output) { window in
        var divisor = Float(window.columns)
        loops.table.sum_pool_gradient(
          memory.input + gradient.offset(image: image, block: block, pixel: window.output), target + window.offset,
          window.rows, output.rowStride, window.axis, Float(window.rows), &divisor)
      }
    }
  }
}

/// The gradient of an adaptive max pool's input: the whole of each output's to the first of the largest values in its
/// window, or to the first NaN.
///
/// It reads the pool's input, what it gave, and the gradient of that. Threads share images and blocks of channels.
package struct AdaptiveMaxPoolGradient: Kernel {
  private let input: BlockedMaps
  private let result: BlockedMaps
  private let gradient: BlockedMaps
  private let output: BlockedMaps
  private let loops: Loops

  /// - Parameters:
  ///   - input: What the pool read.
  ///   - result: What it gave.
  ///   - gradient: The gradient of the result, in its shape.
  ///   - output: The gradient of the input, in its shape.
  package init(input: BlockedMaps, result: BlockedMaps, gradient: BlockedMaps, output: BlockedMaps, loops: Loops) {
    precondition(gradient.hasShape(of: result) && output.hasShape(of: input), "a gradient has its value's shape")
    precondition(
      result.images == input.images && result.channels == input.channels, "a pool keeps images and channels")
    (self.input, self.result, self.gradient, self.output, self.loops) = (input, result, gradient, output, loops)
  }

  package var name: String { "adaptive max pool gradient" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    output.forEachBlock(of: worker) { image, block in
      let source = memory.input + input.offset(image: image, block: block)
      let target = memory.output + output.offset(image: image, block: block)
      target.update(repeating: 0, count: output.blockStride)
      result.forEachWindow(over: output) { window in
        loops.table.max_pool_gradient(
          source + window.offset, memory.reads[1] + result.offset(image: image, block: block, pixel: window.output),
          memory.reads[2] + gradient.offset(image: image, block: block, pixel: window.output),
          target + window.offset, window.rows, output.rowStride, window.axis)
      }
    }
  }
}

/// What one output of an adaptive pool is made of.
private struct AdaptiveWindow {
  /// The pixel of the output.
  var output: Int
  /// Floats from a block's start to the first pixel.
  var offset: Int
  var rows: Int
  var columns: Int

  /// The columns as the window of a single output.
  var axis: cnnc_axis {
    cnnc_axis(size: columns, kernel: columns, stride: 1, dilation: 1, before: 0, outputs: 1)
  }
}

extension BlockedMaps {
  /// Calls a closure with the window of each output of a pool that made these maps of others.
  @inline(__always)
  fileprivate func forEachWindow(over input: BlockedMaps, _ body: (AdaptiveWindow) -> Void) {
    for row in 0..<height {
      let rows = AdaptivePoolKernel.range(row, of: height, over: input.height)
      for column in 0..<width {
        let columns = AdaptivePoolKernel.range(column, of: width, over: input.width)
        body(
          AdaptiveWindow(
            output: row * width + column,
            offset: (rows.lowerBound * input.width + columns.lowerBound) * Self.lanes, rows: rows.count,
            columns: columns.count))
      }
    }
  }
}

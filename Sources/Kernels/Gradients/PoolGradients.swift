import CKernels
import Tensors

/// The gradient of a max pool's input: the whole of each output's to the first of the largest values under its window, or
/// to the first NaN.
///
/// It reads the pool's input, what it gave, and the gradient of that. Threads share images and blocks of channels.
package struct MaxPoolGradient: Kernel {
  private let window: PoolWindow
  private let gradient: BlockedMaps
  private let output: BlockedMaps
  private let loops: Loops

  /// - Parameters:
  ///   - input: What the pool read.
  ///   - result: What it gave, of the size that the window says.
  ///   - gradient: The gradient of the result, in its shape.
  ///   - output: The gradient of the input, in its shape.
  package init(
    input: BlockedMaps, result: BlockedMaps, gradient: BlockedMaps, output: BlockedMaps, window: SlidingWindow,
    loops: Loops
  ) {
    precondition(gradient.hasShape(of: result) && output.hasShape(of: input), "a gradient has its value's shape")
    self.window = PoolWindow(window, input: input, output: result)
    (self.gradient, self.output, self.loops) = (gradient, output, loops)
  }

  package var name: String { "max pool gradient" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let result = window.output
    output.forEachBlock(of: worker) { image, block in
      let target = memory.output + output.offset(image: image, block: block)
      target.update(repeating: 0, count: output.blockStride)
      for row in 0..<result.height {
        let rows = window.rows(image: image, block: block, row: row)
        let first = rows.offset - window.input.offset(image: image, block: block)
        loops.table.max_pool_gradient(
          memory.input + rows.offset,
          memory.second.required + result.offset(image: image, block: block, pixel: row * result.width),
          memory.reads[2] + gradient.offset(image: image, block: block, pixel: row * result.width), target + first,
          rows.count, rows.step, window.columns)
      }
    }
  }
}

/// The gradient of an average or sum pool's input: each output's, divided by what the pool divided by, to all pixels under
/// its window. It reads the gradient of what the pool gave. Threads share images and blocks of channels.
package struct AveragePoolGradient: Kernel {
  private let window: PoolWindow
  private let divides: Bool
  private let rowDivisors: [Float]
  private let columnDivisors: [Float]
  private let loops: Loops

  /// - Parameters:
  ///   - gradient: The gradient of what the pool gave, of the size that the window says.
  ///   - output: The gradient of its input.
  ///   - divides: Whether the pool is no sum.
  ///   - countsPadding: Whether the pool divided by the pixels of the padded input.
  package init(
    gradient: BlockedMaps, output: BlockedMaps, window: SlidingWindow, divides: Bool = true, countsPadding: Bool,
    loops: Loops
  ) {
    self.divides = divides
    self.window = PoolWindow(window, input: output, output: gradient)
    self.loops = loops
    rowDivisors = window.vertical.divisors(over: output.height, countsPadding: countsPadding)
    columnDivisors = window.horizontal.divisors(over: output.width, countsPadding: countsPadding)
  }

  package var name: String { "average pool gradient" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let (gradient, output) = (window.output, window.input)
    columnDivisors.withUnsafeBufferPointer { columnDivisors in
      output.forEachBlock(of: worker) { image, block in
        let target = memory.output + output.offset(image: image, block: block)
        target.update(repeating: 0, count: output.blockStride)
        for row in 0..<gradient.height {
          let rows = window.rows(image: image, block: block, row: row)
          let first = rows.offset - output.offset(image: image, block: block)
          loops.table.sum_pool_gradient(
            memory.input + gradient.offset(image: image, block: block, pixel: row * gradient.width), target + first,
            rows.count, rows.step, window.columns, rowDivisors[row], divides ? columnDivisors.baseAddress : nil)
        }
      }
    }
  }
}

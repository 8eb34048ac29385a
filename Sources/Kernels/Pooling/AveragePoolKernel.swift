import CKernels
import Tensors

/// The mean of each window. The divisor is the number of the window's pixels in the padded input, or only in the input
/// itself.
package struct AveragePoolKernel: Kernel {
  private let window: PoolWindow
  /// The divisors of output rows and columns, whose products those of windows are.
  private let rowDivisors: [Float]
  private let columnDivisors: [Float]
  private let loops: Loops

  /// The output has the size that the window says.
  package init(
    input: BlockedMaps, output: BlockedMaps, window: SlidingWindow, countsPadding: Bool, loops: Loops
  ) {
    self.window = PoolWindow(window, input: input, output: output)
    self.loops = loops
    func divisors(_ axis: SlidingWindow.Axis, over size: Int) -> [Float] {
      (0..<axis.outputs).map {
        Float(countsPadding ? axis.paddedTaps(of: $0, in: size) : axis.inputTaps(of: $0, in: size))
      }
    }
    rowDivisors = divisors(window.vertical, over: input.height)
    columnDivisors = divisors(window.horizontal, over: input.width)
  }

  package var name: String { "average pool" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let output = window.output
    columnDivisors.withUnsafeBufferPointer { columnDivisors in
      output.forEachRow(of: worker) { image, block, row in
        let rows = window.rows(image: image, block: block, row: row)
        let target = memory.output + output.offset(image: image, block: block, pixel: row * output.width)
        loops.table.sum_pool(
          memory.input + rows.offset, rows.count, rows.step, target, window.columns, rowDivisors[row],
          columnDivisors.baseAddress)
      }
    }
  }
}

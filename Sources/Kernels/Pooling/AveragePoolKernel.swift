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
    rowDivisors = window.vertical.divisors(over: input.height, countsPadding: countsPadding)
    columnDivisors = window.horizontal.divisors(over: input.width, countsPadding: countsPadding)
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

extension SlidingWindow.Axis {
  /// What each output is divided by: the taps that lie in the padded input, or only in the input itself.
  func divisors(over size: Int, countsPadding: Bool) -> [Float] {
    (0..<outputs).map { Float(countsPadding ? paddedTaps(of: $0, in: size) : inputTaps(of: $0, in: size)) }
  }
}

extension Operations.AveragePool: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    AveragePoolKernel(
      input: place.input, output: place.output, window: window, countsPadding: countsPadding, loops: place.loops)
  }
}

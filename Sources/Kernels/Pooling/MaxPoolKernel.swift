import CKernels
import Tensors

/// The largest value of each window; NaN is larger than every number.
package struct MaxPoolKernel: Kernel {
  private let window: PoolWindow
  private let loops: Loops

  /// The output has the size that the window says.
  package init(
    input: BlockedMaps, output: BlockedMaps, window: SlidingWindow, loops: Loops
  ) {
    self.window = PoolWindow(window, input: input, output: output)
    self.loops = loops
  }

  package var name: String { "max pool" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let output = window.output
    output.forEachRow(of: worker) { image, block, row in
      let rows = window.rows(image: image, block: block, row: row)
      let target = memory.output + output.offset(image: image, block: block, pixel: row * output.width)
      loops.table.max_pool(memory.input + rows.offset, rows.count, rows.step, target, window.columns)
    }
  }
}

extension Operations.MaxPool: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    MaxPoolKernel(input: place.input, output: place.output, window: window, loops: place.loops)
  }
}

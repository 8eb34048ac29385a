import CKernels
import Tensors

/// Means or largest values over windows that follow from the output's size, as `Plain.adaptiveAveragePool` defines
/// them; with one output a channel, the global pools. Means are summed in double precision.
package struct AdaptivePoolKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let isMaximum: Bool
  private let loops: Loops

  package init(
    input: BlockedMaps, output: BlockedMaps, isMaximum: Bool, loops: Loops
  ) {
    precondition(
      input.images == output.images && input.channels == output.channels, "a pool keeps images and channels")
    (self.input, self.output, self.isMaximum) = (input, output, isMaximum)
    self.loops = loops
  }

  package var name: String {
    (output.pixels == 1 ? "global " : "adaptive ") + (isMaximum ? "max pool" : "average pool")
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    // A row of a small output is too much work for one thread, so blocks are shared.
    output.forEachBlock(of: worker) { image, block in
      for row in 0..<output.height {
        let rows = Self.range(row, of: output.height, over: input.height)
        for column in 0..<output.width {
          let columns = Self.range(column, of: output.width, over: input.width)
          pool(memory, image: image, block: block, rows: rows, columns: columns, into: row * output.width + column)
        }
      }
    }
  }

  private func pool(
    _ memory: KernelMemory, image: Int, block: Int, rows: Range<Int>, columns: Range<Int>, into pixel: Int
  ) {
    let source =
      memory.input
      + input.offset(image: image, block: block, pixel: rows.lowerBound * input.width + columns.lowerBound)
    let target = memory.output + output.offset(image: image, block: block, pixel: pixel)
    if isMaximum {
      loops.table.largest(source, rows.count, input.rowStride, columns.count, target)
    } else {
      loops.table.mean(source, rows.count, input.rowStride, columns.count, target)
    }
  }

  /// The rows or columns that an output covers.
  static func range(_ output: Int, of outputs: Int, over size: Int) -> Range<Int> {
    output * size / outputs..<((output + 1) * size + outputs - 1) / outputs
  }
}

extension Operations.AdaptiveMaxPool: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    AdaptivePoolKernel(input: place.input, output: place.output, isMaximum: true, loops: place.loops)
  }
}

extension Operations.AdaptiveAveragePool: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    AdaptivePoolKernel(input: place.input, output: place.output, isMaximum: false, loops: place.loops)
  }
}

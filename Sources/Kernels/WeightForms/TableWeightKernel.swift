import Tensors

/// The weight of a convolution by a table of connections, or the gradient by the table's kernels; see
/// `Operations.TableWeight`. It reads the kernels, or the gradient by the weight; everything lies in row-major order.
package struct TableWeightKernel: Kernel {
  private let isGradient: Bool
  private let taps: Int
  /// For each kernel of the weight the table's, -1 where there is none; of a gradient for each of the table's its place.
  private let sources: [Int]

  package init(_ table: Operations.TableWeight, isGradient: Bool) {
    self.isGradient = isGradient
    taps = table.kernel.reduce(1, *)
    if isGradient {
      sources = table.places
    } else {
      var sources = Array(repeating: -1, count: table.connections.count * table.channels)
      for (kernel, place) in table.places.enumerated() { sources[place] = kernel }
      self.sources = sources
    }
  }

  package var name: String { isGradient ? "table weight gradient" : "table weight" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    for kernel in worker.share(of: sources.count) {
      let target = memory.output + kernel * taps
      if sources[kernel] < 0 {
        target.update(repeating: 0, count: taps)
      } else {
        target.update(from: memory.input + sources[kernel] * taps, count: taps)
      }
    }
    clearLanes(behind: sources.count * taps, of: memory.output, worker: worker)
  }
}

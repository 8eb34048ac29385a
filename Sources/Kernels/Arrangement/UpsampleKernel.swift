import CKernels
import Tensors

/// Resizing by interpolation, as PyTorch does it and `Plain.upsample` defines it. The output is not the input.
package struct UpsampleKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let rows: AxisResampling<Float>
  private let columns: AxisResampling<Float>
  /// The rows' and columns' pixels as offsets in floats.
  private let rowOffsets: [Int64]
  private let columnOffsets: [Int64]
  private let mode: Interpolation
  private let loops: Loops

  /// `factor` is what the output's size was computed by, if it was.
  package init(
    input: BlockedMaps, output: BlockedMaps, factor: Double?, mode: Interpolation, alignCorners: Bool,
    loops: Loops
  ) {
    precondition(
      input.images == output.images && input.channels == output.channels, "a resize keeps images and channels")
    (self.input, self.output, self.mode, self.loops) = (input, output, mode, loops)
    rows = AxisResampling(
      from: input.height, to: output.height, factor: factor, mode: mode, alignCorners: alignCorners)
    columns = AxisResampling(
      from: input.width, to: output.width, factor: factor, mode: mode, alignCorners: alignCorners)
    rowOffsets = rows.pixels.map { Int64($0 * input.rowStride) }
    columnOffsets = columns.pixels.map { Int64($0 * BlockedMaps.lanes) }
  }

  package var name: String { "upsample \(mode)" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    rowOffsets.withUnsafeBufferPointer { rowOffsets in
      columnOffsets.withUnsafeBufferPointer { columnOffsets in
        rows.weights.withUnsafeBufferPointer { rowWeights in
          columns.weights.withUnsafeBufferPointer { columnWeights in
            output.forEachRow(of: worker) { image, block, row in
              loops.table.resample(
                memory.input + input.offset(image: image, block: block),
                rowOffsets.baseAddress.map { $0 + row * rows.taps },
                rowWeights.baseAddress.map { $0 + row * rows.taps }, rows.taps, columnOffsets.baseAddress,
                columnWeights.baseAddress, columns.taps,
                memory.output + output.offset(image: image, block: block, pixel: row * output.width), output.width)
            }
          }
        }
      }
    }
  }
}

extension Operations.Upsample: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    UpsampleKernel(
      input: place.input, output: place.output, factor: factor, mode: mode, alignCorners: alignCorners,
      loops: place.loops)
  }
}

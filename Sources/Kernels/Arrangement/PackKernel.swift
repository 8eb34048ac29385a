import CKernels
import Tensors

/// Planar maps `[N, C, H, W]`, or vectors `[N, C]`, into blocks of 16 channels; the lanes beyond the channels become zero.
package struct PackKernel: Kernel {
  private let output: BlockedMaps
  private let loops: Loops

  /// The input is planar, without gaps, in the output's shape.
  package init(output: BlockedMaps, loops: Loops) { (self.output, self.loops) = (output, loops) }

  package var name: String { "pack" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let plane = output.pixels
    output.forEachStretch(of: worker) { image, block, pixels in
      let first = block * BlockedMaps.lanes
      loops.table.pack(
        memory.input + (image * output.channels + first) * plane + pixels.lowerBound, plane,
        min(BlockedMaps.lanes, output.channels - first),
        memory.output + output.offset(image: image, block: block, pixel: pixels.lowerBound), pixels.count)
    }
  }
}

/// Maps in blocks of 16 channels into planar maps `[N, C, H, W]` or vectors `[N, C]`, without gaps.
package struct UnpackKernel: Kernel {
  private let input: BlockedMaps
  private let loops: Loops

  /// The output is planar, without gaps, in the input's shape.
  package init(input: BlockedMaps, loops: Loops) { (self.input, self.loops) = (input, loops) }

  package var name: String { "unpack" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let plane = input.pixels
    input.forEachStretch(of: worker) { image, block, pixels in
      let first = block * BlockedMaps.lanes
      loops.table.unpack(
        memory.input + input.offset(image: image, block: block, pixel: pixels.lowerBound),
        memory.output + (image * input.channels + first) * plane + pixels.lowerBound, plane,
        min(BlockedMaps.lanes, input.channels - first), pixels.count)
    }
  }
}

extension Operations.RowMajor: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    UnpackKernel(input: place.input, loops: place.loops)
  }
}

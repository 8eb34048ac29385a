import CKernels
import Tensors

/// Blocks of pixels as channels or channels as blocks of pixels: PyTorch's pixel unshuffle and pixel shuffle. The output
/// is not the input.
///
/// Pixel `(dy, dx)` of a block of channel c is channel `(c·block + dy)·block + dx`.
package struct PixelShuffleKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let block: Int
  private let packs: Bool
  /// Where each lane of the output comes from, for each of its blocks; when channels become pixels for each pixel of a
  /// block first.
  private let offsets: [Int64]
  private let loops: Loops

  /// Blocks become channels if `packs`, channels blocks if not.
  package init(input: BlockedMaps, output: BlockedMaps, block: Int, packs: Bool, loops: Loops) {
    let (spread, packed) = packs ? (input, output) : (output, input)
    precondition(
      spread.images == packed.images && spread.channels * block * block == packed.channels
        && spread.height == packed.height * block && spread.width == packed.width * block,
      "blocks of pixels are channels")
    (self.input, self.output, self.block, self.packs, self.loops) = (input, output, block, packs, loops)
    var offsets: [Int64] = []
    for pixel in 0..<(packs ? 1 : block * block) {
      for channel in 0..<output.blocks * BlockedMaps.lanes {
        if channel >= output.channels {
          offsets.append(zeroLane)
          continue
        }
        // The channel with blocks, and the pixel of the block.
        let source = packs ? channel / (block * block) : channel * block * block + pixel
        let (down, right) = (channel % (block * block)).quotientAndRemainder(dividingBy: block)
        let inBlock = packs ? (down * input.width + right) * BlockedMaps.lanes : 0
        offsets.append(
          Int64(source / BlockedMaps.lanes * input.blockStride + source % BlockedMaps.lanes + inBlock))
      }
    }
    self.offsets = offsets
  }

  package var name: String { packs ? "space to depth" : "depth to space" }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let lanes = BlockedMaps.lanes
    offsets.withUnsafeBufferPointer { offsets in
      guard let offsets = offsets.baseAddress else { return }
      output.forEachRow(of: worker) { image, index, row in
        let line = (packs ? row * block : row / block) * input.width
        let source = memory.input + input.offset(image: image, block: 0, pixel: line)
        let target = memory.output + output.offset(image: image, block: index, pixel: row * output.width)
        if packs {
          return loops.table.gather(source, block * lanes, offsets + index * lanes, target, lanes, output.width)
        }
        for right in 0..<block {
          let pixel = row % block * block + right
          loops.table.gather(
            source, lanes, offsets + (pixel * output.blocks + index) * lanes, target + right * lanes, block * lanes,
            input.width)
        }
      }
    }
  }
}

extension Operations.SpaceToDepth: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    PixelShuffleKernel(input: place.input, output: place.output, block: block, packs: true, loops: place.loops)
  }
}

extension Operations.DepthToSpace: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    PixelShuffleKernel(input: place.input, output: place.output, block: block, packs: false, loops: place.loops)
  }
}

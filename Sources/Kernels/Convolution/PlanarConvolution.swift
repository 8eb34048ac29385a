import CKernels
import Tensors

/// A network's first convolution: its input is planar, `[N][C][H][W]`, as images come, and has too few channels to fill
/// a block.
///
/// The microkernel takes one channel a tap and reads pixels `stride` floats apart. Groups are not for it.
package struct PlanarConvolution: WeightedKernel {
  private let panels: ConvolutionPanels
  private let input: PaddedInput
  private let offsets: [Int]
  private let output: BlockedMaps
  private let window: SlidingWindow
  private let epilogue: Epilogue
  private let loops: Loops
  package let name: String

  /// `convolution.input` says the sizes; its images lie without a gap.
  /// - Precondition: the convolution has one group.
  package init(_ convolution: Convolution, loops: Loops) {
    precondition(convolution.groups == 1, "a planar convolution has no groups")
    var planar = convolution.input
    planar.imageStride = planar.channels * planar.pixels
    panels = ConvolutionPanels(convolution, blocks: Int(loops.table.panel_blocks), planar: true)
    input = PaddedInput(planar, window: convolution.window, planar: true)
    offsets = input.offsets(blocks: planar.channels)
    (output, window) = (convolution.output, convolution.window)
    (epilogue, self.loops) = (convolution.epilogue, loops)
    name = "planar \(convolution.windowName)"
  }

  package var phases: Int { input.phases }
  package func scratchCount(threads: Int) -> Int { input.scratchCount }
  package var weightCount: Int { panels.weightCount }

  package func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    panels.pack(weights, into: target, loops: loops, worker: worker)
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard !input.copies(inPhase: phase) else {
      return input.copy(phase: phase, memory: memory, worker: worker)
    }
    guard let weights = memory.weights else { return }
    let images = input.images(ofPhase: phase)
    let split = WorkSplit(
      units: images.count * output.height, panels: panels.panels.count, worker: worker)
    var tiles = cnnc_tiles()
    (tiles.block_stride, tiles.residual_block_stride) = (output.blockStride, output.blockStride)
    tiles.pixels = output.width
    tiles.input_pixel_stride = window.horizontal.stride
    tiles.input_row_stride = window.vertical.stride * input.rowStride
    tiles.output_row_stride = output.rowStride
    tiles.activation = cnnc_activation(epilogue.activation)
    offsets.withUnsafeBufferPointer { offsets in
      tiles.offsets = offsets.baseAddress
      for panel in panels.panels[split.panels] {
        tiles.taps = offsets.count
        tiles.blocks = panel.blocks
        tiles.bias = weights + panel.output * BlockedMaps.lanes
        tiles.weights = weights + panels.biasCount + panel.weights
        for range in RowRanges(split.units, rowsOfImage: output.height) {
          let (image, first) = (images.lowerBound + range.image, range.rows.lowerBound)
          tiles.rows = range.rows.count
          tiles.input = input.image(image, ofPhase: phase, memory: memory) + first * tiles.input_row_stride
          let place = panel.output * output.blockStride + first * output.rowStride
          tiles.output = memory.output + image * output.imageStride + place
          if epilogue.addsResidual {
            tiles.residual = memory.residual.map { $0 + image * epilogue.residualImageStride + place }
          }
          loops.table.planar_tiles(&tiles)
        }
      }
    }
  }
}

import CKernels
import Tensors

/// A convolution as its definition says it, with any window, stride, dilation, padding and groups.
///
/// A 1×1 convolution of stride 1 sees its maps as one long row of pixels; other windows read a padded copy of the input
/// row by row. Both are one microkernel with a table of where the taps are.
package struct DirectConvolution: WeightedKernel {
  private let panels: ConvolutionPanels
  private let input: PaddedInput
  private let offsets: [Int]
  private let output: BlockedMaps
  private let window: SlidingWindow
  private var weights: ConvolutionWeights
  private let epilogue: Epilogue
  private let loops: Loops
  /// Whether all pixels of an image are one row.
  private let isPointwise: Bool
  package let name: String

  package init(_ convolution: Convolution, loops: Loops) {
    panels = ConvolutionPanels(convolution, blocks: Int(loops.table.panel_blocks))
    input = PaddedInput(convolution.input, window: convolution.window)
    offsets = input.offsets(blocks: panels.inputBlocks)
    (output, window) = (convolution.output, convolution.window)
    (weights, epilogue, self.loops) = (convolution.weights, convolution.epilogue, loops)
    let axes = [window.vertical, window.horizontal]
    isPointwise =
      axes.allSatisfy { $0.kernel == 1 && $0.stride == 1 } && !input.isCopied && output.width == convolution.input.width
    name = "direct \(convolution.windowName)" + (convolution.groups > 1 ? " groups \(convolution.groups)" : "")
  }

  package var phases: Int { input.phases }
  package func scratchCount(threads: Int) -> Int { input.scratchCount }
  package var weightCount: Int { panels.weightCount }

  package func pack(into target: UnsafeMutablePointer<Float>, worker: Worker) {
    panels.pack(weights, into: target, loops: loops, worker: worker)
  }

  package func releasingWeights() -> DirectConvolution {
    var copy = self
    copy.weights = weights.released
    return copy
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    if input.copies(inPhase: phase) {
      input.copy(phase: phase, memory: memory, worker: worker)
    } else {
      convolve(phase: phase, memory: memory, worker: worker)
    }
  }

  private func convolve(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let weights = memory.weights else { return }
    let images = input.images(ofPhase: phase)
    // What a worker takes: pixels if the maps are one row, else rows of them.
    let unitsPerImage = isPointwise ? output.pixels : output.height
    let split = WorkSplit(
      units: images.count * unitsPerImage, grain: isPointwise ? 7 : 1, panels: panels.panels.count,
      weights: panels.weightCount, maps: images.count * (input.imageCount + output.blocks * output.blockStride),
      worker: worker)
    var tiles = cnnc_tiles()
    tiles.block_stride = output.blockStride
    tiles.input_pixel_stride = window.horizontal.stride * BlockedMaps.lanes
    tiles.input_row_stride = window.vertical.stride * input.rowStride
    tiles.output_row_stride = output.rowStride
    tiles.activation = cnnc_activation(epilogue.activation)
    offsets.withUnsafeBufferPointer { offsets in
      tiles.offsets = offsets.baseAddress
      for panel in panels.panels[split.panels] {
        tiles.taps = panels.taps(of: panel)
        tiles.blocks = panel.blocks
        tiles.bias = weights + panel.output * BlockedMaps.lanes
        tiles.weights = weights + panels.biasCount + panel.weights
        for range in RowRanges(split.units, rowsOfImage: unitsPerImage) {
          run(tiles, panel, range, image: images.lowerBound + range.image, phase: phase, memory: memory)
        }
      }
    }
  }

  /// Convolves rows of an image (or pixels, if it is one row) for a panel.
  private func run(
    _ shared: cnnc_tiles, _ panel: ConvolutionPanel, _ range: ImageRows, image: Int, phase: Int, memory: KernelMemory
  ) {
    var tiles = shared
    let first = range.rows.lowerBound
    (tiles.rows, tiles.pixels) = isPointwise ? (1, range.rows.count) : (range.rows.count, output.width)
    tiles.input =
      input.image(image, ofPhase: phase, memory: memory) + panel.inputs.lowerBound * input.blockStride
      + first * (isPointwise ? tiles.input_pixel_stride : tiles.input_row_stride)
    let place = panel.output * output.blockStride + first * (isPointwise ? BlockedMaps.lanes : output.rowStride)
    tiles.output = memory.output + image * output.imageStride + place
    if epilogue.addsResidual {
      tiles.residual = memory.residual.map { $0 + image * epilogue.residualImageStride + place }
    }
    loops.table.tiles(&tiles)
  }
}

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
    (epilogue, self.loops) = (convolution.epilogue, loops)
    let axes = [window.vertical, window.horizontal]
    isPointwise =
      axes.allSatisfy { $0.kernel == 1 && $0.stride == 1 } && !input.isCopied && output.width == convolution.input.width
    name = "direct \(convolution.windowName)" + (convolution.groups > 1 ? " groups \(convolution.groups)" : "")
  }

  package var phases: Int { input.phases }
  package func scratchCount(threads: Int) -> Int { input.scratchCount }
  package var weightCount: Int { panels.weightCount }

  package func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    panels.pack(weights, into: target, loops: loops, worker: worker)
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
    (tiles.block_stride, tiles.residual_block_stride) = (output.blockStride, output.blockStride)
    tiles.input_pixel_stride = window.horizontal.stride * BlockedMaps.lanes
    tiles.input_row_stride = window.vertical.stride * input.rowStride
    tiles.output_row_stride = output.rowStride
    tiles.activation = cnnc_activation(epilogue.activation)
    let parts = partCount(units: split.units.count, panels: split.panels.count, unitsPerImage: unitsPerImage)
    offsets.withUnsafeBufferPointer { offsets in
      tiles.offsets = offsets.baseAddress
      for part in 0..<parts {
        let share = Worker(index: part, count: parts).share(of: split.units.count)
        let units = split.units.lowerBound + share.lowerBound..<split.units.lowerBound + share.upperBound
        for panel in panels.panels[split.panels] {
          tiles.taps = panels.taps(of: panel)
          tiles.blocks = panel.blocks
          tiles.bias = weights + panel.output * BlockedMaps.lanes
          tiles.weights = weights + panels.biasCount + panel.weights
          for range in RowRanges(units, rowsOfImage: unitsPerImage) {
            run(tiles, panel, range, image: images.lowerBound + range.image, phase: phase, memory: memory)
          }
        }
      }
    }
  }

  /// Floats of input that stay in the second cache beside a panel's weights.
  private static let nearInput = 96 << 10

  /// The parts that a worker's pixels are taken in, all panels for each.
  ///
  /// Every panel reads the whole input of a part. An input too large for the second cache is read in parts that fit,
  /// if reading the weights once for each of them leaves a third to read: xception's 728→728 gains 5 % at batch 8.
  private func partCount(units: Int, panels count: Int, unitsPerImage: Int) -> Int {
    let input = units * self.input.imageCount / unitsPerImage
    let parts = (input + Self.nearInput - 1) / Self.nearInput
    let weights = panels.weightCount * count / panels.panels.count
    guard input > 2 * Self.nearInput, 3 * (parts * weights + input) < count * input else { return 1 }
    return min(parts, units)
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

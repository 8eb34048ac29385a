import CKernels
import Tensors

/// A convolution of stride 1 by Winograd's method: transforms of tiles, products point by point, transforms back.
///
/// F(4,3) takes 2.25 products an output in place of 9. Winograd 1980; Lavin and Gray 2015, arXiv:1509.09308. The products
/// are the microkernel's, as a 1×1 convolution of tiles for each point.
package struct WinogradConvolution: WeightedKernel {
  private let layout: WinogradLayout
  private let panels: ConvolutionPanels
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let window: SlidingWindow
  private let vertical: cnnc_points
  private let horizontal: cnnc_points
  /// What kernels are multiplied by in both dimensions.
  private let matrices: (vertical: [Double], horizontal: [Double])
  /// The blocks of outputs of each panel: the units that threads share while they pack.
  private let units: [(panel: ConvolutionPanel, block: Int)]
  private let offsets: [Int]
  private let epilogue: Epilogue
  private let loops: Loops
  package let name: String

  /// Nil if the method has no loops for the convolution and the tile.
  package init?(_ convolution: Convolution, tile: WinogradTile, loops: Loops) {
    guard let layout = WinogradLayout(convolution, tile: tile) else { return nil }
    self.layout = layout
    // Of one point. A panel has all inputs, whose kernels are points.
    var pointwise = convolution
    (pointwise.window.vertical.kernel, pointwise.window.horizontal.kernel) = (1, 1)
    panels = ConvolutionPanels(pointwise, blocks: Int(loops.table.panel_blocks))
    (input, output, window) = (convolution.input, convolution.output, convolution.window)
    (vertical, horizontal) = (layout.vertical.points, layout.horizontal.points)
    matrices = (layout.vertical.weightMatrix, layout.horizontal.weightMatrix)
    units = panels.panels.flatMap { panel in (0..<panel.blocks).map { (panel, $0) } }
    offsets = (0..<layout.inputBlocks).map { $0 * layout.blockStride }
    (epilogue, self.loops) = (convolution.epilogue, loops)
    let outputs = tile.rows == tile.columns ? "\(tile.rows)" : "\(tile.rows)×\(tile.columns)"
    name = "winograd F(\(outputs)) \(convolution.windowName)"
  }

  package var phases: Int { layout.isShared ? 3 : 1 }
  package func scratchCount(threads: Int) -> Int { layout.scratchCount * (layout.isShared ? 1 : threads) }

  /// Floats of one point's weights.
  private var pointCount: Int { panels.weightCount - panels.biasCount }
  package var weightCount: Int { panels.biasCount + layout.points * pointCount }

  package func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    weights.packBias(into: target, count: panels.biasCount, worker: worker)
    var job = cnnc_winograd_weights()
    (job.kernel_rows, job.kernel_columns) = (window.vertical.kernel, window.horizontal.kernel)
    (job.rows, job.columns) = (layout.vertical.count, layout.horizontal.count)
    (job.point_stride, job.output_stride) = (pointCount, input.channels * job.kernel_rows * job.kernel_columns)
    job.inputs = input.channels
    weights.withTurned { turned, chosen in
      if let turned {
        (job.chosen, job.output_stride) = (chosen, turned.size)
        job.source_stride = output.channels * turned.size
      }
      weights.requiredWeight.withUnsafeBufferPointer { source in
        matrices.vertical.withUnsafeBufferPointer { down in
          matrices.horizontal.withUnsafeBufferPointer { across in
            (job.vertical, job.horizontal) = (down.baseAddress, across.baseAddress)
            for (panel, block) in units[worker.share(of: units.count)] {
              let first = (panel.output + block) * BlockedMaps.lanes
              job.outputs = min(BlockedMaps.lanes, output.channels - first)
              job.source = source.baseAddress.map { $0 + first * job.output_stride }
              job.target = target + panels.biasCount + panel.weights + block * BlockedMaps.lanes
              job.input_stride = panel.blocks * BlockedMaps.lanes
              weights.withScale(ofBlock: panel.output + block) { scale in
                job.scale = scale
                loops.table.winograd_weights(&job)
              }
              clearSpareInputs(job)
            }
          }
        }
      }
    }
  }

  /// Writes zeros for the lanes that fill the last block of inputs.
  private func clearSpareInputs(_ job: cnnc_winograd_weights) {
    let spare = layout.inputBlocks * BlockedMaps.lanes - input.channels
    for point in 0..<layout.points {
      let place = job.target + point * job.point_stride + input.channels * job.input_stride
      clearLanes(place, rows: spare, step: job.input_stride)
    }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    if layout.isShared {
      let tiles = 0..<layout.tiles
      switch phase {
      case 0: transformInputs(tiles, blocks: worker.share(of: layout.inputBlocks), memory, scratch)
      case 1: multiply(tiles, worker.share(of: layout.points * panels.panels.count), memory, scratch)
      default: transformOutputs(tiles, blocks: worker.share(of: layout.outputBlocks), memory, scratch)
      }
    } else {
      let scratch = scratch + worker.index * layout.scratchCount
      let share = worker.share(of: layout.tiles)
      for index in 0..<layout.blocks(of: share) {
        let tiles = layout.block(index, of: share)
        transformInputs(tiles, blocks: 0..<layout.inputBlocks, memory, scratch)
        multiply(tiles, 0..<layout.points * panels.panels.count, memory, scratch)
        transformOutputs(tiles, blocks: 0..<layout.outputBlocks, memory, scratch)
      }
    }
  }

  private func transformInputs(
    _ tiles: Range<Int>, blocks: Range<Int>, _ memory: KernelMemory, _ scratch: UnsafeMutablePointer<Float>
  ) {
    var job = cnnc_winograd_input()
    (job.height, job.width) = (input.height, input.width)
    (job.top, job.left) = (window.vertical.before, window.horizontal.before)
    (job.rows, job.columns) = (layout.vertical.outputs, layout.horizontal.outputs)
    (job.tiles_across, job.point_stride) = (layout.tilesAcross, layout.inputPointStride)
    withUnsafePointer(to: vertical) { vertical in
      withUnsafePointer(to: horizontal) { horizontal in
        (job.vertical, job.horizontal) = (vertical, horizontal)
        for block in blocks {
          for range in RowRanges(tiles, rowsOfImage: layout.tilesOfImage) {
            let first = range.image * layout.tilesOfImage + range.rows.lowerBound - tiles.lowerBound
            (job.first_tile, job.last_tile) = (range.rows.lowerBound, range.rows.upperBound)
            job.input = memory.input + range.image * input.imageStride + block * input.blockStride
            job.target = scratch + block * layout.blockStride + first * BlockedMaps.lanes
            loops.table.winograd_input(&job)
          }
        }
      }
    }
  }

  /// Multiplies for pairs of a point and a panel.
  private func multiply(
    _ tiles: Range<Int>, _ units: Range<Int>, _ memory: KernelMemory, _ scratch: UnsafeMutablePointer<Float>
  ) {
    guard let weights = memory.weights else { return }
    let products = scratch + layout.points * layout.inputPointStride
    var job = cnnc_tiles()
    (job.rows, job.pixels) = (1, tiles.count)
    (job.taps, job.block_stride) = (offsets.count, layout.blockStride)
    job.input_pixel_stride = BlockedMaps.lanes
    offsets.withUnsafeBufferPointer { offsets in
      job.offsets = offsets.baseAddress
      for unit in units {
        let (point, index) = unit.quotientAndRemainder(dividingBy: panels.panels.count)
        let panel = panels.panels[index]
        job.blocks = panel.blocks
        job.input = UnsafePointer(scratch) + point * layout.inputPointStride
        job.weights = weights + panels.biasCount + point * pointCount + panel.weights
        job.output = products + point * layout.outputPointStride + panel.output * layout.blockStride
        loops.table.tiles(&job)
      }
    }
  }

  private func transformOutputs(
    _ tiles: Range<Int>, blocks: Range<Int>, _ memory: KernelMemory, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let products = UnsafePointer(scratch) + layout.points * layout.inputPointStride
    var job = cnnc_winograd_output()
    (job.height, job.width) = (output.height, output.width)
    (job.rows, job.columns) = (layout.vertical.outputs, layout.horizontal.outputs)
    (job.tiles_across, job.point_stride) = (layout.tilesAcross, layout.outputPointStride)
    job.activation = cnnc_activation(epilogue.activation)
    withUnsafePointer(to: vertical) { vertical in
      withUnsafePointer(to: horizontal) { horizontal in
        (job.vertical, job.horizontal) = (vertical, horizontal)
        for block in blocks {
          job.bias = memory.weights.map { $0 + block * BlockedMaps.lanes }
          for range in RowRanges(tiles, rowsOfImage: layout.tilesOfImage) {
            let first = range.image * layout.tilesOfImage + range.rows.lowerBound - tiles.lowerBound
            (job.first_tile, job.last_tile) = (range.rows.lowerBound, range.rows.upperBound)
            job.source = products + block * layout.blockStride + first * BlockedMaps.lanes
            job.output = memory.output + range.image * output.imageStride + block * output.blockStride
            if epilogue.addsResidual {
              job.residual = memory.residual.map {
                $0 + range.image * epilogue.residualImageStride + block * output.blockStride
              }
            }
            loops.table.winograd_output(&job)
          }
        }
      }
    }
  }
}

import CKernels
import Tensors

/// The gradient of a convolution's weight by Winograd's method: of 3×3 kernels F(3, 4), of 5×5 F(5, 4).
///
/// A tile of the gradient is convolved with the input around it to as many outputs as the kernel has taps, in 36 products
/// in place of 144. The sums over tiles are transformed back once, for each pair of channels.
///
/// It reads the input and the gradient of the output, and writes `[outputs, inputs, rows, columns]`. Tiles are transformed a
/// chunk at a time, by all threads, which then share points and blocks of outputs; chunks and runs of tiles within them
/// have fixed lengths, so threads change no sum.
package struct WinogradWeightGradient: Kernel {
  private let layout: WinogradGradientLayout
  private let blocks: WeightGradientBlocks
  private let input: BlockedMaps
  private let gradient: BlockedMaps
  private let window: SlidingWindow
  private let points: cnnc_points
  private let scales: [Float]
  private let loops: Loops
  package let name: String

  /// Nil if the method is not for the convolution, or would take longer.
  ///
  /// - Parameter convolution: The convolution whose weight it is, `output` being where the gradient lies.
  package init?(_ convolution: Convolution, loops: Loops) {
    guard let layout = WinogradGradientLayout.best(for: convolution) else { return nil }
    self.init(convolution, layout, loops: loops)
  }

  /// The gradient with the tiles and chunks of a layout.
  init(_ convolution: Convolution, _ layout: WinogradGradientLayout, loops: Loops) {
    self.layout = layout
    (input, gradient, window) = (convolution.input, convolution.output, convolution.window)
    blocks = WeightGradientBlocks(
      inputs: input.channels, outputs: gradient.channels, groups: 1, taps: convolution.window.area)
    points = layout.transform.points
    let divisors = layout.transform.divisors
    scales = divisors.flatMap { row in divisors.map { Float(1 / (row * $0)) } }
    self.loops = loops
    name = "weight gradient \(convolution.windowName) by winograd F(\(layout.tile))"
  }

  /// Of each chunk its transforms and its products; in the end the transforms back.
  package var phases: Int { 2 * layout.chunks + 1 }

  package func scratchCount(threads: Int) -> Int {
    layout.sumsStart.saturatingAdded(layout.sumCount)
      .saturatingAdded(threads.saturatingMultiplied(by: blocks.pairCount))
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    if phase == 2 * layout.chunks {
      let own = scratch + layout.sumsStart + layout.sumCount + worker.index * blocks.pairCount
      transformSums(scratch + layout.sumsStart, through: own, memory, worker)
    } else if phase % 2 == 0 {
      transform(layout.tiles(ofChunk: phase / 2), memory, scratch, worker)
    } else {
      multiply(chunk: phase / 2, scratch, worker)
    }
  }

  /// Transforms a worker's share of a chunk's tiles.
  private func transform(
    _ chunk: Range<Int>, _ memory: KernelMemory, _ scratch: UnsafeMutablePointer<Float>, _ worker: Worker
  ) {
    let share = worker.share(of: chunk.count)
    let tiles = chunk.lowerBound + share.lowerBound..<chunk.lowerBound + share.upperBound
    var inputs = cnnc_winograd_input()
    (inputs.height, inputs.width) = (input.height, input.width)
    (inputs.top, inputs.left) = (window.vertical.before, window.horizontal.before)
    (inputs.rows, inputs.columns) = (layout.tile, layout.tile)
    (inputs.tiles_across, inputs.point_stride) = (layout.tilesAcross, layout.inputPointStride)
    var slopes = cnnc_winograd_slopes()
    (slopes.height, slopes.width) = (gradient.height, gradient.width)
    (slopes.tiles_across, slopes.point_stride) = (layout.tilesAcross, layout.outputPointStride)
    withUnsafePointer(to: points) { points in
      (inputs.vertical, inputs.horizontal, slopes.points) = (points, points, points)
      for range in RowRanges(tiles, rowsOfImage: layout.tilesOfImage) {
        let first = range.image * layout.tilesOfImage + range.rows.lowerBound - chunk.lowerBound
        (inputs.first_tile, inputs.last_tile) = (range.rows.lowerBound, range.rows.upperBound)
        (slopes.first_tile, slopes.last_tile) = (range.rows.lowerBound, range.rows.upperBound)
        for block in 0..<input.blocks {
          inputs.input = memory.input + input.offset(image: range.image, block: block)
          inputs.target = scratch + block * layout.blockStride + first * BlockedMaps.lanes
          loops.table.winograd_input(&inputs)
        }
        for block in 0..<gradient.blocks {
          slopes.gradient = memory.reads[1] + gradient.offset(image: range.image, block: block)
          slopes.target = scratch + layout.slopesStart + block * layout.blockStride + first * BlockedMaps.lanes
          loops.table.winograd_slopes(&slopes)
        }
      }
    }
  }

  /// Adds up a chunk's products for a worker's share of points and blocks of outputs.
  private func multiply(chunk: Int, _ scratch: UnsafeMutablePointer<Float>, _ worker: Worker) {
    let tiles = layout.tiles(ofChunk: chunk).count
    let lanes = BlockedMaps.lanes
    var products = cnnc_products()
    (products.blocks, products.rows) = (1, 1)
    (products.input_pixel_stride, products.gradient_pixel_stride, products.sums_stride) = (lanes, lanes, lanes)
    for unit in worker.share(of: layout.points * gradient.blocks) {
      let (point, output) = unit.quotientAndRemainder(dividingBy: gradient.blocks)
      let inputs = UnsafePointer(scratch) + point * layout.inputPointStride
      let slopes =
        UnsafePointer(scratch) + layout.slopesStart + point * layout.outputPointStride + output * layout.blockStride
      let sums = scratch + layout.sumsStart + point * layout.sumPointStride + output * input.blocks * lanes * lanes
      if chunk == 0 { sums.update(repeating: 0, count: input.blocks * lanes * lanes) }
      for block in 0..<input.blocks {
        products.inputs = min(lanes, input.channels - block * lanes)
        products.sums = sums + block * lanes * lanes
        for first in stride(from: 0, to: tiles, by: WinogradGradientLayout.nearTiles) {
          products.pixels = min(WinogradGradientLayout.nearTiles, tiles - first)
          products.input = inputs + block * layout.blockStride + first * lanes
          products.gradient = slopes + first * lanes
          loops.table.products(&products)
        }
      }
    }
  }

  /// Transforms a worker's share of the sums back and writes them to their places.
  private func transformSums(
    _ sums: UnsafeMutablePointer<Float>, through own: UnsafeMutablePointer<Float>, _ memory: KernelMemory,
    _ worker: Worker
  ) {
    var job = cnnc_winograd_sums()
    job.point_stride = layout.sumPointStride
    withUnsafePointer(to: points) { points in
      scales.withUnsafeBufferPointer { scales in
        (job.points, job.scales) = (points, scales.baseAddress)
        for index in worker.share(of: blocks.pairs.count) {
          job.source = UnsafePointer(sums) + index * BlockedMaps.lanes * BlockedMaps.lanes
          job.lanes = blocks.lanes(of: blocks.pairs[index])
          job.target = own
          loops.table.winograd_sums(&job)
          blocks.write(blocks.pairs[index], sums: own, into: memory.output, loops: loops)
        }
      }
    }
  }
}

/// The tiles of a weight's gradient by Winograd's method and where their transformed values lie in scratch memory: those of
/// the input, those of the gradient, and the sums of their products, each by points.
struct WinogradGradientLayout {
  /// In both dimensions: outputs are the kernel's taps, the kernel is a tile of the gradient.
  let transform: WinogradTransform
  let tilesAcross: Int
  let tilesOfImage: Int
  let tiles: Int
  private let inputBlocks: Int
  private let outputBlocks: Int
  /// Tiles of a chunk.
  private let capacity: Int

  /// Tiles of a run, whose sum is added to those before it.
  static let nearTiles = 128
  /// Floats of a chunk's transformed values: at least what the second cache holds, at most what the last one does. Between
  /// these they are as many as the sums, which each chunk reads and writes.
  private static let (leastChunk, mostChunk) = (1 << 18, 3 << 20)

  /// Nil if there are no transforms for the convolution and the tile. Chunks have up to `mostTiles` tiles.
  init?(_ convolution: Convolution, tile: Int, mostTiles: Int = .max) {
    let (down, across) = (convolution.window.vertical, convolution.window.horizontal)
    guard
      convolution.groups == 1, down.kernel == across.kernel,
      [[3, 2], [3, 4], [5, 4]].contains([down.kernel, tile]),
      [down, across].allSatisfy({ $0.stride == 1 && $0.dilation == 1 }),
      let transform = WinogradTransform(outputs: down.kernel, kernel: tile)
    else { return nil }
    self.transform = transform
    tilesAcross = (convolution.output.width + tile - 1) / tile
    tilesOfImage = (convolution.output.height + tile - 1) / tile * tilesAcross
    tiles = convolution.output.images * tilesOfImage
    (inputBlocks, outputBlocks) = (convolution.input.blocks, convolution.output.blocks)
    let points = transform.count * transform.count
    let lanes = BlockedMaps.lanes
    let sums = points * inputBlocks * outputBlocks * lanes * lanes
    let chunk = min(max(sums, Self.leastChunk), Self.mostChunk)
    capacity = min(tiles, mostTiles, max(1, chunk / (points * (inputBlocks + outputBlocks) * lanes)))
  }

  /// The layout that takes least time by an estimate; nil where adding up tap by tap takes less.
  static func best(for convolution: Convolution) -> WinogradGradientLayout? {
    let pixels = Double(convolution.output.images * convolution.output.pixels)
    let inputs = Double(convolution.input.blocks * BlockedMaps.lanes)
    let outputs = Double(convolution.output.blocks * BlockedMaps.lanes)
    // Few inputs would leave lanes of their blocks without use, which the other kernel saves.
    guard convolution.input.channels >= BlockedMaps.lanes / 2 else { return nil }
    let taps = 2 * Double(convolution.window.area) * pixels * Double(convolution.input.channels) * outputs / 0.85
    let layouts = [2, 4].compactMap { WinogradGradientLayout(convolution, tile: $0) }
    let best = layouts.min { $0.cost(inputs, outputs) < $1.cost(inputs, outputs) }
    return best.flatMap { $0.cost(inputs, outputs) < taps ? $0 : nil }
  }

  /// An estimate of the time, in floating-point operations at a processor's peak, as that of a convolution.
  private func cost(_ inputs: Double, _ outputs: Double) -> Double {
    let (points, tiles) = (Double(points), Double(tiles))
    let products = 2 * points * tiles * inputs * outputs / 0.8
    let transforms = points * tiles * (21 * inputs + 17 * outputs)
    let sums = points * inputs * outputs * (10 + 16 * Double(chunks))
    return products + transforms + sums
  }

  /// Rows and columns of a tile of the gradient.
  var tile: Int { transform.kernel }
  var points: Int { transform.count * transform.count }
  var chunks: Int { (tiles + capacity - 1) / capacity }

  /// The tiles of a chunk, which are of equal size but for one.
  func tiles(ofChunk chunk: Int) -> Range<Int> { Worker(index: chunk, count: chunks).share(of: tiles) }

  var blockStride: Int { capacity * BlockedMaps.lanes }
  /// Floats between points. A power of two would put all of them into the same set of a cache, so they are skewed.
  var inputPointStride: Int { inputBlocks * blockStride + 2 * BlockedMaps.lanes }
  var outputPointStride: Int { outputBlocks * blockStride + 2 * BlockedMaps.lanes }
  var sumPointStride: Int { (inputBlocks * outputBlocks * BlockedMaps.lanes + 2) * BlockedMaps.lanes }
  /// Where the transformed gradients begin, and the sums, `[point][output block][input block][16 inputs][16 outputs]`.
  var slopesStart: Int { points * inputPointStride }
  var sumsStart: Int { slopesStart + points * outputPointStride }
  var sumCount: Int { points * sumPointStride }
}

import CKernels
import Tensors

/// The gradient of a linear layer's weight: `dw[o, c] = Σ dy[o] · x[c]` over the vectors of a batch.
///
/// It reads the input and the gradient of the output, and writes `[outputs, inputs]`. Vectors are added in their order.
package struct LinearWeightGradient: Kernel {
  private let blocks: WeightGradientBlocks
  private let input: BlockedMaps
  private let gradient: BlockedMaps
  private let loops: Loops
  package var name: String { "linear weight gradient" }

  /// - Parameters:
  ///   - input: What the layer reads: vectors, which are maps of one pixel.
  ///   - gradient: The gradient of what it gives, of as many images.
  package init(input: BlockedMaps, gradient: BlockedMaps, loops: Loops) {
    precondition(input.images == gradient.images && input.pixels == 1 && gradient.pixels == 1, "vectors of one batch")
    blocks = WeightGradientBlocks(inputs: input.channels, outputs: gradient.channels, groups: 1, taps: 1)
    (self.input, self.gradient, self.loops) = (input, gradient, loops)
  }

  /// The vectors are gathered by blocks first, for those of a batch lie far apart.
  package var phases: Int { 2 }

  /// Both operands by blocks, and each worker's sums of a pair.
  package func scratchCount(threads: Int) -> Int {
    sumsStart.saturatingAdded(threads.saturatingMultiplied(by: blocks.pairCount))
  }

  /// Elements of the gradient of a block of outputs, one row behind the other.
  var panelCount: Int { BlockedMaps.lanes.saturatingMultiplied(by: input.channels) }
  /// Blocks of outputs.
  var panels: Int { gradient.blocks }

  /// Floats of a block of all vectors.
  private var blockCount: Int { input.images * BlockedMaps.lanes }
  private var sumsStart: Int { (input.blocks + gradient.blocks).saturatingMultiplied(by: blockCount) }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    if phase == 0 {
      gather(memory.input, input, into: scratch, worker: worker)
      gather(memory.reads[1], gradient, into: scratch + input.blocks * blockCount, worker: worker)
      return
    }
    multiply(worker.share(of: blocks.pairs.count), scratch, worker: worker) { _ in memory.output }
  }

  /// Makes the panel of a block of outputs, `panelCount` elements or what there are of them, once operands are gathered.
  func makePanel(
    _ panel: Int, at target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>, worker: Worker
  ) -> Range<Int> {
    multiply(panel * input.blocks..<(panel + 1) * input.blocks, scratch, worker: worker) { pair in
      target - pair.output * panelCount
    }
    return panel * panelCount..<min((panel + 1) * panelCount, gradient.channels * input.channels)
  }

  /// Multiplies pairs of blocks, and writes what comes of each where the whole gradient would begin.
  private func multiply(
    _ pairs: Range<Int>, _ scratch: UnsafeMutablePointer<Float>, worker: Worker,
    into start: (WeightGradientBlocks.Pair) -> UnsafeMutablePointer<Float>
  ) {
    let slopes = scratch + input.blocks * blockCount
    let sums = scratch + sumsStart + worker.index * blocks.pairCount
    var products = cnnc_products()
    (products.blocks, products.rows, products.pixels) = (1, 1, input.images)
    (products.input_pixel_stride, products.gradient_pixel_stride) = (BlockedMaps.lanes, BlockedMaps.lanes)
    products.sums_stride = blocks.laneStride
    products.sums = sums
    for index in pairs {
      let pair = blocks.pairs[index]
      sums.update(repeating: 0, count: blocks.pairCount)
      products.inputs = blocks.lanes(of: pair)
      products.input = UnsafePointer(scratch) + pair.input * blockCount
      products.gradient = UnsafePointer(slopes) + pair.output * blockCount
      loops.table.products(&products)
      blocks.write(pair, sums: sums, into: start(pair), loops: loops)
    }
  }

  private func gather(
    _ source: UnsafePointer<Float>, _ maps: BlockedMaps, into target: UnsafeMutablePointer<Float>, worker: Worker
  ) {
    for block in worker.share(of: maps.blocks) {
      for image in 0..<maps.images {
        (target + block * blockCount + image * BlockedMaps.lanes)
          .update(from: source + maps.offset(image: image, block: block), count: BlockedMaps.lanes)
      }
    }
  }
}

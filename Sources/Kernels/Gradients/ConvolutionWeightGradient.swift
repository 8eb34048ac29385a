import CKernels
import Tensors

/// The gradient of a convolution's weight: `dw[o, c, tap] = Σ dy[o, pixel] · x[c, what the tap sees of the pixel]`, over
/// all pixels of all images.
///
/// It reads the input and the gradient of the output, and writes `[outputs, inputs of a group, rows, columns]`. A block
/// of inputs and a block of outputs are multiplied for one tap after another, the sums in registers; images are added in
/// their order, and rows of them in runs of a fixed length, so threads, which share the blocks and taps, change no sum.
/// Small groups are computed as whole blocks, of which a part is used.
package struct ConvolutionWeightGradient: Kernel {
  private let blocks: WeightGradientBlocks
  private let input: PaddedInput
  private let offsets: [Int]
  private let gradient: BlockedMaps
  private let window: SlidingWindow
  private let loops: Loops
  package let name: String

  /// - Parameter convolution: The convolution whose weight it is, `output` being where the gradient lies.
  package init(_ convolution: Convolution, loops: Loops) {
    window = convolution.window
    blocks = WeightGradientBlocks(
      inputs: convolution.input.channels, outputs: convolution.output.channels, groups: convolution.groups,
      taps: window.area)
    input = PaddedInput(convolution.input, window: window)
    offsets = input.offsets(blocks: 1)
    gradient = convolution.output
    self.loops = loops
    name = "weight gradient \(convolution.windowName)" + (convolution.groups > 1 ? " groups \(convolution.groups)" : "")
  }

  /// The sums are written to their places in a phase of their own.
  package var phases: Int { input.phases + 1 }
  package func scratchCount(threads: Int) -> Int { sumsStart.saturatingAdded(blocks.sumCount) }

  /// The sums lie behind the copies of the input.
  private var sumsStart: Int { BlockedMaps.roundedToLanes(input.scratchCount) }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let sums = scratch + sumsStart
    if phase == input.phases {
      for index in worker.share(of: blocks.pairs.count) {
        blocks.write(
          blocks.pairs[index], sums: UnsafePointer(sums) + index * blocks.pairCount, into: memory.output, loops: loops)
      }
    } else if input.copies(inPhase: phase) {
      input.copy(phase: phase, memory: memory, worker: worker)
    } else {
      multiply(phase: phase, memory: memory, sums: sums, worker: worker)
    }
  }

  /// Pixels of a run of rows: what a tap reads of both is still in the first cache for the next tap.
  private static let nearPixels = 128

  private func multiply(phase: Int, memory: KernelMemory, sums: UnsafeMutablePointer<Float>, worker: Worker) {
    let images = input.images(ofPhase: phase)
    // A tap of a pair, or of two, is the unit, for there may be fewer pairs than workers.
    let count = blocks.pairsAtOnce
    let share = worker.share(of: (blocks.pairs.count + count - 1) / count * blocks.taps)
    var next = share.lowerBound
    while next < share.upperBound {
      let (unit, tap) = next.quotientAndRemainder(dividingBy: blocks.taps)
      let taps = tap..<min(blocks.taps, tap + share.upperBound - next)
      let pairs = unit * count..<min(blocks.pairs.count, (unit + 1) * count)
      let target = sums + pairs.lowerBound * blocks.pairCount
      if images.lowerBound == 0 {
        for pair in 0..<pairs.count { clear(target + pair * blocks.pairCount, taps: taps) }
      }
      for image in images {
        multiply(pairs, taps: taps, image: image, phase: phase, memory: memory, sums: target)
      }
      next += taps.count
    }
  }

  private func clear(_ sums: UnsafeMutablePointer<Float>, taps: Range<Int>) {
    for lane in 0..<BlockedMaps.lanes {
      (sums + lane * blocks.laneStride + taps.lowerBound * BlockedMaps.lanes)
        .update(repeating: 0, count: taps.count * BlockedMaps.lanes)
    }
  }

  private func multiply(
    _ pairs: Range<Int>, taps: Range<Int>, image: Int, phase: Int, memory: KernelMemory,
    sums: UnsafeMutablePointer<Float>
  ) {
    let pair = blocks.pairs[pairs.lowerBound]
    let source = input.image(image, ofPhase: phase, memory: memory) + pair.input * input.blockStride
    let slopes = memory.reads[1] + gradient.offset(image: image, block: pair.output)
    var products = cnnc_products()
    products.inputs = blocks.lanes(of: pair)
    products.blocks = pairs.count
    products.pixels = gradient.width
    products.input_pixel_stride = window.horizontal.stride * BlockedMaps.lanes
    products.input_row_stride = window.vertical.stride * input.rowStride
    products.gradient_pixel_stride = BlockedMaps.lanes
    products.gradient_row_stride = gradient.rowStride
    products.gradient_block_stride = gradient.blockStride
    products.sums_stride = blocks.laneStride
    products.sums_block_stride = blocks.pairCount
    let run = max(1, Self.nearPixels / gradient.width)
    for row in stride(from: 0, to: gradient.height, by: run) {
      products.rows = min(run, gradient.height - row)
      products.gradient = slopes + row * gradient.rowStride
      for tap in taps {
        products.input = source + row * products.input_row_stride + offsets[tap]
        products.sums = sums + tap * BlockedMaps.lanes
        loops.table.products(&products)
      }
    }
  }
}

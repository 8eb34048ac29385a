import CKernels
import Tensors

/// The gradient of a depthwise convolution's weight: `dw[c, tap] = Σ dy[c, pixel] · x[c, what the tap sees of the pixel]`,
/// over all pixels of all images.
///
/// It reads the input and the gradient of the output, and writes `[channels, 1, rows, columns]`. Threads share the blocks
/// of channels; images are added in their order, and rows of them
/// in runs of a fixed length.
package struct DepthwiseWeightGradient: Kernel {
  private let input: PaddedInput
  private let offsets: [Int]
  private let gradient: BlockedMaps
  private let window: SlidingWindow
  private let loops: Loops
  package let name: String

  /// - Parameter convolution: The convolution whose weight it is, `output` being where the gradient lies.
  /// - Precondition: groups, inputs and outputs are as many.
  package init(_ convolution: Convolution, loops: Loops) {
    precondition(
      convolution.groups == convolution.input.channels && convolution.groups == convolution.output.channels,
      "a depthwise convolution has one input and one output a group")
    window = convolution.window
    input = PaddedInput(convolution.input, window: window)
    offsets = input.offsets(blocks: 1)
    gradient = convolution.output
    self.loops = loops
    name = "depthwise weight gradient \(convolution.windowName)"
  }

  /// The sums are written to their places in a phase of their own.
  package var phases: Int { input.phases + 1 }
  package func scratchCount(threads: Int) -> Int {
    sumsStart.saturatingAdded(gradient.blocks * window.area * BlockedMaps.lanes)
  }

  /// The sums, `[block][tap][16]`, lie behind the copies of the input.
  private var sumsStart: Int { BlockedMaps.roundedToLanes(input.scratchCount) }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let sums = scratch + sumsStart
    let count = window.area * BlockedMaps.lanes
    if phase == input.phases {
      for block in worker.share(of: gradient.blocks) {
        let channels = min(BlockedMaps.lanes, gradient.channels - block * BlockedMaps.lanes)
        loops.table.unpack(
          sums + block * count, memory.output + block * count, window.area, channels, window.area)
      }
    } else if input.copies(inPhase: phase) {
      input.copy(phase: phase, memory: memory, worker: worker)
    } else {
      let images = input.images(ofPhase: phase)
      for block in worker.share(of: gradient.blocks) {
        let target = sums + block * count
        if images.lowerBound == 0 { target.update(repeating: 0, count: count) }
        for image in images { multiply(block, image: image, phase: phase, memory: memory, sums: target) }
      }
    }
  }

  /// Pixels of a run of rows, whose sum is added to those before it.
  private static let nearPixels = 128

  private func multiply(
    _ block: Int, image: Int, phase: Int, memory: KernelMemory, sums: UnsafeMutablePointer<Float>
  ) {
    offsets.withUnsafeBufferPointer { offsets in
      var products = cnnc_lane_products()
      let source = input.image(image, ofPhase: phase, memory: memory) + block * input.blockStride
      let slopes = memory.reads[1] + gradient.offset(image: image, block: block)
      products.offsets = offsets.baseAddress
      products.taps = offsets.count
      products.sums = sums
      products.pixels = gradient.width
      products.input_pixel_stride = window.horizontal.stride * BlockedMaps.lanes
      products.input_row_stride = window.vertical.stride * input.rowStride
      products.gradient_row_stride = gradient.rowStride
      let run = max(1, Self.nearPixels / gradient.width)
      for row in stride(from: 0, to: gradient.height, by: run) {
        products.rows = min(run, gradient.height - row)
        products.input = source + row * products.input_row_stride
        products.gradient = slopes + row * gradient.rowStride
        loops.table.lane_products(&products)
      }
    }
  }
}

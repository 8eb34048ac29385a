import CKernels
import Tensors

/// The gradient of a depthwise convolution's weight: `dw[c, tap] = Σ dy[c, pixel] · x[c, what the tap sees of the pixel]`,
/// over all pixels of all images.
///
/// It reads the input and the gradient of the output, and writes `[channels, 1, rows, columns]`. Threads share the blocks
/// of channels; images are added in their order, and rows of them in runs of a fixed length. Taps in the padding are left out:
/// there is too little arithmetic to pay for a padded copy.
package struct DepthwiseWeightGradient: Kernel {
  private let input: BlockedMaps
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
    (input, gradient, window) = (convolution.input, convolution.output, convolution.window)
    self.loops = loops
    name = "depthwise weight gradient \(convolution.windowName)"
  }

  /// Sums of each block of channels, `[block][tap][16]`.
  package func scratchCount(threads: Int) -> Int {
    [gradient.blocks, window.area, BlockedMaps.lanes].saturatingProduct
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let scratch = memory.scratch else { return }
    let (taps, count) = (window.area, window.area * BlockedMaps.lanes)
    var products = cnnc_lane_products()
    products.vertical = cnnc_axis(window.vertical, size: input.height)
    products.horizontal = cnnc_axis(window.horizontal, size: input.width)
    products.run = max(1, Self.nearPixels / max(1, gradient.width))
    for block in worker.share(of: gradient.blocks) {
      let sums = scratch + block * count
      sums.update(repeating: 0, count: count)
      products.sums = sums
      for image in 0..<gradient.images {
        products.input = memory.reads[0] + input.offset(image: image, block: block)
        products.gradient = memory.reads[1] + gradient.offset(image: image, block: block)
        loops.table.lane_products(&products)
      }
      let channels = min(BlockedMaps.lanes, gradient.channels - block * BlockedMaps.lanes)
      loops.table.unpack(sums, memory.output + block * count, taps, channels, taps)
    }
  }

  /// Pixels of a run of rows, whose sum is added to those before it.
  private static let nearPixels = 128
}

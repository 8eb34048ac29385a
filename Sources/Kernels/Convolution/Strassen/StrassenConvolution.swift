import CKernels
import Tensors

/// A 1×1 convolution as a product of matrices in halves, by seven products in place of eight.
///
/// With A of pixels and inputs, B of inputs and outputs, in Winograd's form with 15 sums, of which those of weights are
/// made when they are packed and those of products by the microkernel, which adds one to the next:
///
///     S₁ = A₂₁ + A₂₂   T₁ = B₁₂ − B₁₁   P₁ = A₁₁·B₁₁   P₅ = S₁·T₁   C₁₁ = P₁ + P₂
///     S₂ = S₁ − A₁₁    T₂ = B₂₂ − T₁    P₂ = A₁₂·B₂₁   P₆ = S₂·T₂   C₁₂ = P₁ + P₆ + P₅ + P₃
///     S₃ = A₁₁ − A₂₁   T₃ = B₂₂ − B₁₂   P₃ = S₄·B₂₂    P₇ = S₃·T₃   C₂₁ = P₁ + P₆ + P₇ − P₄
///     S₄ = A₁₂ − S₂    T₄ = T₂ − B₂₁    P₄ = A₂₂·T₄                 C₂₂ = P₁ + P₆ + P₇ + P₅
///
/// Strassen 1969, Gaussian elimination is not optimal; Winograd 1971, On multiplication of 2 × 2 matrices.
package struct StrassenConvolution: WeightedKernel {
  private let layout: StrassenLayout
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let window: SlidingWindow
  /// Where the blocks of inputs are from the first, and those of sums.
  private let inputOffsets: [Int]
  private let sumOffsets: [Int]
  private let epilogue: Epilogue
  private let loops: Loops
  package let name: String

  /// Nil if the method is not for the convolution.
  package init?(_ convolution: Convolution, loops: Loops) {
    guard let layout = StrassenLayout(convolution, panelBlocks: Int(loops.table.panel_blocks)) else { return nil }
    self.layout = layout
    (input, output, window) = (convolution.input, convolution.output, convolution.window)
    let blockStride = layout.isCopied ? layout.copyStride : input.blockStride
    inputOffsets = (0..<layout.inputBlocks).map { $0 * blockStride }
    sumOffsets = (0..<layout.inputBlocks).map { $0 * layout.blockStride }
    (epilogue, self.loops) = (convolution.epilogue, loops)
    name = "strassen \(convolution.windowName)"
  }

  package func scratchCount(threads: Int) -> Int { layout.scratchCount.saturatingMultiplied(by: threads) }

  private var biasCount: Int { output.blocks * BlockedMaps.lanes }
  package var weightCount: Int { biasCount + layout.weightCount }

  /// Packs `[pair][part][input][16 · blocks]`, the parts in the order of the products.
  package func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    weights.packBias(into: target, count: biasCount, worker: worker)
    let rows = WeightRows(inputs: input.channels, taps: 1, lanes: BlockedMaps.lanes)
    for pair in layout.pairs[worker.share(of: layout.pairs.count)] {
      let part = layout.partCount(of: pair)
      let start = target + biasCount + pair.weights
      for block in 0..<pair.blocks {
        let step = pair.blocks * BlockedMaps.lanes
        // Both halves of the inputs follow each other: B₁₁ and B₂₁, then B₁₂ and B₂₂.
        for (half, place) in [(0, start), (layout.outputBlocks, start + 4 * part)] {
          rows.pack(
            half + pair.output + block, of: weights, into: place + block * BlockedMaps.lanes, step: step, loops: loops)
        }
      }
      loops.table.strassen_weights(start, part)
    }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let weights = memory.weights, let memoryOfAll = memory.scratch else { return }
    let scratch = memoryOfAll + worker.index * layout.scratchCount
    let share = worker.share(of: layout.chunks * layout.pairs.count)
    inputOffsets.withUnsafeBufferPointer { inputOffsets in
      sumOffsets.withUnsafeBufferPointer { sumOffsets in
        for range in RowRanges(share, rowsOfImage: layout.pairs.count) {
          let chunk = layout.chunk(range.image)
          let products = StrassenProducts(
            layout: layout, chunk: chunk, source: source(of: chunk, memory, scratch), inputOffsets: inputOffsets,
            sumOffsets: sumOffsets, scratch: scratch, loops: loops)
          products.addInputs()
          for pair in layout.pairs[range.rows] {
            products.multiply(pair, weights: weights, biasCount: biasCount, into: target(of: chunk, pair, memory))
          }
        }
      }
    }
  }

  /// Where a chunk's inputs lie, copied there if they are not together.
  private func source(
    of chunk: StrassenLayout.Chunk, _ memory: KernelMemory, _ scratch: UnsafeMutablePointer<Float>
  ) -> StrassenProducts.Source {
    let lanes = BlockedMaps.lanes
    let image = memory.input + chunk.image * input.imageStride
    guard layout.isCopied else {
      return StrassenProducts.Source(start: image + chunk.pixels.lowerBound * lanes, blockStride: input.blockStride)
    }
    let copy = scratch + layout.copyStart
    for block in 0..<input.blocks {
      var target = copy + block * layout.copyStride
      for pixel in chunk.pixels {
        let (row, column) = pixel.quotientAndRemainder(dividingBy: output.width)
        let place = row * window.vertical.stride * input.rowStride + column * window.horizontal.stride * lanes
        target.update(from: image + block * input.blockStride + place, count: lanes)
        target += lanes
      }
    }
    return StrassenProducts.Source(start: UnsafePointer(copy), blockStride: layout.copyStride)
  }

  /// Where a pair's outputs go, and what is added to them.
  private func target(
    of chunk: StrassenLayout.Chunk, _ pair: StrassenLayout.Pair, _ memory: KernelMemory
  ) -> StrassenProducts.Target {
    let place = pair.output * output.blockStride + chunk.pixels.lowerBound * BlockedMaps.lanes
    return StrassenProducts.Target(
      start: memory.output + chunk.image * output.imageStride + place,
      residual: epilogue.addsResidual
        ? memory.residual.map { $0 + chunk.image * epilogue.residualImageStride + place } : nil,
      blockStride: output.blockStride, halfStride: layout.outputBlocks * output.blockStride,
      activation: cnnc_activation(epilogue.activation))
  }
}

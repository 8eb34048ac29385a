import CKernels
import Tensors

/// The seven products of a chunk of pixels with pairs of panels.
struct StrassenProducts {
  /// Where the chunk's pixels lie, one behind the other in each block.
  struct Source {
    var start: UnsafePointer<Float>
    var blockStride: Int
  }

  /// Where the outputs of a pair go.
  struct Target {
    /// The first pixel's, of the first half of the outputs.
    var start: UnsafeMutablePointer<Float>
    /// What is added to them, likewise.
    var residual: UnsafePointer<Float>?
    var blockStride: Int
    /// To the second half of the outputs.
    var halfStride: Int
    var activation: cnnc_activation
  }

  let layout: StrassenLayout
  let chunk: StrassenLayout.Chunk
  let source: Source
  /// Where the blocks of inputs are from the first, and those of sums.
  let inputOffsets: UnsafeBufferPointer<Int>
  let sumOffsets: UnsafeBufferPointer<Int>
  let scratch: UnsafeMutablePointer<Float>
  let loops: Loops

  /// Floats to the second half of the pixels.
  private var runStride: Int { chunk.half * BlockedMaps.lanes }
  /// Floats to the second half of the inputs.
  private var halfStride: Int { layout.inputBlocks * source.blockStride }

  /// Makes S₁ … S₄.
  func addInputs() {
    var job = cnnc_strassen_inputs()
    (job.input, job.run_stride, job.half_stride) = (source.start, runStride, halfStride)
    (job.blocks, job.block_stride) = (layout.inputBlocks, source.blockStride)
    (job.pixels, job.second_pixels) = (chunk.half, chunk.rest)
    (job.target, job.target_stride, job.target_block_stride) = (scratch, layout.sumStride, layout.blockStride)
    loops.table.strassen_inputs(&job)
  }

  /// Computes a pair's outputs. `weights` are all of the kernel's, the biases first.
  func multiply(_ pair: StrassenLayout.Pair, weights: UnsafePointer<Float>, biasCount: Int, into target: Target) {
    let (bias, half) = (weights + pair.output * BlockedMaps.lanes, layout.outputBlocks * BlockedMaps.lanes)
    let c11 = Quarter(output: target.start, residual: target.residual, bias: bias, pixels: chunk.half)
    let c12 = c11.moved(by: target.halfStride, bias: bias + half, pixels: chunk.half)
    let c21 = c11.moved(by: runStride, bias: bias, pixels: chunk.rest)
    let c22 = c12.moved(by: runStride, bias: bias + half, pixels: chunk.rest)
    // Sums of products that are not outputs yet.
    let u = scratch + layout.partialStart
    let (v, w) = (u + layout.partialStride, u + 2 * layout.partialStride)
    var tiles = cnnc_tiles()
    (tiles.rows, tiles.taps, tiles.blocks) = (1, layout.inputBlocks, pair.blocks)
    (tiles.input_pixel_stride, tiles.residual_block_stride) = (BlockedMaps.lanes, layout.blockStride)
    tiles.weights = weights + biasCount + pair.weights
    // The weights of a product follow those of the one before.
    read(source.start, inputOffsets, &tiles)
    multiply(&tiles, into: u)  // P₁
    let first = c11.residual == nil ? u : w
    if let residual = c11.residual { add(residual, target.blockStride, to: u, into: w, c11.pixels, pair.blocks) }
    read(source.start + halfStride, inputOffsets, &tiles)
    multiply(&tiles, plus: first, into: c11, of: target)  // P₂
    read(scratch + layout.sumStride, sumOffsets, &tiles)
    multiply(&tiles, plus: u, into: u)  // P₆
    read(scratch, sumOffsets, &tiles)
    multiply(&tiles, into: v)  // P₅
    read(scratch + 2 * layout.sumStride, sumOffsets, &tiles)
    multiply(&tiles, plus: u, into: w)  // P₇
    add(v, layout.blockStride, to: u, into: u, c12.pixels, pair.blocks)
    if let residual = c12.residual { add(residual, target.blockStride, to: u, into: u, c12.pixels, pair.blocks) }
    read(scratch + 3 * layout.sumStride, sumOffsets, &tiles)
    multiply(&tiles, plus: u, into: c12, of: target)  // P₃
    if let residual = c22.residual { add(residual, target.blockStride, to: v, into: v, c22.pixels, pair.blocks) }
    for block in 0..<pair.blocks {
      let place = block * layout.blockStride
      loops.table.affine(
        v + place, w + place, c22.output + block * target.blockStride, c22.pixels, nil,
        c22.bias + block * BlockedMaps.lanes, target.activation)
    }
    if let residual = c21.residual { add(residual, target.blockStride, to: w, into: w, c21.pixels, pair.blocks) }
    read(source.start + halfStride + runStride, inputOffsets, &tiles)
    multiply(&tiles, plus: w, into: c21, of: target)  // −P₄
  }

  /// Some outputs of a quarter.
  private struct Quarter {
    var output: UnsafeMutablePointer<Float>
    var residual: UnsafePointer<Float>?
    var bias: UnsafePointer<Float>
    var pixels: Int

    func moved(by offset: Int, bias: UnsafePointer<Float>, pixels: Int) -> Quarter {
      Quarter(output: output + offset, residual: residual.map { $0 + offset }, bias: bias, pixels: pixels)
    }
  }

  /// Takes the next product's inputs from some place.
  private func read(_ input: UnsafePointer<Float>, _ offsets: UnsafeBufferPointer<Int>, _ tiles: inout cnnc_tiles) {
    (tiles.input, tiles.offsets) = (input, offsets.baseAddress)
  }

  /// A product, and what it is added to, into scratch memory.
  private func multiply(
    _ tiles: inout cnnc_tiles, plus added: UnsafeMutablePointer<Float>? = nil, into sum: UnsafeMutablePointer<Float>
  ) {
    (tiles.output, tiles.block_stride) = (sum, layout.blockStride)
    run(&tiles, plus: added, bias: nil, pixels: chunk.half, cnnc_activation(nil))
  }

  /// The last product of some outputs.
  private func multiply(
    _ tiles: inout cnnc_tiles, plus added: UnsafeMutablePointer<Float>, into outputs: Quarter, of target: Target
  ) {
    (tiles.output, tiles.block_stride) = (outputs.output, target.blockStride)
    run(&tiles, plus: added, bias: outputs.bias, pixels: outputs.pixels, target.activation)
  }

  private func run(
    _ tiles: inout cnnc_tiles, plus added: UnsafeMutablePointer<Float>?, bias: UnsafePointer<Float>?, pixels: Int,
    _ activation: cnnc_activation
  ) {
    (tiles.residual, tiles.bias, tiles.pixels) = (added.map { UnsafePointer($0) }, bias, pixels)
    tiles.activation = activation
    loops.table.tiles(&tiles)
    tiles.weights += tiles.taps * tiles.blocks * BlockedMaps.lanes * BlockedMaps.lanes
  }

  /// Writes the sum of what lies in scratch memory and something else.
  private func add(
    _ other: UnsafePointer<Float>, _ otherStride: Int, to sum: UnsafeMutablePointer<Float>,
    into target: UnsafeMutablePointer<Float>, _ pixels: Int, _ blocks: Int
  ) {
    for block in 0..<blocks {
      let place = block * layout.blockStride
      loops.table.join(
        sum + place, other + block * otherStride, nil, target + place, pixels, CNNC_SUM, cnnc_activation(nil))
    }
  }
}

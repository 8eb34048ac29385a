import CKernels
import Tensors

/// A fully connected layer, `[N, in]` → `[N, out]`: `y = act(weight · x + bias + residual)`.
///
/// At batch 1 its time is that of reading its weights from memory, so they are one stream, `[panel][in][64]`; a batch
/// reads them once. The input may be maps `[C, H, W]`: their features are numbered as a flattening numbers them, and the
/// columns are packed in the order in which blocks hold them, so flattening takes no step.
package struct LinearKernel: WeightedKernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let epilogue: Epilogue
  private let loops: Loops
  package let name = "linear"

  /// Blocks of outputs that are computed at once.
  private static let panelBlocks = 4

  /// `output` is vectors: maps of one pixel. The weight is `[out, C · H · W]`, or `[out, C, H, W]`, for the input's sizes.
  package init(input: BlockedMaps, output: BlockedMaps, epilogue: Epilogue = .none, loops: Loops) {
    precondition(output.pixels == 1, "a linear layer's output is vectors")
    (self.input, self.output, self.epilogue, self.loops) = (input, output, epilogue, loops)
  }

  /// Floats of an input vector with the lanes that fill its last block.
  private var inputs: Int { input.blocks * input.blockStride }
  private var biasCount: Int { output.blocks * BlockedMaps.lanes }
  private var panels: Int { (output.blocks + Self.panelBlocks - 1) / Self.panelBlocks }
  package var weightCount: Int { biasCount * (1 + inputs) }

  /// The blocks of outputs of a panel.
  private func blocks(of panel: Int) -> Range<Int> {
    panel * Self.panelBlocks..<min(output.blocks, (panel + 1) * Self.panelBlocks)
  }

  package func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    weights.packBias(into: target, count: biasCount, worker: worker)
    for block in worker.share(of: output.blocks) {
      let panel = block / Self.panelBlocks
      pack(block, of: weights, into: target + biasCount + blocks(of: panel).lowerBound * BlockedMaps.lanes * inputs)
    }
  }

  /// Packs a block of outputs into its panel's memory.
  private func pack(_ block: Int, of weights: KernelWeights, into panel: UnsafeMutablePointer<Float>) {
    let blocks = blocks(of: block / Self.panelBlocks)
    WeightRows(inputs: input.channels, taps: input.pixels, lanes: BlockedMaps.lanes).pack(
      block, of: weights, into: panel + (block - blocks.lowerBound) * BlockedMaps.lanes,
      step: blocks.count * BlockedMaps.lanes, loops: loops)
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let weights = memory.weights else { return }
    for panel in worker.share(of: panels) {
      let first = blocks(of: panel).lowerBound * BlockedMaps.lanes
      compute(panel, memory: memory, bias: weights + first, weights: weights + biasCount + first * inputs)
    }
  }

  /// Computes a panel's outputs from its biases and packed weights.
  private func compute(
    _ panel: Int, memory: KernelMemory, bias: UnsafePointer<Float>, weights: UnsafePointer<Float>
  ) {
    let blocks = blocks(of: panel)
    let first = blocks.lowerBound * BlockedMaps.lanes
    var linear = cnnc_linear()
    linear.input = memory.input
    linear.images = input.images
    (linear.input_stride, linear.output_stride) = (input.imageStride, output.imageStride)
    linear.residual_stride = epilogue.residualImageStride
    linear.inputs = inputs
    linear.activation = cnnc_activation(epilogue.activation)
    (linear.blocks, linear.weight_stride) = (blocks.count, blocks.count * BlockedMaps.lanes)
    (linear.bias, linear.weights) = (bias, weights)
    linear.output = memory.output + first
    if epilogue.addsResidual { linear.residual = memory.residual.map { $0 + first } }
    loops.table.linear(&linear)
  }

  package var packingWhileRunning: any Kernel { Streamed(base: self) }

  /// The layer when its weights are packed while it runs: each worker packs a panel and computes it, so that what is
  /// packed never leaves the cache, and takes little memory.
  private struct Streamed: Kernel {
    let base: LinearKernel
    let phases = 2

    var name: String { "\(base.name), packing" }
    private var panelCount: Int { LinearKernel.panelBlocks * BlockedMaps.lanes * (1 + base.inputs) }

    func scratchCount(threads: Int) -> Int { threads * panelCount }

    func run(phase: Int, memory: KernelMemory, worker: Worker) {
      guard let source = memory.source, let scratch = memory.scratch else { return }
      guard phase == 0 else {
        if worker.index == 0 { source.weight?.forget() }
        return
      }
      let bias = scratch + worker.index * panelCount
      let weights = bias + LinearKernel.panelBlocks * BlockedMaps.lanes
      for panel in worker.share(of: base.panels) {
        let blocks = base.blocks(of: panel)
        source.packBias(
          into: bias, outputs: blocks.lowerBound * BlockedMaps.lanes..<blocks.upperBound * BlockedMaps.lanes)
        for block in blocks { base.pack(block, of: source, into: weights) }
        base.compute(panel, memory: memory, bias: bias, weights: weights)
      }
    }
  }
}

extension Operations.Linear: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    LinearKernel(input: place.input, output: place.output, epilogue: place.epilogue, loops: place.loops)
  }
}

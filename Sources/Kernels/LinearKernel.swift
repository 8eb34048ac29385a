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
  private var weights: ConvolutionWeights
  private let epilogue: Epilogue
  private let loops: Loops
  package let name = "linear"

  /// Blocks of outputs that are computed at once.
  private static let panelBlocks = 4

  /// `output` is vectors: maps of one pixel. The weight is `[out, C · H · W]`, or `[out, C, H, W]`, for the input's sizes.
  package init(
    input: BlockedMaps, output: BlockedMaps, weights: ConvolutionWeights, epilogue: Epilogue = .none, loops: Loops
  ) {
    precondition(output.pixels == 1, "a linear layer's output is vectors")
    (self.input, self.output, self.weights, self.epilogue, self.loops) = (input, output, weights, epilogue, loops)
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

  package func pack(into target: UnsafeMutablePointer<Float>, worker: Worker) {
    weights.packBias(into: target, count: biasCount, worker: worker)
    let rows = WeightRows(inputs: input.channels, taps: input.pixels, lanes: BlockedMaps.lanes)
    for block in worker.share(of: output.blocks) {
      let panel = blocks(of: block / Self.panelBlocks)
      let start = biasCount + panel.lowerBound * BlockedMaps.lanes * inputs
      let place = target + start + (block - panel.lowerBound) * BlockedMaps.lanes
      rows.pack(block, of: weights, into: place, step: panel.count * BlockedMaps.lanes, loops: loops)
    }
  }

  package func releasingWeights() -> LinearKernel {
    var copy = self
    copy.weights = weights.released
    return copy
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let weights = memory.weights else { return }
    var linear = cnnc_linear()
    linear.input = memory.input
    linear.images = input.images
    (linear.input_stride, linear.output_stride) = (input.imageStride, output.imageStride)
    linear.residual_stride = epilogue.residualImageStride
    linear.inputs = inputs
    linear.activation = cnnc_activation(epilogue.activation)
    for panel in worker.share(of: panels) {
      let blocks = blocks(of: panel)
      let first = blocks.lowerBound * BlockedMaps.lanes
      linear.blocks = blocks.count
      linear.bias = weights + first
      linear.weights = weights + biasCount + first * inputs
      linear.output = memory.output + first
      if epilogue.addsResidual { linear.residual = memory.residual.map { $0 + first } }
      loops.table.linear(&linear)
    }
  }
}

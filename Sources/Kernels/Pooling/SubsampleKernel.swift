import CKernels
import Tensors

/// LeNet-5's subsampling: the sum of each window times the channel's weight plus its bias, activated. LeCun et al. 1998.
package struct SubsampleKernel: Kernel {
  private let window: PoolWindow
  private let weight: [Float]
  private let bias: [Float]
  private let activation: cnnc_activation
  private let loops: Loops

  /// `weight` and `bias` have an element for each channel; the output has the size that the window says.
  package init(
    input: BlockedMaps, output: BlockedMaps, window: SlidingWindow, weight: [Float], bias: [Float],
    activation: Activation? = nil, loops: Loops
  ) {
    self.window = PoolWindow(window, input: input, output: output)
    precondition(weight.count == input.channels && bias.count == input.channels, "a weight and a bias a channel")
    (self.weight, self.bias, self.loops) = (weight, bias, loops)
    self.activation = cnnc_activation(activation)
  }

  package var name: String { "subsample" }

  package var weightCount: Int { 2 * lanes }

  private var lanes: Int { window.output.blocks * BlockedMaps.lanes }

  package func pack(into weights: UnsafeMutablePointer<Float>, worker: Worker) {
    packChannels(weight, into: weights, worker: worker)
    packChannels(bias, into: weights + lanes, worker: worker)
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let output = window.output
    let (weight, bias) = (memory.weights.required, memory.weights.required + lanes)
    output.forEachRow(of: worker) { image, block, row in
      let rows = window.rows(image: image, block: block, row: row)
      let target = memory.output + output.offset(image: image, block: block, pixel: row * output.width)
      loops.table.sum_pool(memory.input + rows.offset, rows.count, rows.step, target, window.columns, 1, nil)
      loops.table.affine(
        target, nil, target, output.width, weight + block * BlockedMaps.lanes, bias + block * BlockedMaps.lanes,
        activation)
    }
  }
}

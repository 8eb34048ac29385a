import CKernels
import Tensors

/// LeNet-5's subsampling: the sum of each window times the channel's weight plus its bias. LeCun et al. 1998.
package struct SubsampleKernel: Kernel {
  private let window: PoolWindow
  private let loops: Loops

  /// Weight and bias have an element for each channel; the output has the size that the window says.
  package init(input: BlockedMaps, output: BlockedMaps, window: SlidingWindow, loops: Loops) {
    self.window = PoolWindow(window, input: input, output: output)
    self.loops = loops
  }

  package var name: String { "subsample" }

  package var weightCount: Int { 2 * lanes }

  private var lanes: Int { window.output.blocks * BlockedMaps.lanes }

  package func pack(_ source: KernelWeights, into weights: UnsafeMutablePointer<Float>, worker: Worker) {
    let channels = window.output.channels
    packChannels(source.requiredWeight, channels, into: weights, worker: worker)
    packChannels(source.bias, channels, into: weights + lanes, worker: worker)
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
        cnnc_activation(nil))
    }
  }
}

extension Operations.Subsample: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    SubsampleKernel(input: place.input, output: place.output, window: window, loops: place.loops)
  }
}

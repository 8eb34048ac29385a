import CKernels
import Tensors

/// A convolution of each channel by itself: as many groups as channels, as many outputs as groups.
///
/// With a multiplier of outputs for each channel, see `GroupedConvolution`. Chollet 2016, arXiv:1610.02357; Howard et al.
/// 2017, arXiv:1704.04861.
package struct DepthwiseConvolution: WeightedKernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let window: SlidingWindow
  private let epilogue: Epilogue
  private let loops: Loops
  package let name: String

  /// - Precondition: groups, inputs and outputs are as many.
  package init(_ convolution: Convolution, loops: Loops) {
    precondition(
      convolution.groups == convolution.input.channels && convolution.groups == convolution.output.channels,
      "a depthwise convolution has one input and one output a group")
    (input, output, window) = (convolution.input, convolution.output, convolution.window)
    (epilogue, self.loops) = (convolution.epilogue, loops)
    name = "depthwise \(convolution.windowName)"
  }

  private var taps: Int { window.vertical.kernel * window.horizontal.kernel }
  private var biasCount: Int { output.blocks * BlockedMaps.lanes }
  package var weightCount: Int { biasCount * (1 + taps) }

  package func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    weights.packBias(into: target, count: biasCount, worker: worker)
    weights.requiredWeight.withUnsafeBufferPointer { source in
      for block in worker.share(of: output.blocks) {
        let place = target + biasCount + block * taps * BlockedMaps.lanes
        for lane in 0..<BlockedMaps.lanes {
          let channel = block * BlockedMaps.lanes + lane
          let isThere = channel < output.channels
          let scale = isThere ? weights.scale?[channel] ?? 1 : 0
          for tap in 0..<taps {
            place[tap * BlockedMaps.lanes + lane] = isThere ? source[channel * taps + tap] * scale : 0
          }
        }
      }
    }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard let weights = memory.weights else { return }
    let split = WorkSplit(units: output.images * output.height, panels: output.blocks, worker: worker)
    var block = cnnc_depthwise()
    block.vertical = cnnc_axis(window.vertical, size: input.height)
    block.horizontal = cnnc_axis(window.horizontal, size: input.width)
    block.activation = cnnc_activation(epilogue.activation)
    for range in RowRanges(split.units, rowsOfImage: output.height) {
      (block.first_row, block.last_row) = (range.rows.lowerBound, range.rows.upperBound)
      for index in split.panels {
        block.input = memory.input + range.image * input.imageStride + index * input.blockStride
        block.output = memory.output + range.image * output.imageStride + index * output.blockStride
        if epilogue.addsResidual {
          block.residual = memory.residual.map {
            $0 + range.image * epilogue.residualImageStride + index * output.blockStride
          }
        }
        block.bias = weights + index * BlockedMaps.lanes
        block.weights = weights + biasCount + index * taps * BlockedMaps.lanes
        loops.table.depthwise(&block)
      }
    }
  }
}

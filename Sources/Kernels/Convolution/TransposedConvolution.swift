import CKernels
import Tensors

/// Transposed convolution, groups included: each input pixel adds its multiple of the kernel to the output.
///
/// An output row takes its taps one after the other and for each all pixels of an input row, so that every output is
/// the same sum for any number of workers. The output is not the input.
package struct TransposedConvolution: WeightedKernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  private let window: SlidingWindow
  private let groups: Int
  private let groupOutputs: Int
  /// For each block, input channel of a group and lane of the output the offset of the input's channel.
  private let offsets: [Int64]
  private let loops: Loops

  /// The weight is `[C, out / groups, kernel, kernel]`; the bias has an element for each output.
  package init(
    input: BlockedMaps, output: BlockedMaps, window: SlidingWindow, groups: Int = 1, loops: Loops
  ) {
    precondition(
      input.images == output.images && groups > 0 && input.channels % groups == 0 && output.channels % groups == 0,
      "groups divide the channels")
    (self.input, self.output, self.window, self.groups, self.loops) = (input, output, window, groups, loops)
    groupOutputs = output.channels / groups
    var offsets: [Int64] = []
    let inputs = input.channels / groups
    // With one group no block is of several.
    for block in 0..<(groups > 1 ? output.blocks : 0) {
      for index in 0..<inputs * BlockedMaps.lanes {
        let out = block * BlockedMaps.lanes + index % BlockedMaps.lanes
        let channel = out / (output.channels / groups) * inputs + index / BlockedMaps.lanes
        let place = channel / BlockedMaps.lanes * input.blockStride + channel % BlockedMaps.lanes
        offsets.append(out < output.channels ? Int64(place) : zeroLane)
      }
    }
    self.offsets = offsets
  }

  package var name: String { "transposed \(window.vertical.kernel)×\(window.horizontal.kernel)" }

  private var groupInputs: Int { input.channels / groups }
  private var biasCount: Int { output.blocks * BlockedMaps.lanes }
  /// Weights of a tap of a block of outputs.
  private var tapCount: Int { groupInputs * BlockedMaps.lanes }

  package var weightCount: Int { biasCount + output.blocks * window.area * tapCount }

  package func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    weights.packBias(into: target, count: biasCount, worker: worker)
    weights.requiredWeight.withUnsafeBufferPointer { source in
      for unit in worker.share(of: output.blocks * window.area) {
        let (block, tap) = unit.quotientAndRemainder(dividingBy: window.area)
        let place = target + biasCount + unit * tapCount
        for index in 0..<tapCount {
          let out = block * BlockedMaps.lanes + index % BlockedMaps.lanes
          let channel = out / groupOutputs * groupInputs + index / BlockedMaps.lanes
          place[index] =
            out < output.channels
            ? source[(channel * groupOutputs + out % groupOutputs) * window.area + tap] : 0
        }
      }
    }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    let (rows, weights) = (window.vertical, memory.weights.required)
    output.forEachRow(of: worker) { image, block, row in
      let place = output.offset(image: image, block: block, pixel: row * output.width)
      let target = memory.output + place
      let bias = weights + block * BlockedMaps.lanes
      for index in 0..<output.rowStride { target[index] = bias[index % BlockedMaps.lanes] }
      for tap in 0..<rows.kernel {
        // The row that reaches this one through the tap.
        let distance = row + rows.before - tap * rows.dilation
        guard distance >= 0, distance % rows.stride == 0, distance / rows.stride < input.height else { continue }
        let line = input.offset(image: image, block: 0, pixel: distance / rows.stride * input.width)
        let taps = biasCount + (block * window.area + tap * window.horizontal.kernel) * tapCount
        addRow(memory.input + line, weights: weights + taps, to: target, block: block)
      }
    }
  }

  /// Adds an input row's pixels to an output row through each tap of a row of the kernel.
  private func addRow(
    _ line: UnsafePointer<Float>, weights: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, block: Int
  ) {
    let (columns, lanes) = (window.horizontal, BlockedMaps.lanes)
    for tap in 0..<columns.kernel {
      let right = tap * columns.dilation - columns.before
      let first = right < 0 ? (columns.stride - 1 - right) / columns.stride : 0
      let reach = output.width - 1 - right
      let count = reach < 0 ? 0 : min(input.width, reach / columns.stride + 1) - first
      guard count > 0 else { continue }
      add(
        line + first * lanes, weights: weights + tap * tapCount, to: target + (first * columns.stride + right) * lanes,
        count: count, block: block)
    }
  }

  private func add(
    _ source: UnsafePointer<Float>, weights: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int,
    block: Int
  ) {
    let (step, lanes) = (window.horizontal.stride * BlockedMaps.lanes, BlockedMaps.lanes)
    let outputs = block * lanes..<min((block + 1) * lanes, output.channels)
    let group = outputs.lowerBound / groupOutputs
    guard (outputs.upperBound - 1) / groupOutputs == group else {
      // The lanes belong to several groups, so each has input channels of its own.
      offsets.withUnsafeBufferPointer { offsets in
        loops.table.scatter_lanes(
          source, offsets.baseAddress.map { $0 + block * tapCount }, groupInputs, weights, target, step, count)
      }
      return
    }
    let channels = group * groupInputs..<(group + 1) * groupInputs
    var channel = channels.lowerBound
    while channel < channels.upperBound {
      let end = min(channels.upperBound, (channel / lanes + 1) * lanes)
      loops.table.scatter(
        source + channel / lanes * input.blockStride + channel % lanes, end - channel,
        weights + (channel - channels.lowerBound) * lanes, target, step, count)
      channel = end
    }
  }
}

extension Operations.TransposedConvolution: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    Kernels.TransposedConvolution(
      input: place.input, output: place.output, window: window, groups: groups, loops: place.loops)
  }
}

import CKernels
import Tensors

/// A convolution whose groups have fewer channels than a block, as ResNeXt's of 4, and depthwise ones with a multiplier.
///
/// The 16 lanes of an output block belong to several groups. An input vector is permuted once so that each lane holds
/// the channel that its output sees, and multiplied for all the taps it is under. Against a dense convolution with zeros
/// between the groups that takes 16 / channels fewer multiplications.
package struct GroupedConvolution: WeightedKernel {
  private let input: PaddedInput
  private let offsets: [Int]
  private let output: BlockedMaps
  private let window: SlidingWindow
  private let groups: Int
  /// The inputs that an output sees.
  private let inputs: Int
  /// The inputs' block of each output block.
  private let inputBlocks: [Int]
  /// For each output block and input of a group the lane of each output's value.
  private let lanes: [Int32]
  /// Neighbouring taps that share permuted inputs: 3, or 1.
  private let tapsAcross: Int
  private let epilogue: Epilogue
  private let loops: Loops
  package let name: String

  /// Whether all inputs that an output block sees are in one input block, each of several for an output.
  package static func supports(_ convolution: Convolution) -> Bool {
    convolution.groups > 1 && BlockedMaps.lanes % convolution.groupInputs == 0
      && convolution.groupInputs < BlockedMaps.lanes && convolution.groupOutputs % convolution.groupInputs == 0
  }

  /// - Precondition: `supports(convolution)`.
  package init(_ convolution: Convolution, loops: Loops) {
    precondition(Self.supports(convolution), "these groups do not fit into blocks of 16 channels")
    let input = PaddedInput(convolution.input, window: convolution.window)
    (self.input, output, window) = (input, convolution.output, convolution.window)
    (groups, inputs) = (convolution.groups, convolution.groupInputs)
    let (columns, taps) = (convolution.window.horizontal, input.offsets(blocks: 1))
    tapsAcross = columns.kernel == 3 && columns.dilation == 1 && columns.stride <= 2 ? 3 : 1
    offsets = stride(from: 0, to: taps.count, by: tapsAcross).map { taps[$0] }
    var inputBlocks: [Int] = []
    var lanes: [Int32] = []
    for block in 0..<convolution.output.blocks {
      let first = block * BlockedMaps.lanes / convolution.groupOutputs * convolution.groupInputs / BlockedMaps.lanes
      inputBlocks.append(first)
      for index in 0..<convolution.groupInputs {
        for lane in 0..<BlockedMaps.lanes {
          let output = min(convolution.output.channels - 1, block * BlockedMaps.lanes + lane)
          let channel = output / convolution.groupOutputs * convolution.groupInputs + index
          lanes.append(Int32(channel - first * BlockedMaps.lanes))
        }
      }
    }
    (self.inputBlocks, self.lanes) = (inputBlocks, lanes)
    (epilogue, self.loops) = (convolution.epilogue, loops)
    name = "grouped \(convolution.windowName) groups \(convolution.groups)"
  }

  private var taps: Int { window.vertical.kernel * window.horizontal.kernel }
  private var biasCount: Int { output.blocks * BlockedMaps.lanes }
  package var phases: Int { input.phases }
  package func scratchCount(threads: Int) -> Int { input.scratchCount }
  package var weightCount: Int { biasCount * (1 + taps * inputs) }

  package func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, worker: Worker) {
    weights.packBias(into: target, count: biasCount, worker: worker)
    weights.requiredWeight.withUnsafeBufferPointer { source in
      for block in worker.share(of: output.blocks) {
        var place = target + biasCount + block * taps * inputs * BlockedMaps.lanes
        for row in 0..<offsets.count {
          for index in 0..<inputs {
            for tap in row * tapsAcross..<(row + 1) * tapsAcross {
              for lane in 0..<BlockedMaps.lanes {
                let channel = block * BlockedMaps.lanes + lane
                place[lane] =
                  channel < output.channels
                  ? source[(channel * inputs + index) * taps + tap] * (weights.scale?[channel] ?? 1) : 0
              }
              place += BlockedMaps.lanes
            }
          }
        }
      }
    }
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    guard !input.copies(inPhase: phase) else {
      return input.copy(phase: phase, memory: memory, worker: worker)
    }
    let images = input.images(ofPhase: phase)
    let split = WorkSplit(units: images.count * output.height, panels: output.blocks, worker: worker)
    var tiles = cnnc_grouped_tiles()
    (tiles.tap_rows, tiles.taps_across, tiles.inputs) = (offsets.count, tapsAcross, inputs)
    tiles.input_pixel_stride = window.horizontal.stride * BlockedMaps.lanes
    tiles.input_row_stride = window.vertical.stride * input.rowStride
    tiles.output_row_stride = output.rowStride
    tiles.activation = cnnc_activation(epilogue.activation)
    offsets.withUnsafeBufferPointer { offsets in
      tiles.offsets = offsets.baseAddress
      lanes.withUnsafeBufferPointer { lanes in
        for block in split.panels {
          tiles.lanes = lanes.baseAddress.map { $0 + block * inputs * BlockedMaps.lanes }
          for range in RowRanges(split.units, rowsOfImage: output.height) {
            run(&tiles, block, range, image: images.lowerBound + range.image, phase: phase, memory: memory)
          }
        }
      }
    }
  }

  /// Convolves rows of an image for a block of outputs.
  private func run(
    _ tiles: inout cnnc_grouped_tiles, _ block: Int, _ range: ImageRows, image: Int, phase: Int, memory: KernelMemory
  ) {
    guard let weights = memory.weights else { return }
    let first = range.rows.lowerBound
    (tiles.rows, tiles.pixels) = (range.rows.count, output.width)
    tiles.bias = weights + block * BlockedMaps.lanes
    tiles.weights = weights + biasCount + block * taps * inputs * BlockedMaps.lanes
    tiles.input =
      input.image(image, ofPhase: phase, memory: memory) + inputBlocks[block] * input.blockStride
      + first * tiles.input_row_stride
    let place = block * output.blockStride + first * output.rowStride
    tiles.output = memory.output + image * output.imageStride + place
    if epilogue.addsResidual {
      tiles.residual = memory.residual.map { $0 + image * epilogue.residualImageStride + place }
    }
    loops.table.grouped_tiles(&tiles)
  }
}

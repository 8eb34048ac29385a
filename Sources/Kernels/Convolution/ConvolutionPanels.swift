import Tensors

/// Blocks of outputs that are computed at once, and the blocks of inputs that they see.
struct ConvolutionPanel: Hashable {
  /// The first block of outputs.
  var output: Int
  /// Blocks of outputs, one or two.
  var blocks: Int
  /// The blocks of inputs.
  var inputs: Range<Int>
  /// Where its weights begin, after the biases.
  var weights: Int
}

/// How a convolution's weights are divided and packed: `[panel][input block][tap][inputs of a block][16 · blocks]`.
///
/// Each tile reads a panel's weights once from first to last. Groups of whole blocks have panels of their own; others
/// are packed as a dense convolution with zeros between the groups.
struct ConvolutionPanels {
  let panels: [ConvolutionPanel]
  /// Floats of all biases and weights.
  let weightCount: Int
  /// Floats of the biases, which come first.
  let biasCount: Int
  private let groups: Int
  private let taps: Int
  /// Inputs of a block: 16, or 1 if the input is planar.
  private let lanes: Int

  /// Panels of up to `blocks` blocks.
  init(_ convolution: Convolution, blocks: Int, planar: Bool = false) {
    groups = convolution.groups
    lanes = planar ? 1 : BlockedMaps.lanes
    taps = convolution.window.vertical.kernel * convolution.window.horizontal.kernel
    biasCount = convolution.output.blocks * BlockedMaps.lanes
    let (groupInputs, groupOutputs) = (convolution.groupInputs, convolution.groupOutputs)
    let divides = groups > 1 && groupOutputs % BlockedMaps.lanes == 0
    // Panels stay within a group's outputs where they can.
    let section = groups == 1 || !divides ? convolution.output.blocks : groupOutputs / BlockedMaps.lanes
    let width = groups > 1 && !divides ? 1 : blocks
    var panels: [ConvolutionPanel] = []
    var weights = 0
    for start in stride(from: 0, to: convolution.output.blocks, by: section) {
      for output in stride(from: start, to: start + section, by: width) {
        let count = min(width, start + section - output)
        let lastChannel = min(convolution.output.channels, (output + count) * BlockedMaps.lanes) - 1
        let first = output * BlockedMaps.lanes / groupOutputs * groupInputs
        let last = (lastChannel / groupOutputs + 1) * groupInputs - 1
        let inputs = first / lanes..<last / lanes + 1
        panels.append(ConvolutionPanel(output: output, blocks: count, inputs: inputs, weights: weights))
        weights += inputs.count * taps * lanes * count * BlockedMaps.lanes
      }
    }
    self.panels = panels
    weightCount = biasCount + weights
  }

  /// The most blocks of inputs that a panel sees.
  var inputBlocks: Int { panels.map(\.inputs.count).max() ?? 0 }

  /// The values of a tap of a panel's first input block.
  func taps(of panel: ConvolutionPanel) -> Int { panel.inputs.count * taps }

  /// Packs a worker's share of biases and weights.
  func pack(_ weights: KernelWeights, into target: UnsafeMutablePointer<Float>, loops: Loops, worker: Worker) {
    weights.packBias(into: target, count: biasCount, worker: worker)
    // A block of outputs is the unit, for there may be fewer panels than workers.
    let share = worker.share(of: panels.reduce(0) { $0 + $1.blocks })
    var first = 0
    for panel in panels {
      for block in 0..<panel.blocks where share.contains(first + block) {
        pack(block, of: panel, weights: weights, into: target, loops: loops)
      }
      first += panel.blocks
    }
  }

  /// Packs one of a panel's blocks of outputs.
  private func pack(
    _ block: Int, of panel: ConvolutionPanel, weights: KernelWeights, into target: UnsafeMutablePointer<Float>,
    loops: Loops
  ) {
    let place = target + biasCount + panel.weights + block * BlockedMaps.lanes
    guard groups == 1 else { return packGroups(block, of: panel, weights: weights, into: place) }
    let shared = WeightRows(inputs: weights.requiredWeight.shape[1], taps: taps, lanes: lanes)
    shared.pack(
      panel.output + block, of: weights, into: place, step: panel.blocks * BlockedMaps.lanes, loops: loops)
  }

  /// Packs a block of outputs with zeros for the inputs of other groups.
  private func packGroups(
    _ block: Int, of panel: ConvolutionPanel, weights: KernelWeights, into target: UnsafeMutablePointer<Float>
  ) {
    let groupInputs = weights.requiredWeight.shape[1]
    let groupOutputs = weights.outputs / groups
    let step = panel.blocks * BlockedMaps.lanes
    clearLanes(target, rows: panel.inputs.count * taps * lanes, step: step)
    let firstOutput = (panel.output + block) * BlockedMaps.lanes
    weights.requiredWeight.withUnsafeBufferPointer { source in
      for output in firstOutput..<min(weights.outputs, firstOutput + BlockedMaps.lanes) {
        let scale = weights.scale?[output] ?? 1
        let first = output / groupOutputs * groupInputs - panel.inputs.lowerBound * lanes
        var from = output * groupInputs * taps
        for channel in first..<first + groupInputs {
          for tap in 0..<taps {
            let place = (channel / lanes * taps + tap) * lanes + channel % lanes
            target[place * step + output - firstOutput] = source[from] * scale
            from += 1
          }
        }
      }
    }
  }
}

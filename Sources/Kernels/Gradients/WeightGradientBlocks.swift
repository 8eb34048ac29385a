import Tensors

/// The pairs of a block of outputs and a block of inputs of which some see each other, and where the gradients of their
/// weights lie: packed as sums `[pair][input lane][tap][16 outputs]`, and in the end `[outputs, inputs of a group, taps]`.
struct WeightGradientBlocks {
  /// A block of outputs and one of inputs.
  struct Pair: Hashable {
    var output: Int
    var input: Int
  }

  let pairs: [Pair]
  let taps: Int
  private let groups: Int
  private let inputs: Int
  private let outputs: Int

  init(inputs: Int, outputs: Int, groups: Int, taps: Int) {
    (self.inputs, self.outputs, self.groups, self.taps) = (inputs, outputs, groups, taps)
    let (groupInputs, groupOutputs) = (inputs / groups, outputs / groups)
    pairs = (0..<BlockedMaps.blocks(outputs)).flatMap { block -> [Pair] in
      let last = min(outputs, (block + 1) * BlockedMaps.lanes) - 1
      let first = block * BlockedMaps.lanes / groupOutputs * groupInputs / BlockedMaps.lanes
      let end = ((last / groupOutputs + 1) * groupInputs - 1) / BlockedMaps.lanes
      return (first...end).map { Pair(output: block, input: $0) }
    }
  }

  /// Floats of a pair's sums.
  var pairCount: Int { BlockedMaps.lanes * taps * BlockedMaps.lanes }
  /// Floats of all sums.
  var sumCount: Int { pairs.count * pairCount }
  /// Floats from a lane of the input to the next in the sums.
  var laneStride: Int { taps * BlockedMaps.lanes }

  /// The pairs that are computed at once: two where the inputs alone would not fill the registers.
  var pairsAtOnce: Int { groups == 1 && inputs <= BlockedMaps.lanes / 2 ? 2 : 1 }

  /// The lanes of a pair's input that are channels.
  func lanes(of pair: Pair) -> Int { min(BlockedMaps.lanes, inputs - pair.input * BlockedMaps.lanes) }

  /// Writes a pair's sums to their places in `[outputs, inputs of a group, taps]`.
  func write(_ pair: Pair, sums: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, loops: Loops) {
    let (groupInputs, groupOutputs) = (inputs / groups, outputs / groups)
    let (firstOutput, firstInput) = (pair.output * BlockedMaps.lanes, pair.input * BlockedMaps.lanes)
    let rows = min(BlockedMaps.lanes, outputs - firstOutput)
    let group = firstOutput / groupOutputs
    if group == (firstOutput + rows - 1) / groupOutputs {
      // All outputs see the same inputs.
      let seen = max(firstInput, group * groupInputs)..<min(firstInput + lanes(of: pair), (group + 1) * groupInputs)
      loops.table.unpack(
        sums + (seen.lowerBound - firstInput) * laneStride,
        target + (firstOutput * groupInputs + seen.lowerBound - group * groupInputs) * taps, groupInputs * taps, rows,
        seen.count * taps)
      return
    }
    for output in firstOutput..<firstOutput + rows {
      let first = output / groupOutputs * groupInputs
      let seen = max(firstInput, first)..<max(firstInput, first, min(firstInput + lanes(of: pair), first + groupInputs))
      for input in seen {
        let source = sums + (input - firstInput) * laneStride + output - firstOutput
        let place = target + (output * groupInputs + input - first) * taps
        for tap in 0..<taps { place[tap] = source[tap * BlockedMaps.lanes] }
      }
    }
  }
}

import CKernels
import Tensors

/// Channels of maps or vectors in another order, written to consecutive channels of the output at any offset: a slice, a
/// shuffle, zeros before and after, and the parts of a concatenation.
///
/// Channels of the output that the kernel does not write stay as they are, also within a block of 16. With the last
/// channel the lanes beyond it become finite. The output is not the input.
package struct ChannelMapKernel: Kernel {
  private let input: BlockedMaps
  private let output: BlockedMaps
  /// The blocks of the output that are written.
  private let outputBlocks: Range<Int>
  /// For each of them the block of the input that it is a copy of; −1 where lanes are gathered.
  private let wholeBlocks: [Int]
  /// For each of them and each lane the offset in an image of the input, or what stands for none.
  private let offsets: [Int64]
  private let loops: Loops
  package let name: String

  /// `sources` has for each written channel the input's channel, or nil for zeros; the first one is written to the
  /// output's channel `offset`.
  package init(
    _ name: String, input: BlockedMaps, output: BlockedMaps, sources: [Int?], at offset: Int = 0, loops: Loops
  ) {
    precondition(
      input.images == output.images && input.height == output.height && input.width == output.width,
      "a change of channels keeps the pixels")
    let end = offset + sources.count
    precondition(offset >= 0 && end <= output.channels, "the channels lie in the output")
    (self.name, self.input, self.output, self.loops) = (name, input, output, loops)
    let lanes = BlockedMaps.lanes
    outputBlocks = offset / lanes..<BlockedMaps.blocks(end)
    var (wholeBlocks, offsets) = ([Int](), [Int64]())
    for block in outputBlocks {
      let places = (block * lanes..<(block + 1) * lanes).map { channel -> Int64 in
        guard channel >= offset else { return keptLane }
        guard channel < end else { return end == output.channels ? zeroLane : keptLane }
        guard let source = sources[channel - offset] else { return zeroLane }
        return Int64(source / lanes * input.blockStride + source % lanes)
      }
      let spare = max(0, min(lanes, output.channels - block * lanes))..<lanes
      wholeBlocks.append(Self.wholeBlock(places, spare: spare, of: input))
      offsets += places
    }
    (self.wholeBlocks, self.offsets) = (wholeBlocks, offsets)
  }

  /// Consecutive channels of the input.
  package static func slice(
    _ channels: Range<Int>, input: BlockedMaps, output: BlockedMaps, at offset: Int = 0, loops: Loops
  ) -> ChannelMapKernel {
    ChannelMapKernel("channel slice", input: input, output: output, sources: Array(channels), at: offset, loops: loops)
  }

  /// All channels of the input, as a part of a concatenation.
  package static func copy(input: BlockedMaps, output: BlockedMaps, at offset: Int = 0, loops: Loops) -> Self {
    ChannelMapKernel(
      "copy", input: input, output: output, sources: Array(0..<input.channels), at: offset, loops: loops)
  }

  /// Groups of channels interleaved: channel `g·(C / groups) + i` becomes channel `i·groups + g`.
  package static func shuffle(groups: Int, input: BlockedMaps, output: BlockedMaps, loops: Loops) -> ChannelMapKernel {
    let perGroup = input.channels / groups
    let sources = (0..<input.channels).map { $0 % groups * perGroup + $0 / groups }
    return ChannelMapKernel("channel shuffle", input: input, output: output, sources: sources, loops: loops)
  }

  /// Zero channels before and after.
  package static func pad(before: Int, after: Int, input: BlockedMaps, output: BlockedMaps, loops: Loops) -> Self {
    let sources = (-before..<input.channels + after).map { 0..<input.channels ~= $0 ? $0 : nil }
    return ChannelMapKernel("channel padding", input: input, output: output, sources: sources, loops: loops)
  }

  /// The input's block whose lanes are those of a block of the output, spare lanes for spare lanes.
  private static func wholeBlock(_ places: [Int64], spare: Range<Int>, of input: BlockedMaps) -> Int {
    guard places[0] >= 0, places[0] % Int64(input.blockStride) == 0 else { return -1 }
    let block = Int(places[0]) / input.blockStride
    let isCopy = places.indices.allSatisfy { lane in
      block * BlockedMaps.lanes + lane < input.channels
        ? places[lane] == places[0] + Int64(lane) : spare.contains(lane)
    }
    return isCopy ? block : -1
  }

  package func run(phase: Int, memory: KernelMemory, worker: Worker) {
    offsets.withUnsafeBufferPointer { offsets in
      guard let offsets = offsets.baseAddress else { return }
      output.forEachRun(of: worker) { image, rows in
        let (first, count) = (rows.lowerBound * output.width, rows.count * output.width)
        for (index, block) in outputBlocks.enumerated() {
          let target = memory.output + output.offset(image: image, block: block, pixel: first)
          if wholeBlocks[index] >= 0 {
            let source = memory.input + input.offset(image: image, block: wholeBlocks[index], pixel: first)
            target.update(from: source, count: count * BlockedMaps.lanes)
          } else {
            let source = memory.input + input.offset(image: image, block: 0, pixel: first)
            loops.table.gather(
              source, BlockedMaps.lanes, offsets + index * BlockedMaps.lanes, target, BlockedMaps.lanes, count)
          }
        }
      }
    }
  }
}

/// In place of a lane's offset: zero.
let zeroLane: Int64 = -1
/// In place of a lane's offset: the lane of the target stays.
let keptLane: Int64 = -2

extension Operations.ChannelSlice: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    ChannelMapKernel.slice(channels, input: place.input, output: place.output, loops: place.loops)
  }
}

extension Operations.ChannelShuffle: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    ChannelMapKernel.shuffle(groups: groups, input: place.input, output: place.output, loops: place.loops)
  }
}

extension Operations.PadChannels: KernelOperation {
  package func kernel(at place: KernelPlace) -> (any Kernel)? {
    ChannelMapKernel.pad(
      before: before, after: after, input: place.input, output: place.output, loops: place.loops)
  }
}

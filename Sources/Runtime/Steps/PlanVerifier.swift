import Kernels
import Tensors

/// Runs a plan on paper: which value every piece of the arena holds before and after each step.
///
/// A fault is a step that reads what another value has overwritten or nobody has written, or writes where it reads. It
/// would be the planner's mistake, never the user's.
struct PlanVerifier {
  /// What a vector's place in the arena holds.
  private enum Content: Equatable {
    case nothing
    /// A part of the value whose buffer it is.
    case value(Computation.Value)
    case scratch(step: Int)
  }

  private let drafts: [StepDraft]
  private let placement: Placement
  private let rounds: Rounds
  /// The buffers that each round uses anew.
  private let roundLocal: Set<Computation.Value>
  private let offsets: [Computation.Value: Int]
  private let scratch: [Int: Range<Int>]
  private var contents: [Content]
  private(set) var faults: [String] = []

  init(
    _ drafts: [StepDraft], placement: Placement, rounds: Rounds, buffers: [PlannedBuffer], arenaCount: Int
  ) {
    (self.drafts, self.placement, self.rounds) = (drafts, placement, rounds)
    roundLocal = Set(buffers.filter { rounds.holds($0.lifetime) }.compactMap(\.value))
    var offsets: [Computation.Value: Int] = [:]
    var scratch: [Int: Range<Int>] = [:]
    for buffer in buffers {
      if let value = buffer.value {
        offsets[value] = buffer.offset
      } else {
        scratch[buffer.lifetime.lowerBound] = buffer.offset..<buffer.offset + buffer.count
      }
    }
    (self.offsets, self.scratch) = (offsets, scratch)
    contents = Array(repeating: .nothing, count: (arenaCount + BlockedMaps.lanes - 1) / BlockedMaps.lanes)
    for round in 0..<rounds.count {
      forgetRoundLocal()
      for index in drafts.indices.prefix(rounds.steps) { run(index, images: images(of: round)) }
    }
    for index in drafts.indices.dropFirst(rounds.steps) { run(index, images: nil) }
  }

  /// The images of a round.
  private func images(of round: Int) -> Range<Int> {
    round * rounds.images..<(round + 1) * rounds.images
  }

  /// What a round has left behind is nothing that the next may read.
  private mutating func forgetRoundLocal() {
    for index in contents.indices {
      if case .value(let root) = contents[index], roundLocal.contains(root) { contents[index] = .nothing }
    }
  }

  /// Runs a step, for some of the images or for all.
  private mutating func run(_ index: Int, images: Range<Int>?) {
    let draft = drafts[index]
    let reads = draft.reads.compactMap(\.value)
    for value in reads { check(value, images, readBy: index) }
    let scratch = scratch[index].map { [units($0)] } ?? []
    let writes = draft.writes.map { write in
      write.operand.value.map { places(of: $0, images, channels: write.channels) } ?? []
    }
    let written = writes.flatMap { $0 }
    for value in reads where overlap(places(of: value, images), written + scratch) {
      faults.append("step \(index) (\(draft.kernel.name)) writes where it reads value \(value.index)")
    }
    for (number, places) in writes.enumerated()
    where writes.dropFirst(number + 1).contains(where: { overlap($0, places) }) {
      faults.append("step \(index) (\(draft.kernel.name)) writes twice to the same place")
    }
    if overlap(written, scratch) {
      faults.append("step \(index) (\(draft.kernel.name)) writes to its own scratch memory")
    }
    fill(scratch, with: .scratch(step: index), by: index)
    for (write, places) in zip(draft.writes, writes) {
      guard let value = write.operand.value else { continue }
      fill(places, with: .value(placement.slot(of: value).root), by: index)
    }
  }

  private mutating func check(_ value: Computation.Value, _ images: Range<Int>?, readBy index: Int) {
    let root = placement.slot(of: value).root
    for range in places(of: value, images) {
      guard range.upperBound <= contents.count else {
        faults.append("step \(index) reads value \(value.index) behind the end of the arena")
        return
      }
      if let wrong = contents[range].first(where: { $0 != .value(root) }) {
        let name = drafts[index].kernel.name
        faults.append("step \(index) (\(name)) reads value \(value.index) where there is \(wrong)")
        return
      }
    }
  }

  private mutating func fill(_ ranges: [Range<Int>], with content: Content, by index: Int) {
    for range in ranges {
      guard range.upperBound <= contents.count else {
        faults.append("step \(index) (\(drafts[index].kernel.name)) writes behind the end of the arena")
        return
      }
      for unit in range { contents[unit] = content }
    }
  }

  /// The vectors that a value takes up for some images or all, or some of its channels, a range for each image.
  private func places(
    of value: Computation.Value, _ images: Range<Int>?, channels: Range<Int>? = nil
  ) -> [Range<Int>] {
    let slot = placement.slot(of: value)
    let start = (offsets[slot.root] ?? 0) + slot.offset
    let first = (channels?.lowerBound ?? 0) / BlockedMaps.lanes
    let last = channels.map { BlockedMaps.blocks($0.upperBound) } ?? slot.maps.blocks
    var images = images ?? 0..<slot.maps.images
    if roundLocal.contains(slot.root) { images = 0..<rounds.images }
    return images.map { image in
      let image = start + image * slot.maps.imageStride
      return units(image + first * slot.maps.blockStride..<image + last * slot.maps.blockStride)
    }
  }

  private func units(_ floats: Range<Int>) -> Range<Int> {
    let lanes = BlockedMaps.lanes
    return floats.lowerBound / lanes..<(floats.upperBound + lanes - 1) / lanes
  }

  private func overlap(_ first: [Range<Int>], _ second: [Range<Int>]) -> Bool {
    first.contains { range in second.contains { $0.overlaps(range) } }
  }
}

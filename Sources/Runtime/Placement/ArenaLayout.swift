import Kernels
import Tensors

/// Where buffers lie in one region of memory, such that no two that are alive at once overlap.
///
/// Greedy by size, as in Pisarchyk and Lee 2020, "Efficient memory management for deep neural net inference",
/// arXiv:2001.03288: the largest buffer first, each in the lowest gap between those alive at the same time.
struct ArenaLayout: Sendable {
  /// A buffer with the steps during which it holds something.
  struct Buffer: Hashable, Sendable {
    /// Floats.
    var count: Int
    var lifetime: ClosedRange<Int>
  }

  /// Floats from the region's start to each buffer, multiples of 16: the lanes of a vector.
  private(set) var offsets: [Int]
  /// Floats of the region.
  private(set) var count = 0

  init(_ buffers: [Buffer]) {
    offsets = Array(repeating: 0, count: buffers.count)
    var placed: [Int] = []
    let order = buffers.indices.sorted { (buffers[$1].count, $0) < (buffers[$0].count, $1) }
    for index in order {
      let length = Self.rounded(buffers[index].count)
      var offset = 0
      // In the order of their offsets, so that the first gap that is wide enough is the lowest.
      for other in placed where buffers[other].lifetime.overlaps(buffers[index].lifetime) {
        if offset.saturatingAdded(length) <= offsets[other] { break }
        offset = max(offset, offsets[other].saturatingAdded(Self.rounded(buffers[other].count)))
      }
      offsets[index] = offset
      count = max(count, offset.saturatingAdded(length))
      let position = placed.firstIndex { offsets[$0] > offset } ?? placed.count
      placed.insert(index, at: position)
    }
  }

  private static func rounded(_ count: Int) -> Int { BlockedMaps.roundedToLanes(count) }
}

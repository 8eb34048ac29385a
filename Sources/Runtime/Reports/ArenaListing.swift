import Tensors

/// A stretch of a plan's arena as a listing shows it.
package struct PlannedMemory: Sendable {
  /// The steps that write there while the stretch holds one value; the last of them names the value. Empty for memory
  /// that a step needs while it runs.
  package var writers: [Int]
  /// Bytes from the arena's start.
  package var offset: Int
  package var bytes: Int
  /// The steps during which it holds something.
  package var lifetime: ClosedRange<Int>
}

extension ExecutionPlan {
  /// The buffers of the arena in the order of their places, then of their times.
  package var arenaListing: [PlannedMemory] {
    let size = MemoryLayout<Float>.stride
    return layout.buffers.map { buffer in
      let range = buffer.offset..<buffer.offset + max(1, buffer.count)
      let writers =
        buffer.value == nil
        ? []
        : buffer.lifetime.filter { index in
          steps[index].writes.contains { write in
            if case .arena(let offset) = write.location { range.contains(offset) } else { false }
          }
        }
      return PlannedMemory(
        writers: writers, offset: buffer.offset * size, bytes: buffer.count * size, lifetime: buffer.lifetime)
    }.sorted { ($0.offset, $0.lifetime.lowerBound, $0.bytes) < ($1.offset, $1.lifetime.lowerBound, $1.bytes) }
  }
}

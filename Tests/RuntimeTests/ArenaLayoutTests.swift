import Testing

@testable import Runtime

@Suite("The arena")
struct ArenaLayoutTests {
  @Test(arguments: 0..<40)
  func buffersAliveAtOnceDoNotOverlap(seed: Int) {
    var generator = SplitMix(state: UInt64(seed))
    let buffers = (0..<40).map { _ in
      let first = Int.random(in: 0..<30, using: &generator)
      let last = first + Int.random(in: 0..<8, using: &generator)
      return ArenaLayout.Buffer(count: Int.random(in: 1...500, using: &generator), lifetime: first...last)
    }
    let layout = ArenaLayout(buffers)
    for (index, buffer) in buffers.enumerated() {
      #expect(layout.offsets[index].isMultiple(of: 16))
      #expect(layout.offsets[index] + buffer.count <= layout.count)
      for other in buffers.indices.dropFirst(index + 1) where buffers[other].lifetime.overlaps(buffer.lifetime) {
        let (start, otherStart) = (layout.offsets[index], layout.offsets[other])
        #expect(start + buffer.count <= otherStart || otherStart + buffers[other].count <= start)
      }
    }
    #expect(layout.count <= buffers.map { ($0.count + 15) / 16 * 16 }.reduce(0, +))
  }

  @Test func aChainTakesTwoBuffers() {
    let buffers = (0..<10).map { ArenaLayout.Buffer(count: 160, lifetime: $0...$0 + 1) }
    #expect(ArenaLayout(buffers).count == 320)
  }

  @Test func nothingTakesNothing() { #expect(ArenaLayout([]).count == 0) }
}

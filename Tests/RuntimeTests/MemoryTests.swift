import Tensors
import Testing

@testable import Runtime

@Suite("Memory that is refused")
struct MemoryTests {
  @Test func isAnErrorThatSaysTheBytes() {
    #expect(throws: AllocationError(bytes: .max)) { try MemoryRegion(count: .max) }
    #expect(throws: AllocationError(bytes: 4 << 50)) { try MemoryRegion(count: 1 << 50) }
    #expect(throws: AllocationError(bytes: .max)) { try SystemMemory.require(floats: .max, .max) }
    #expect(throws: AllocationError.self) { try Session(StepTable([]), arenaCount: 1 << 50, threads: 1) }
    #expect(throws: AllocationError.self) { try PlanNumbers(stateCount: 1 << 50) }
    #expect(AllocationError(bytes: 4 << 50).description.contains("4503599627370496 bytes"))
    let error = PlanError.outOfMemory("the arena", largest: "conv1", AllocationError(bytes: 64))
    #expect(
      error.description == "there is no memory of 64 bytes for the arena of the plan, of which 'conv1' needs most")
  }

  /// Sizes that no arena has stay the largest number.
  @Test func layoutsSaturate() {
    let buffer = ArenaLayout.Buffer(count: .max - 3, lifetime: 0...1)
    #expect(ArenaLayout([buffer, buffer, ArenaLayout.Buffer(count: 5, lifetime: 1...2)]).count == .max)
  }
}

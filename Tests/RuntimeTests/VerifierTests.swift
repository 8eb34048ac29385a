import Kernels
import Tensors
import Testing

@testable import Runtime

/// The verifier on plans that are right, and on the same with a mistake put in.
@Suite("The plan verifier")
struct VerifierTests {
  private func parts(seed: UInt64) throws -> (builder: StepBuilder, layout: StepLayout) {
    var graph = FusedGraph(RandomNetwork.computation(seed: seed, length: 16).forInference())
    for pass in FusedGraph.passes(fuses: true) { pass.run(&graph) }
    let placement = Placement(graph, sharesSlices: true)
    let loops = try #require(InstructionSet.portable.loops)
    let builder = StepBuilder(graph, placement: placement, loops: loops, options: PlanOptions())
    let layout = StepLayout(builder.drafts, graph: graph, placement: placement, rounds: builder.rounds, threads: 2)
    return (builder, layout)
  }

  @Test(arguments: 100..<140)
  func findsEveryBufferThatMovesOntoAnother(seed: Int) throws {
    let (builder, layout) = try parts(seed: UInt64(seed))
    #expect(builder.faults(in: layout).isEmpty)
    for index in layout.buffers.indices {
      guard isOneValue(layout.buffers[index], builder) else { continue }
      let others = layout.buffers.indices.filter {
        $0 != index && isOneValue(layout.buffers[$0], builder)
          && layout.buffers[$0].lifetime.overlaps(layout.buffers[index].lifetime)
      }
      for other in others {
        var buffers = layout.buffers
        buffers[index].offset = buffers[other].offset
        let verifier = PlanVerifier(
          builder.drafts, placement: builder.placement, rounds: builder.rounds, buffers: buffers,
          arenaCount: 2 * layout.arenaCount + 4096)
        #expect(!verifier.faults.isEmpty, "buffer \(index) on buffer \(other)")
      }
    }
  }

  /// Whether the first step of a buffer's life writes all of it and the last reads all of it. Of others there may be
  /// parts that another can overwrite without harm.
  private func isOneValue(_ buffer: PlannedBuffer, _ builder: StepBuilder) -> Bool {
    guard let root = buffer.value else { return true }
    let whole = builder.placement.slot(of: root)
    let (first, last) = (builder.drafts[buffer.lifetime.lowerBound], builder.drafts[buffer.lifetime.upperBound])
    func isWhole(_ value: Computation.Value) -> Bool {
      let slot = builder.placement.slot(of: value)
      return slot.root == root && slot.offset == whole.offset && slot.maps.channels == whole.maps.channels
    }
    guard let write = first.writes.first, first.writes.count == 1 else { return false }
    return write.operand.value.map(isWhole) ?? false && write.channels == nil
      && last.reads.compactMap(\.value).contains(where: isWhole)
  }

  @Test func findsAnArenaThatIsTooSmall() throws {
    let (builder, layout) = try parts(seed: 3)
    let verifier = PlanVerifier(
      builder.drafts, placement: builder.placement, rounds: builder.rounds, buffers: layout.buffers,
      arenaCount: layout.arenaCount - 16)
    #expect(!verifier.faults.isEmpty)
  }
}

import Kernels
import Tensors
import Testing

@testable import Runtime

/// The verifier on plans that are right, and on the same with a mistake put in.
@Suite("The plan verifier")
struct VerifierTests {
  private func parts(seed: UInt64) throws -> (builder: StepBuilder, layout: StepLayout) {
    var graph = FusedGraph(RandomNetwork.computation(seed: seed, length: 16))
    graph.lower()
    graph.fuse()
    let placement = Placement(graph, sharesSlices: true)
    let loops = try #require(InstructionSet.portable.loops)
    let builder = StepBuilder(graph, placement: placement, loops: loops, options: PlanOptions())
    let layout = StepLayout(builder.drafts, graph: graph, placement: placement, threads: 2)
    return (builder, layout)
  }

  @Test(arguments: 100..<140)
  func findsEveryBufferThatMovesOntoAnother(seed: Int) throws {
    let (builder, layout) = try parts(seed: UInt64(seed))
    #expect(builder.faults(in: layout).isEmpty)
    for index in layout.buffers.indices {
      let others = layout.buffers.indices.filter {
        $0 != index && layout.buffers[$0].lifetime.overlaps(layout.buffers[index].lifetime)
      }
      for other in others {
        var buffers = layout.buffers
        buffers[index].offset = buffers[other].offset
        let verifier = PlanVerifier(
          builder.drafts, placement: builder.placement, buffers: buffers, arenaCount: 2 * layout.arenaCount + 4096)
        #expect(!verifier.faults.isEmpty, "buffer \(index) on buffer \(other)")
      }
    }
  }

  @Test func findsAnArenaThatIsTooSmall() throws {
    let (builder, layout) = try parts(seed: 3)
    let verifier = PlanVerifier(
      builder.drafts, placement: builder.placement, buffers: layout.buffers, arenaCount: layout.arenaCount - 16)
    #expect(!verifier.faults.isEmpty)
  }
}

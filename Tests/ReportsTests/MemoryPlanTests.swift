import GraphIR
import Reports
import Shapes
import Testing

/// Peaks worked out by hand; elements have 4 bytes.
@Suite struct MemoryPlanTests {
  private func plan(_ layers: String, input: String = "{channels: 1, size: 4}", more: String = "") throws -> MemoryPlan
  {
    try #require(MemoryPlan(try Built.text(spec(layers, input: input, more: more)).required()))
  }

  @Test func aChainHoldsInputAndOutput() throws {
    // Input 16; conv 2×4×4 = 32; conv 3×4×4 = 48: 16 + 32, then 32 + 48.
    let plan = try plan(
      """
        - conv: {out: 2, kernel: 1}
        - conv: {out: 3, kernel: 1}
      """)
    #expect(plan.bytesHeld == [48 * 4, 80 * 4])
    #expect(plan.peakBytes == 320)
    #expect(plan.peakNode == 1)
  }

  @Test func activationsAndNormsWriteInPlace() throws {
    let plan = try plan("  - conv: {out: 2, kernel: 1}\n  - batch_norm\n  - relu\n  - max_pool: {kernel: 2}")
    #expect(plan.bytesHeld == [48 * 4, 32 * 4, 32 * 4, 40 * 4])
  }

  @Test func theCallersInputIsNotOverwritten() throws {
    let plan = try plan("  - relu\n  - relu")
    #expect(plan.bytesHeld == [32 * 4, 16 * 4])
  }

  @Test func aValueNeededLaterIsNotOverwritten() throws {
    // The residual holds the input of its body: conv 16, relu beside it 16; the sum goes where nobody reads any more.
    let plan = try plan("  - conv: {out: 1, kernel: 1}\n  - residual: [relu]\n  - relu")
    #expect(plan.bytesHeld == [32 * 4, 32 * 4, 32 * 4, 16 * 4])
  }

  @Test func viewsCostNothing() throws {
    let plan = try plan("  - conv: {out: 2, kernel: 1}\n  - dropout: {rate: 0.5}\n  - flatten\n  - linear: {out: 5}")
    #expect(plan.bytesHeld == [48 * 4, 32 * 4, 32 * 4, 37 * 4])
  }

  @Test func branchesAndTheirConcatenation() throws {
    // x 16; a 16, b 32 beside x; the concatenation copies both while they are held: 16 + 32 + 48.
    let plan = try plan(
      """
        - conv: {out: 1, kernel: 1}
        - branches: {a: {conv: {out: 1, kernel: 1}}, b: {conv: {out: 2, kernel: 1}}}
          join: concat
      """)
    #expect(plan.bytesHeld == [32 * 4, 32 * 4, 64 * 4, 96 * 4])
  }

  @Test func aBroadcastFactorIsNoPlaceForTheProduct() throws {
    // x 32; the gate makes 2 values; the product goes into x.
    let plan = try plan("  - conv: {out: 2, kernel: 1}\n  - gate: [global_avg_pool, sigmoid]")
    #expect(plan.bytesHeld == [48 * 4, 34 * 4, 34 * 4, 34 * 4])
  }

  @Test func outputsStay() throws {
    let layers = "  - {name: a, conv: {out: 1, kernel: 1}}\n  - relu\n  - {name: b, global_avg_pool}"
    let plan = try plan(layers, more: "outputs: {early: a, late: b}")
    #expect(plan.bytesHeld == [32 * 4, 32 * 4, 33 * 4])
  }

  @Test func headsDoNotCount() throws {
    let head = "aux:\n  h: {from: a, weight: 0.3, conv: {out: 99, kernel: 1}}"
    let plan = try plan("  - {name: a, conv: {out: 1, kernel: 1}}\n  - relu", more: head)
    #expect(plan.bytesHeld == [32 * 4, 16 * 4])
  }

  @Test func openSizesHaveNoPlan() throws {
    var options = BuildOptions()
    options.input = .maps(1, .symbol("H"), .symbol("W"))
    let graph = try Built.text(spec("  - relu"), options: options).required()
    #expect(MemoryPlan(graph) == nil)
  }

  @Test func resNet50() throws {
    // At the projection of layer1.0: the block's input 64×56×56, the body's and the projection's 256×56×56.
    let graph = try Built.spec("resnet50").required()
    let plan = try #require(MemoryPlan(graph))
    #expect(plan.peakBytes == (64 + 256 + 256) * 56 * 56 * 4)
    #expect(plan.peakNode.map { graph.nodes[$0].path } == "layer1.0.downsample.0")
  }
}

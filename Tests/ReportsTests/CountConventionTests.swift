import GraphIR
import Reports
import Testing

/// What the tools themselves print for torchvision's models, beside what cnnc counts in their name.
@Suite struct CountConventionTests {
  @Test func resNet50() throws {
    let graph = try Built.spec("resnet50").required()
    #expect(CountConvention.cnnc.total(graph) == 4_089_184_256)
    #expect(CountConvention.torch.total(graph) == 8_178_368_512)
    #expect(CountConvention.torchinfo.total(graph) == 4_089_238_376)
    #expect(CountConvention.fvcore.total(graph) == 4_111_512_576)
    #expect(CountConvention.ptflops.total(graph) == 4_132_436_968)
    #expect(CountConvention.thop.total(graph) == 4_133_742_592)
  }
}

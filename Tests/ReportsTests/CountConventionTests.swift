import GraphIR
import Reports
import Shapes
import Testing

/// What the tools themselves print, beside what cnnc counts in their name.
///
/// The figures were recorded with torch 2.15, torchvision 0.29.2, torchinfo 1.8.0, fvcore 0.1.5, ptflops 0.7.5 (backend
/// pytorch) and thop 0.1.1, batch 1, in evaluation mode.
@Suite struct CountConventionTests {
  /// A network with what each tool prints for it.
  struct Network: CustomTestStringConvertible {
    var spec: String
    var variant: String?
    var macs: Int
    var torch: Int
    var torchinfo: Int
    var fvcore: Int
    var ptflops: Int
    var thop: Int

    var testDescription: String { variant ?? spec }
  }

  /// ptflops and thop count a module otherwise than a call of its function; where torchvision calls functions (the
  /// activations and pools of the last two), their figures are those of the same network made of modules.
  static let networks = [
    Network(
      spec: "resnet50", macs: 4_089_184_256, torch: 8_178_368_512, torchinfo: 4_089_238_376, fvcore: 4_111_512_576,
      ptflops: 4_132_436_968, thop: 4_133_742_592),
    Network(
      spec: "alexnet", macs: 714_188_480, torch: 1_428_376_960, torchinfo: 714_682_664, fvcore: 714_197_696,
      ptflops: 716_441_128, thop: 714_206_912),
    Network(
      spec: "vgg16", macs: 15_470_264_320, torch: 30_940_528_640, torchinfo: 15_483_821_032, fvcore: 15_470_289_408,
      ptflops: 15_523_225_576, thop: 15_470_314_496),
    Network(
      spec: "vgg16", variant: "vgg16_bn", macs: 15_470_264_320, torch: 30_940_528_640, torchinfo: 15_483_829_480,
      fvcore: 15_497_384_448, ptflops: 15_550_320_616, thop: 15_524_504_576),
    Network(
      spec: "efficientnet", macs: 385_814_752, torch: 771_629_504, torchinfo: 385_867_108, fvcore: 401_659_392,
      ptflops: 410_196_896, thop: 415_145_024),
    Network(
      spec: "densenet121", macs: 2_834_161_664, torch: 5_668_323_328, torchinfo: 2_834_246_312, fvcore: 2_865_546_752,
      ptflops: 2_899_943_400, thop: 2_897_058_304),
    Network(
      spec: "mobilenet_v1", macs: 568_740_352, torch: 1_137_480_704, torchinfo: 568_763_240, fvcore: 578_875_904,
      ptflops: 583_969_768, thop: 588_962_304),
  ]

  /// fvcore knows the operators of maps; those of signals and volumes count nothing.
  @Test(
    arguments: [
      ("global_avg_pool", "channels: 4, length: 37", 0),
      ("upsample: {by: 2, mode: linear}", "channels: 4, length: 37", 0),
      ("adaptive_avg_pool: {size: 3}", "channels: 4, depth: 5, size: 9", 0),
      ("upsample: {by: 2, mode: trilinear}", "channels: 4, depth: 5, size: 9", 0),
      ("global_avg_pool", "channels: 4, size: 9", 324),
      ("upsample: {by: 2, mode: bilinear}", "channels: 4, size: 9", 5184),
    ])
  func fvcoreOfSignalsAndVolumes(layer: String, input: String, expected: Int) throws {
    let graph = try Built.text("cnnc: 1\ninput: {\(input)}\nlayers:\n  - \(layer)\n").required()
    #expect(CountConvention.fvcore.total(graph) == .known(expected))
  }

  @Test(arguments: networks) func network(_ expected: Network) throws {
    let graph = try Built.spec(expected.spec, variant: expected.variant).required()
    #expect(CountConvention.cnnc.total(graph) == .known(expected.macs))
    #expect(CountConvention.torch.total(graph) == .known(expected.torch))
    #expect(CountConvention.torchinfo.total(graph) == .known(expected.torchinfo))
    #expect(CountConvention.fvcore.total(graph) == .known(expected.fvcore))
    #expect(CountConvention.ptflops.total(graph) == .known(expected.ptflops))
    #expect(CountConvention.thop.total(graph) == .known(expected.thop))
  }

  /// GoogLeNet's activations are functions in torchvision, which ptflops counts once; the others do not see a difference.
  @Test func functionsInPlaceOfModules() throws {
    let graph = try Built.spec("googlenet").required()
    #expect(CountConvention.torch.total(graph) == 2_996_752_384)
    #expect(CountConvention.torchinfo.total(graph) == 1_498_391_752)
    #expect(CountConvention.fvcore.total(graph) == 1_504_878_688)
    #expect(CountConvention.thop.total(graph) == 1_511_332_032)
    let activations = graph.mainNodes.filter { $0.keyword == "relu" }.compactMap { $0.output.elements.value }.reduce(
      0, +)
    #expect(CountConvention.ptflops.total(graph) == .known(1_513_907_448 + activations))
  }

  @Test func headsDoNotCount() throws {
    let graph = try Built.spec("googlenet").required()
    for convention in CountConvention.allCases {
      let main = graph.mainNodes.compactMap { convention.count($0, in: graph).value }.reduce(0, +)
      #expect(convention.total(graph).value == main)
      #expect(!convention.explanation.contains("\n") && convention.explanation.count <= 90)
    }
  }
}

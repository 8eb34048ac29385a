import GraphIR
import Testing

/// The figures that the zoo must have, said once more apart from the specs.
@Suite("Figures of the zoo") struct FigureTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var parameters: Int
    var macs: Int?
    /// With the heads that exist in training only.
    var withHeads: Int?

    init(_ name: String, _ parameters: Int, _ macs: Int?, withHeads: Int? = nil) {
      self.name = name
      self.parameters = parameters
      self.macs = macs
      self.withHeads = withHeads
    }

    var testDescription: String { name }
  }

  /// By the name of the spec or of its variant.
  static let rows: [Row] = [
    Row("lenet5_1998", 60_000, 325_680),
    Row("lenet5", 61_706, 416_520),
    Row("fashion_cnn", 1_413_834, 89_466_496),
    Row("alexnet_2012", 60_965_224, 724_406_816),
    Row("alexnet_single", 62_378_344, 1_135_256_096),
    Row("alexnet_224", 50_844_008, 1_009_945_728),
    Row("alexnet_gray", 46_764_746, 938_146_176),
    Row("alexnet_half", 16_630_440, 311_191_824),
    Row("alexnet", 61_100_840, 714_188_480),
    Row("vgg11", 132_863_336, 7_609_090_048),
    Row("vgg13", 133_047_848, 11_308_466_176),
    Row("vgg16", 138_357_544, 15_470_264_320),
    Row("vgg19", 143_667_240, 19_632_062_464),
    Row("vgg16_bn", 138_365_992, 15_470_264_320),
    Row("nin", 1_992_166, 762_297_352),
    Row("nin_fashion", 1_992_166, 107_999_560),
    Row("inception_naive", 387_296, 303_464_448),
    Row("googlenet_2014", 6_998_552, 1_582_671_872, withHeads: 13_378_280),
    Row("googlenet", 6_624_904, 1_498_376_192, withHeads: 13_004_888),
    Row("inception_v2", 11_295_240, 2_032_600_064),
    Row("inception_v3", 23_834_568, 5_713_216_096, withHeads: 27_161_264),
    Row("inception_v4", 42_679_816, 12_253_974_624),
    Row("inception_resnet_v1", 22_756_328, 6_206_361_696),
    Row("inception_resnet_v2", 55_843_464, 13_155_794_016),
    Row("plain18", 11_515_688, 1_794_805_760),
    // ResNet-34's less its projections: 173,824 parameters and 19,267,584 MACs.
    Row("plain34", 21_623_848, 3_644_493_824),
    Row("resnet18", 11_689_512, 1_814_073_344),
    // ResNet-18's convolutions on 9/49 of the pixels, and a linear layer of 10 classes.
    Row("resnet18_fashion", 11_181_642, 333_108_224),
    Row("resnet34", 21_797_672, 3_663_761_408),
    Row("resnet50", 25_557_032, 4_089_184_256),
    Row("v1", 25_557_032, 3_857_973_248),
    Row("resnet101", 44_549_160, 7_801_405_440),
    Row("resnet152", 60_192_808, 11_513_626_624),
    Row("resnext50_32x4d", 25_028_904, 4_230_479_872),
    Row("resnet34_keras", 21_289_802, 3_663_254_528),
    Row("resnet1001", 10_327_706, 1_490_995_712),
    Row("densenet121", 7_978_856, 2_834_161_664),
    Row("densenet169", 14_149_480, 3_359_843_328),
    Row("mobilenet_v1", 4_231_976, 568_740_352),
    Row("xception", 22_855_952, 8_357_403_496),
    Row("seresnet50", 28_088_024, 4_091_699_200),
    Row("cspresnet50", 21_616_168, 4_517_240_832),
    Row("efficientnet", 5_288_548, 385_814_752),
    Row("b0", 5_288_548, 385_814_752),
    Row("b1", 7_794_184, 686_802_832),
    Row("b2", 9_109_994, 1_087_529_456),
    Row("b3", 12_233_232, 1_827_141_392),
    Row("b4", 19_341_616, 4_393_771_024),
    Row("b5", 30_389_784, 10_266_384_752),
    Row("b6", 43_040_704, 19_067_593_536),
    Row("b7", 66_347_960, 37_745_884_192),
    Row("efficientnet_lite0", 4_652_008, 385_187_552),
    Row("efficientnet_lite0_timm", 4_652_008, 385_187_552),
    Row("vgg19_bn", 143_678_248, 19_632_062_464),
    Row("resnext101_32x8d", 88_791_336, 16_414_015_488),
    Row("resnext101_64x4d", 83_455_272, 15_460_270_080),
    Row("wide_resnet50_2", 68_883_240, 11_398_021_120),
    Row("wide_resnet101_2", 126_886_696, 22_753_050_624),
    Row("densenet201", 20_013_928, 4_291_365_888),
    Row("cspdarknet53", 27_642_184, 6_533_652_480),
    Row("deeplabv3_resnet50", 39_638_869, 10_224_205_824, withHeads: 42_004_074),
    Row("dla34", 15_742_104, 3_060_043_776),
    Row("efficientnet_v2", 21_458_488, 8_365_617_152),
    Row("efficientnet_v2_s", 21_458_488, 8_365_617_152),
    Row("efficientnet_v2_m", 54_139_356, 24_582_460_384),
    Row("efficientnet_v2_l", 118_515_272, 56_079_699_008),
    Row("espcn", 22_729, 23_166_976),
    Row("fcn_resnet50", 32_957_013, 8_647_999_488, withHeads: 35_322_218),
    Row("ghostnet", 5_182_508, 141_150_512),
    Row("hrnet_w18_small", 13_187_464, 1_601_508_352),
    Row("lraspp", 3_221_538, 124_944_768),
    Row("mnasnet", 4_383_312, 314_415_872),
    Row("mnasnet0_5", 2_218_512, 104_455_968),
    Row("mnasnet0_75", 3_170_208, 215_493_104),
    Row("mnasnet1_3", 6_282_256, 526_362_432),
    Row("mobilenet_v2", 3_504_872, 300_774_272),
    Row("mobilenet_v2_140", 6_108_776, 582_195_824),
    Row("mobilenet_v3", 5_483_032, 216_589_760),
    Row("mobilenet_v3_large", 5_483_032, 216_589_760),
    Row("mobilenet_v3_small", 2_542_856, 56_510_400),
    Row("regnet", 5_157_512, 397_677_568),
    Row("regnetx_032", 15_296_552, 3_176_621_952),
    Row("regnety_004", 4_344_144, 401_842_848),
    Row("regnety_032", 19_436_338, 3_176_482_752),
    Row("repvgg", 9_108_968, 1_512_581_120),
    Row("repvgg_b1g4", 39_966_056, 8_118_517_760),
    Row("res2net50", 25_699_120, 4_255_166_464),
    Row("resnet20_cifar", 269_722, 40_551_040),
    Row("resnet32_cifar", 464_154, 68_862_592),
    Row("resnet44_cifar", 658_586, 97_174_144),
    Row("resnet56_cifar", 853_018, 125_485_696),
    Row("resnet110_cifar", 1_727_962, 252_887_680),
    Row("shufflenet_v2", 2_278_604, 144_907_992),
    Row("shufflenet_v2_x0_5", 1_366_792, 40_476_448),
    Row("shufflenet_v2_x1_5", 3_503_624, 295_759_392),
    Row("shufflenet_v2_x2_0", 7_393_996, 583_253_464),
    Row("siamese", 38_951_745, 1_817_251_840),
    Row("squeezenet1_1", 1_235_496, 349_151_936),
    Row("squeezenet1_0", 1_248_424, 818_924_576),
    Row("style_transfer", 1_679_235, 2_519_728_128),
    Row("unet", 31_037_698, 12_042_895_360),
    Row("unet_bilinear", 17_263_042, 9_996_075_008),
    Row("yolov3_tiny", 8_852_366, 2_782_480_896),
    Row("yolov8", 3_157_184, 1_092_864_000),
    Row("yolov8s", 11_166_544, 3_575_193_600),
    Row("convnext_tiny", 28_589_128, 4_455_531_264),
    Row("convnext_small", 50_223_688, 8_683_712_256),
    Row("convnext_base", 88_591_464, 15_354_729_472),
    Row("convnext_large", 197_767_336, 34_361_433_600),
    Row("edsr", 1_369_859, 3_162_592_512),
    Row("edsr_large", 40_729_603, 93_847_590_144),
    Row("m5", 26_915, 3_820_736),
    Row("r3d_18", 33_371_472, 40_696_553_472),
    Row("clip", 33_371_472, 5_180_637_184),
    Row("mobilenet_v2_ca", 3_950_648, 306_666_368),
    // Worked examples: what a 1×1 before a 5×5 saves, depthwise and pointwise, two 3×3 for a 5×5, 1×n and n×1 for n×n.
    Row("examples/reduction", 819_200, nil),
    Row("with_1x1", 4_096 + 204_800, nil),
    Row("examples/separable", 108, nil),
    Row("separated", 27 + 12, nil),
    Row("examples/stacked", 25, nil),
    Row("two_3x3", 18, nil),
    Row("examples/asymmetric", 49, nil),
    Row("split_7", 14, nil),
    Row("full_3", 9, nil),
    Row("split_3", 6, nil),
  ]

  @Test(arguments: rows) func row(_ row: Row) throws {
    let graph = try Zoo.network(named: row.name)
    let totals = Totals(graph.mainNodes)
    #expect(totals.trainable == row.parameters)
    if let macs = row.macs { #expect(totals.macs.value == macs) }
    if let withHeads = row.withHeads { #expect(Totals(graph.nodes).trainable == withHeads) }
  }

  /// A family's best-known member has no variant of its own name, and nothing is there that no row looks at.
  @Test func everySpecHasItsRow() {
    let names = Set(Self.rows.map(\.name))
    #expect(Zoo.entries.map(\.name).filter { !names.contains($0) } == [])
  }

  /// LeNet-5's layers, as the paper counts them.
  @Test func layersOfLeNet() throws {
    let graph = try Zoo.network(named: "lenet5_1998")
    let expected = ["c1": 156, "s2": 12, "c3": 1516, "s4": 32, "c5": 48_120, "f6": 10_164, "output": 0]
    for (path, parameters) in expected {
      let node = try #require(graph.node(at: path))
      #expect(Totals([node]).trainable == parameters, "\(path)")
    }
  }

  @Test func partsOfTheExamples() throws {
    let separated = try Zoo.network(named: "separated")
    #expect(separated.nodes.map(\.output.values) == [[3, 10, 10], [4, 10, 10]])
    #expect(separated.nodes.map { Totals([$0]).trainable } == [27, 12])
    #expect(try Zoo.network(named: "examples/separable").nodes.map(\.output.values) == [[4, 10, 10]])
    #expect(try Zoo.network(named: "with_1x1").nodes.map { Totals([$0]).trainable } == [4096, 204_800])
  }
}

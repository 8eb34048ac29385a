import GraphIR
import Reports
import Shapes
import Testing

/// What the tools print for one PyTorch module at a time, recorded with the versions of `CountConventionTests`.
@Suite struct LayerCountTests {
  /// A layer with what each tool prints for the module of the same name.
  struct Layer: CustomTestStringConvertible {
    var item: String
    var torch: Int
    var torchinfo: Int
    var fvcore: Int
    var ptflops: Int
    var thop: Int

    init(_ item: String, torch: Int, torchinfo: Int, fvcore: Int, ptflops: Int, thop: Int) {
      (self.item, self.torch, self.torchinfo) = (item, torch, torchinfo)
      (self.fvcore, self.ptflops, self.thop) = (fvcore, ptflops, thop)
    }

    var testDescription: String { item }
  }

  /// On maps of 8×12×10.
  static let onMaps = [
    Layer(
      "conv: {out: 16, kernel: 3, bias: false}", torch: 184_320, torchinfo: 92_160, fvcore: 92_160, ptflops: 92_160,
      thop: 92_160),
    Layer(
      "conv: {out: 16, kernel: 3}", torch: 184_320, torchinfo: 93_440, fvcore: 92_160, ptflops: 93_440, thop: 92_160),
    Layer(
      "conv: {out: 16, kernel: 3, groups: 4}", torch: 46_080, torchinfo: 24_320, fvcore: 23_040, ptflops: 24_320,
      thop: 23_040),
    Layer("depthwise_conv: {kernel: 3}", torch: 11_520, torchinfo: 6_400, fvcore: 5_760, ptflops: 6_400, thop: 5_760),
    Layer(
      "transposed_conv: {out: 16, kernel: 3, stride: 2, bias: false}", torch: 276_480, torchinfo: 604_800,
      fvcore: 138_240, ptflops: 138_240, thop: 604_800),
    Layer(
      "transposed_conv: {out: 16, kernel: 3, stride: 2}", torch: 276_480, torchinfo: 613_200, fvcore: 138_240,
      ptflops: 146_640, thop: 604_800),
    Layer(
      "transposed_conv: {out: 16, kernel: 3, stride: 2, groups: 4, bias: false}", torch: 69_120, torchinfo: 151_200,
      fvcore: 34_560, ptflops: 34_560, thop: 151_200),
    // A weight that is computed has parameters of other names. A table of connections is computed with zeros. ptflops and thop
    // know PyTorch's own classes alone, and count as for those.
    Layer(
      "conv: {out: 16, kernel: 3, normalize_weight: weight_norm}", torch: 184_320, torchinfo: 19_968, fvcore: 92_160,
      ptflops: 93_440, thop: 92_160),
    Layer(
      "conv: {out: 16, kernel: 3, normalize_weight: spectral_norm}", torch: 184_320, torchinfo: 19_712, fvcore: 92_160,
      ptflops: 93_440, thop: 92_160),
    Layer(
      "conv: {out: 16, kernel: 3, normalize_weight: scaled_standardize}", torch: 184_320, torchinfo: 93_440,
      fvcore: 92_160, ptflops: 93_440, thop: 92_160),
    Layer(
      "depthwise_conv: {kernel: 3, normalize_weight: weight_norm}", torch: 11_520, torchinfo: 1_280, fvcore: 5_760,
      ptflops: 6_400, thop: 5_760),
    Layer(
      "transposed_conv: {out: 16, kernel: 3, stride: 2, normalize_weight: weight_norm}", torch: 276_480,
      torchinfo: 26_960, fvcore: 138_240, ptflops: 146_640, thop: 604_800),
    Layer(
      "conv: {out: 3, kernel: 3, connections: [[0, 1], [3], [2, 4, 7]]}", torch: 34_560, torchinfo: 4_560,
      fvcore: 17_280, ptflops: 17_520, thop: 17_280),
    Layer("batch_norm", torch: 0, torchinfo: 16, fvcore: 1_920, ptflops: 1_920, thop: 3_840),
    Layer("batch_norm: {affine: false}", torch: 0, torchinfo: 0, fvcore: 960, ptflops: 960, thop: 1_920),
    Layer("layer_norm: {over: all}", torch: 0, torchinfo: 1_920, fvcore: 4_800, ptflops: 960, thop: 3_840),
    Layer("layer_norm: {over: all, affine: false}", torch: 0, torchinfo: 0, fvcore: 3_840, ptflops: 960, thop: 1_920),
    Layer("group_norm: {groups: 2}", torch: 0, torchinfo: 16, fvcore: 4_800, ptflops: 1_920, thop: 0),
    Layer("group_norm: {groups: 2, affine: false}", torch: 0, torchinfo: 0, fvcore: 3_840, ptflops: 960, thop: 0),
    Layer("instance_norm: {affine: true}", torch: 0, torchinfo: 16, fvcore: 4_800, ptflops: 1_920, thop: 3_840),
    Layer("instance_norm", torch: 0, torchinfo: 0, fvcore: 3_840, ptflops: 960, thop: 1_920),
    Layer("lrn: {size: 5}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 4_320, thop: 0),
    Layer("lrn: {size: 3}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 4_080, thop: 0),
    Layer("lrn: {size: 4}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 4_200, thop: 0),
    Layer("relu", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 1_920, thop: 0),
    Layer("relu6", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 960, thop: 0),
    Layer("leaky_relu", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 960, thop: 0),
    Layer("prelu", torch: 0, torchinfo: 1, fvcore: 0, ptflops: 1_920, thop: 960),
    Layer("prelu: {per_channel: true}", torch: 0, torchinfo: 8, fvcore: 0, ptflops: 1_920, thop: 960),
    Layer("elu", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 1_920, thop: 0),
    Layer("selu", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("gelu", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 1_920, thop: 0),
    Layer("silu", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 960, thop: 0),
    Layer("mish", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("hard_swish", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("hard_sigmoid", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("sigmoid", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("tanh", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("softplus", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("softmax", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 960, thop: 2_760),
    Layer("log_softmax", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("max_pool: {kernel: 2}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 1_920, thop: 0),
    Layer("avg_pool: {kernel: 2}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 1_920, thop: 240),
    Layer("avg_pool: {kernel: 3, stride: 2, padding: 1}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 1_920, thop: 240),
    Layer("global_avg_pool", torch: 0, torchinfo: 0, fvcore: 960, ptflops: 1_920, thop: 968),
    Layer("adaptive_avg_pool: {size: [5, 7]}", torch: 0, torchinfo: 0, fvcore: 960, ptflops: 1_920, thop: 1_240),
    Layer("global_max_pool", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 1_920, thop: 0),
    Layer("adaptive_max_pool: {size: [5, 7]}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 1_920, thop: 0),
    Layer("upsample: {by: 2}", torch: 0, torchinfo: 0, fvcore: 3_840, ptflops: 7_680, thop: 3_840),
    Layer("upsample: {by: 2, mode: bilinear}", torch: 0, torchinfo: 0, fvcore: 15_360, ptflops: 7_680, thop: 42_240),
    Layer("upsample: {by: 2, mode: bicubic}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 7_680, thop: 994_560),
    Layer("dropout: {rate: 0.5}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("flatten", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("pad: {padding: 1}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("channel_shuffle: {groups: 2}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("depth_to_space: {block: 2}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
    Layer("scale: {by: 0.5}", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 0, thop: 0),
  ]

  /// On a vector of 60 features.
  static let onVectors = [
    Layer("linear: {out: 7, bias: false}", torch: 840, torchinfo: 420, fvcore: 420, ptflops: 420, thop: 420),
    Layer("linear: {out: 7}", torch: 840, torchinfo: 427, fvcore: 420, ptflops: 427, thop: 420),
    Layer(
      "linear: {out: 7, normalize_weight: weight_norm}", torch: 840, torchinfo: 2_996, fvcore: 420, ptflops: 427,
      thop: 420),
    Layer(
      "linear: {out: 7, normalize_weight: spectral_norm}", torch: 840, torchinfo: 2_947, fvcore: 420, ptflops: 427,
      thop: 420),
    Layer("batch_norm", torch: 0, torchinfo: 120, fvcore: 120, ptflops: 120, thop: 240),
    Layer("softmax", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 60, thop: 179),
    Layer("relu", torch: 0, torchinfo: 0, fvcore: 0, ptflops: 120, thop: 0),
    Layer("layer_norm", torch: 0, torchinfo: 120, fvcore: 300, ptflops: 60, thop: 240),
  ]

  @Test(arguments: onMaps) func maps(_ layer: Layer) throws {
    try check(layer, input: "{channels: 8, height: 12, width: 10}")
  }

  @Test(arguments: onVectors) func vectors(_ layer: Layer) throws {
    try check(layer, input: "{features: 60}")
  }

  private func check(_ layer: Layer, input: String) throws {
    let graph = try Built.text(spec("  - \(layer.item)", input: input)).required()
    #expect(CountConvention.torch.total(graph) == .known(layer.torch))
    #expect(CountConvention.torchinfo.total(graph) == .known(layer.torchinfo))
    #expect(CountConvention.fvcore.total(graph) == .known(layer.fvcore))
    #expect(CountConvention.ptflops.total(graph) == .known(layer.ptflops))
    #expect(CountConvention.thop.total(graph) == .known(layer.thop))
  }
}

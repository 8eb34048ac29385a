import Shapes

/// A layer with what is known of it: one row drives every test that looks at each kind.
struct LayerCase: Sendable, CustomStringConvertible {
  /// The layer as `parseLayer` reads it.
  var layer: String
  /// The inputs' shapes, separated by semicolons.
  var inputs: String
  var output: String
  /// The tensors in order, `weight=64x3x7x7 bias=64`.
  var tensors: String
  var macs: Int
  /// Elements of the inputs and of the output for them, where they were worked out by hand: `2 0 → 1`.
  var numbers: String?

  init(
    _ layer: String, _ inputs: String, _ output: String, tensors: String = "", macs: Int = 0, numbers: String? = nil
  ) {
    self.layer = layer
    self.inputs = inputs
    self.output = output
    self.tensors = tensors
    self.macs = macs
    self.numbers = numbers
  }

  var keyword: String { String(layer.prefix { $0 != " " }) }

  var description: String { "\(layer) of \(inputs)" }

  /// Every kind at least once; numbers from the papers' networks where one uses the layer, else worked out by hand.
  static let all = convolutions + pools + norms + activations + arrangements + joins + historical

  static let convolutions = [
    LayerCase(
      "conv out=64 kernel=7 stride=2 padding=half bias=false", "3x224x224", "64x112x112", tensors: "weight=64x3x7x7",
      macs: 118_013_952),
    LayerCase(
      "conv out=96 kernel=11 stride=4 padding=2", "3x224x224", "96x55x55", tensors: "weight=96x3x11x11 bias=96",
      macs: 105_415_200),
    LayerCase(
      "conv out=256 kernel=3 groups=32 padding=1 bias=false", "256x56x56", "256x56x56", tensors: "weight=256x8x3x3",
      macs: 57_802_752),
    LayerCase("conv out=2 kernel=1,7 padding=0,3", "4x5x6", "2x5x6", tensors: "weight=2x4x1x7 bias=2", macs: 1680),
    LayerCase(
      "conv out=2 kernel=3 stride=2 padding=same", "1x4x5", "2x2x3", tensors: "weight=2x1x3x3 bias=2", macs: 108),
    // What `half` is for a dilated kernel: d·(k − 1)/2, as in the dilated ResNets of DeepLab.
    LayerCase(
      "conv out=8 kernel=3 padding=half dilation=2", "3x65x65", "8x65x65", tensors: "weight=8x3x3x3 bias=8",
      macs: 912_600),
    LayerCase(
      "depthwise_conv kernel=3,5 padding=half dilation=12,3 bias=false", "4x33x20", "4x33x20",
      tensors: "weight=4x1x3x5",
      macs: 39_600),
    LayerCase(
      "separable_conv out=2 kernel=3 padding=half dilation=4 bias=false", "3x9x9", "2x9x9",
      tensors: "depthwise.weight=3x1x3x3 pointwise.weight=2x3x1x1", macs: 2673),
    LayerCase(
      "conv out=1 kernel=3 padding=half dilation=3 stride=2", "1x9x8", "1x5x4", tensors: "weight=1x1x3x3 bias=1",
      macs: 180),
    // An even kernel has no middle: it keeps k // 2, and dilated what is nearest below.
    LayerCase(
      "conv out=1 kernel=4,2 padding=half dilation=1,3", "1x5x5", "1x6x6", tensors: "weight=1x1x4x2 bias=1", macs: 288),
    LayerCase("conv out=2 kernel=3 dilation=2", "1x9x7", "2x5x3", tensors: "weight=2x1x3x3 bias=2", macs: 270),
    LayerCase("conv out=1 kernel=2 padding=0,1,0,2", "1x3x3", "1x3x4", tensors: "weight=1x1x2x2 bias=1", macs: 48),
    LayerCase(
      "conv out=3 kernel=5 connections=0,1/1,2/0,1,2", "3x14x14", "3x10x10", tensors: "weight=7x5x5 bias=3",
      macs: 17_500),
    LayerCase(
      "depthwise_conv kernel=3 stride=2 padding=half bias=false", "32x112x112", "32x56x56", tensors: "weight=32x1x3x3",
      macs: 903_168),
    LayerCase(
      "depthwise_conv kernel=1,3 multiplier=4", "8x4x5", "32x4x3", tensors: "weight=32x1x1x3 bias=32", macs: 1152),
    LayerCase(
      "separable_conv out=128 kernel=3 padding=half bias=false", "64x147x147", "128x147x147",
      tensors: "depthwise.weight=64x1x3x3 pointwise.weight=128x64x1x1", macs: 189_467_712),
    LayerCase(
      "separable_conv out=5 kernel=2 multiplier=3", "2x4x4", "5x3x3",
      tensors: "depthwise.weight=6x1x2x2 depthwise.bias=6 pointwise.weight=5x6x1x1 pointwise.bias=5", macs: 486),
    LayerCase(
      "transposed_conv out=64 kernel=4 stride=2 padding=1 bias=false", "128x7x7", "64x14x14",
      tensors: "weight=128x64x4x4",
      macs: 6_422_528),
    LayerCase(
      "transposed_conv out=6 kernel=3 stride=2 padding=1 output_padding=1 groups=2", "4x5x5", "6x10x10",
      tensors: "weight=4x3x3x3 bias=6", macs: 2700),
    LayerCase(
      "transposed_conv out=1 kernel=3 dilation=2", "1x4x3", "1x8x7", tensors: "weight=1x1x3x3 bias=1", macs: 108),
    // M5's, PyTorch's tutorial on speech commands: Conv1d.
    LayerCase(
      "conv out=32 kernel=80 stride=16", "1x16000", "32x996", tensors: "weight=32x1x80 bias=32", macs: 2_549_760),
    LayerCase("conv out=2 kernel=3 padding=0,1", "1x4", "2x3", tensors: "weight=2x1x3 bias=2", macs: 18),
    LayerCase(
      "conv out=4 kernel=3 groups=2 padding=same dilation=2", "4x9", "4x9", tensors: "weight=4x2x3 bias=4", macs: 216),
    LayerCase(
      "conv out=1 kernel=2 bias=false", "1x3", "1x2", tensors: "weight=1x1x2", macs: 4, numbers: "1 2 5 → 1.5 3.5"),
    LayerCase("depthwise_conv kernel=3 padding=half", "5x7", "5x7", tensors: "weight=5x1x3 bias=5", macs: 105),
    LayerCase(
      "separable_conv out=3 kernel=5 stride=2 bias=false", "2x9", "3x3",
      tensors: "depthwise.weight=2x1x5 pointwise.weight=3x2x1",
      macs: 48),
    LayerCase(
      "transposed_conv out=3 kernel=4 stride=2 padding=1", "2x7", "3x14", tensors: "weight=2x3x4 bias=3", macs: 168),
    // The first of r3d_18, for a clip of 8 frames: Conv3d.
    LayerCase(
      "conv out=64 kernel=3,7,7 stride=1,2,2 padding=half bias=false", "3x8x56x56", "64x8x28x28",
      tensors: "weight=64x3x3x7x7",
      macs: 177_020_928),
    LayerCase(
      "conv out=2 kernel=2", "1x2x2x3", "2x1x1x2", tensors: "weight=2x1x2x2x2 bias=2", macs: 32),
    LayerCase(
      "conv out=1 kernel=2,1,1 bias=false", "1x3x1x2", "1x2x1x2", tensors: "weight=1x1x2x1x1", macs: 8,
      numbers: "1 2 3 4 5 6 → 2 3 4 5"),
    LayerCase(
      "depthwise_conv kernel=3 padding=half", "3x4x3x2", "3x4x3x2", tensors: "weight=3x1x3x3x3 bias=3", macs: 1944),
    LayerCase(
      "separable_conv out=2 kernel=1,3,3 bias=false", "3x2x4x3", "2x2x2x1",
      tensors: "depthwise.weight=3x1x1x3x3 pointwise.weight=2x3x1x1x1", macs: 132),
    LayerCase(
      "transposed_conv out=3 kernel=2 stride=2", "2x2x3x1", "3x4x6x2", tensors: "weight=2x3x2x2x2 bias=3", macs: 288),
    LayerCase("linear out=1000", "2048", "1000", tensors: "weight=1000x2048 bias=1000", macs: 2_048_000),
    LayerCase("linear out=10 bias=false", "84", "10", tensors: "weight=10x84", macs: 840),
    LayerCase(
      "conv out=2 kernel=1 bias=false normalize_weight=weight_norm", "2x1x1", "2x1x1",
      tensors: "weight_g=2x1x1x1 weight_v=2x2x1x1", macs: 4, numbers: "1 1 → 0.70710678 0.70710678"),
    LayerCase(
      "conv out=6 kernel=3 groups=2 normalize_weight=scaled_standardize weight_gamma=1.7", "4x5x5", "6x3x3",
      tensors: "weight=6x2x3x3 bias=6 gain=6x1x1x1", macs: 972),
    LayerCase(
      "depthwise_conv kernel=3 normalize_weight=standardize weight_epsilon=0.001", "4x5x5", "4x3x3",
      tensors: "weight=4x1x3x3 bias=4", macs: 324),
    LayerCase(
      "transposed_conv out=6 kernel=2 stride=2 normalize_weight=spectral_norm", "4x3x3", "6x6x6",
      tensors: "bias=6 weight_orig=4x6x2x2 weight_u=6 weight_v=16", macs: 864),
    LayerCase(
      "linear out=3 normalize_weight=weight_norm trainable=false", "5", "3",
      tensors: "bias=3 weight_g=3x1 weight_v=3x5",
      macs: 15),
    LayerCase(
      "linear out=3 normalize_weight=spectral_norm", "5", "3",
      tensors: "bias=3 weight_orig=3x5 weight_u=3 weight_v=5", macs: 15),
    // A blur: the outer product of 1 3 3 1 for each channel (Zhang 2019, arXiv:1904.11486).
    LayerCase(
      "depthwise_conv kernel=4 stride=2 bias=false trainable=false init=1,3,3,1/3,9,9,3/3,9,9,3/1,3,3,1", "64x12x12",
      "64x5x5", tensors: "weight=64x1x4x4", macs: 25_600),
    LayerCase(
      "conv out=2 kernel=1 trainable=false init=0,1/1,0", "2x1x2", "2x1x2", tensors: "weight=2x2x1x1 bias=2", macs: 8),
    LayerCase(
      "linear out=2 bias=false trainable=false init=0,1,2", "3", "2", tensors: "weight=2x3", macs: 6,
      numbers: "1 1 2 → 5 5"),
  ]

  static let pools = [
    LayerCase("max_pool kernel=3 stride=2 padding=half", "64x112x112", "64x56x56"),
    LayerCase("max_pool kernel=3 stride=2 round=ceil", "64x112x112", "64x56x56"),
    LayerCase("max_pool kernel=2 stride=2 padding=1 round=ceil", "1x3x2", "1x2x2"),
    LayerCase("max_pool kernel=3 stride=2 round=ceil", "1x2x2", "1x1x1"),
    LayerCase("max_pool kernel=2", "16x5x4", "16x2x2"),
    LayerCase("max_pool kernel=3 stride=1 dilation=2", "2x9x6", "2x5x2"),
    LayerCase("max_pool kernel=3 stride=1 padding=same dilation=2", "2x9x6", "2x9x6"),
    LayerCase("max_pool kernel=3 stride=2 padding=same", "8x7x6", "8x4x3"),
    LayerCase("max_pool kernel=3 stride=2 padding=0,1,0,1", "64x112x112", "64x56x56"),
    LayerCase("avg_pool kernel=3 stride=1 padding=half count_padding=false", "192x35x35", "192x35x35"),
    LayerCase("avg_pool kernel=5 stride=3", "768x17x17", "768x5x5"),
    LayerCase("avg_pool kernel=2 round=ceil", "256x7x7", "256x4x4"),
    LayerCase("global_avg_pool", "2048x7x7", "2048x1x1"),
    LayerCase("global_avg_pool", "1x2x2", "1x1x1", numbers: "1 2 3 6 → 3"),
    LayerCase("global_max_pool", "16x1x9", "16x1x1"),
    LayerCase("adaptive_avg_pool size=7", "512x10x13", "512x7x7"),
    LayerCase("adaptive_avg_pool size=2,1", "1x3x2", "1x2x1", numbers: "1 2 3 4 5 6 → 2.5 4.5"),
    LayerCase("adaptive_max_pool size=4,1", "8x3x5", "8x4x1"),
    LayerCase("max_pool kernel=4", "32x996", "32x249"),
    LayerCase("avg_pool kernel=3 stride=2 padding=1 round=ceil", "2x8", "2x5"),
    LayerCase("global_avg_pool", "64x3", "64x1"),
    LayerCase("global_max_pool", "1x4", "1x1", numbers: "1 7 2 3 → 7"),
    LayerCase("adaptive_avg_pool size=2", "1x4", "1x2", numbers: "1 3 2 6 → 2 4"),
    LayerCase("adaptive_max_pool size=3", "4x8", "4x3"),
    LayerCase("depth_pool kernel=2", "6x5", "3x5"),
    LayerCase("max_pool kernel=2", "1x2x2x2", "1x1x1x1", numbers: "1 7 2 3 -1 0 4 5 → 7"),
    LayerCase("max_pool kernel=1,2,2", "4x3x4x6", "4x3x2x3"),
    LayerCase("avg_pool kernel=3 stride=2 padding=1 count_padding=false", "2x5x4x3", "2x3x2x2"),
    LayerCase("global_avg_pool", "1x2x1x2", "1x1x1x1", numbers: "1 2 3 6 → 3"),
    LayerCase("global_max_pool", "4x3x2x2", "4x1x1x1"),
    LayerCase("adaptive_avg_pool size=1,2,1", "2x3x4x5", "2x1x2x1"),
    LayerCase("adaptive_max_pool size=2", "2x3x4x5", "2x2x2x2"),
    LayerCase("depth_pool kernel=2", "10x4x5", "5x4x5"),
    LayerCase("depth_pool kernel=3 stride=2 mode=average", "10x4x5", "4x4x5"),
  ]

  static let norms = [
    LayerCase("batch_norm", "64x56x56", "64x56x56", tensors: "weight=64 bias=64 running_mean=64 running_var=64"),
    LayerCase("batch_norm", "5x3x4", "5x3x4", tensors: "weight=5 bias=5 running_mean=5 running_var=5"),
    LayerCase("batch_norm affine=false", "10", "10", tensors: "running_mean=10 running_var=10"),
    LayerCase("layer_norm", "96x56x56", "96x56x56", tensors: "weight=96 bias=96"),
    LayerCase("layer_norm over=all bias=false", "3x4x5", "3x4x5", tensors: "weight=3x4x5"),
    LayerCase("layer_norm over=all", "768", "768", tensors: "weight=768 bias=768"),
    LayerCase("layer_norm affine=false", "768", "768"),
    LayerCase("group_norm groups=32", "64x8x8", "64x8x8", tensors: "weight=64 bias=64"),
    LayerCase("group_norm groups=5 affine=false", "10", "10"),
    LayerCase("instance_norm", "32x8x8", "32x8x8"),
    LayerCase("instance_norm affine=true", "32x1x8", "32x1x8", tensors: "weight=32 bias=32"),
    LayerCase("batch_norm", "32x996", "32x996", tensors: "weight=32 bias=32 running_mean=32 running_var=32"),
    LayerCase("layer_norm", "6x5", "6x5", tensors: "weight=6 bias=6"),
    LayerCase("batch_norm", "4x2x3x2", "4x2x3x2", tensors: "weight=4 bias=4 running_mean=4 running_var=4"),
    LayerCase("layer_norm over=all", "2x3x2x2", "2x3x2x2", tensors: "weight=2x3x2x2 bias=2x3x2x2"),
    LayerCase("group_norm groups=2", "4x2x3x2", "4x2x3x2", tensors: "weight=4 bias=4"),
    LayerCase("instance_norm", "4x2x3x2", "4x2x3x2"),
    LayerCase("layer_norm over=all", "6x5", "6x5", tensors: "weight=6x5 bias=6x5"),
    LayerCase("group_norm groups=2", "6x5", "6x5", tensors: "weight=6 bias=6"),
    LayerCase("instance_norm affine=true", "6x5", "6x5", tensors: "weight=6 bias=6"),
    LayerCase("lrn size=3", "6x5", "6x5"),
    LayerCase("lrn k=1", "64x56x56", "64x56x56"),
    LayerCase("lrn size=3 alpha=0.5", "7x4x3", "7x4x3"),
    LayerCase("dropout rate=0.2", "4096", "4096"),
    LayerCase("drop_path", "64x7x7", "64x7x7"),
  ]

  static let activations =
    [
      "relu", "relu6", "leaky_relu slope=0.2", "elu alpha=0.5", "selu", "gelu", "gelu approximate=tanh", "silu",
      "hard_swish",
      "mish", "sigmoid", "hard_sigmoid", "tanh", "scaled_tanh", "softplus beta=2", "softmax", "log_softmax",
    ].flatMap { [LayerCase($0, "8x5x4", "8x5x4"), LayerCase($0, "3x7", "3x7"), LayerCase($0, "9", "9")] } + [
      LayerCase("prelu per_channel=true", "6x5", "6x5", tensors: "weight=6"),
      LayerCase("prelu", "64x5x4", "64x5x4", tensors: "weight=1"),
      LayerCase("prelu per_channel=true", "64x5x4", "64x5x4", tensors: "weight=64"),
    ]

  static let arrangements = [
    LayerCase("flatten", "256x6x6", "9216"),
    LayerCase("flatten", "10", "10"),
    LayerCase("reshape shape=512,4,4", "8192", "512x4x4"),
    LayerCase("reshape shape=-1", "3x4x5", "60"),
    LayerCase("reshape shape=5,-1,2", "3x4x5", "5x6x2"),
    LayerCase("permute order=hwc", "3x4x5", "4x5x3"),
    LayerCase("permute order=cwh", "1x2x3", "1x3x2", numbers: "1 2 3 4 5 6 → 1 4 2 5 3 6"),
    LayerCase("permute order=whc", "2x1x2", "2x1x2", numbers: "1 2 3 4 → 1 3 2 4"),
    LayerCase("flatten", "64x3", "192"),
    LayerCase("flatten", "2x3x4x5", "120"),
    LayerCase("reshape shape=2,3,-1,2", "24", "2x3x2x2"),
    LayerCase("upsample by=2", "1x1x1x2", "1x2x2x4", numbers: "1 2 → 1 1 2 2 1 1 2 2 1 1 2 2 1 1 2 2"),
    LayerCase("upsample size=2,3,4 mode=trilinear", "2x3x2x5", "2x2x3x4"),
    LayerCase("pad padding=1,0,0,2,0,0 mode=replicate", "2x2x3x4", "2x3x5x4"),
    LayerCase("crop size=1,2,2 offset=1,0,1", "2x3x2x4", "2x1x2x2"),
    LayerCase("reshape shape=4,-1", "12", "4x3"),
    LayerCase("reshape shape=4,1,3", "4x3", "4x1x3"),
    LayerCase("upsample by=2", "3x5", "3x10"),
    LayerCase("upsample size=3 mode=linear align_corners=true", "1x2", "1x3", numbers: "1 2 → 1 1.5 2"),
    LayerCase("pad padding=1,2 mode=reflect", "1x3", "1x6", numbers: "1 2 3 → 2 1 2 3 2 1"),
    LayerCase("pad padding=2 channels=1,0", "2x3", "3x7"),
    LayerCase("crop size=2", "1x4", "1x2", numbers: "1 2 3 4 → 2 3"),
    LayerCase("crop size=2 offset=2", "1x4", "1x2", numbers: "1 2 3 4 → 3 4"),
    LayerCase("channel_slice start=1 channels=1", "2x10", "1x10"),
    LayerCase("channel_shuffle groups=2", "4x5", "4x5"),
    LayerCase("scale by=0.5 trainable=true", "4x5", "4x5", tensors: "weight=4"),
    LayerCase("upsample by=2", "256x13x14", "256x26x28"),
    LayerCase("upsample by=1.5 mode=bilinear align_corners=true", "2x3x4", "2x4x6"),
    LayerCase("upsample by=0.3 mode=bicubic", "2x10x7", "2x3x2"),
    LayerCase("upsample size=7,5", "2x10x3", "2x7x5"),
    LayerCase("pad padding=3 mode=reflect", "3x4x5", "3x10x11"),
    LayerCase("pad padding=1,2,3,4 mode=circular", "3x4x5", "3x7x12"),
    LayerCase("pad size=7,5", "3x4x5", "3x7x5"),
    LayerCase("pad size=2,3", "1x1x1", "1x2x3", numbers: "4 → 0 4 0 0 0 0"),
    LayerCase("pad channels=8,8", "16x4x5", "32x4x5"),
    LayerCase("crop size=392", "64x568x568", "64x392x392"),
    LayerCase("crop size=2,3 offset=1,0", "1x3x3", "1x2x3"),
    LayerCase("channel_slice start=32 channels=32", "64x4x5", "32x4x5"),
    LayerCase("channel_slice channels=3", "10", "3"),
    LayerCase("channel_shuffle groups=3", "240x28x28", "240x28x28"),
    LayerCase("channel_shuffle groups=2", "4x1x1", "4x1x1", numbers: "1 2 3 4 → 1 3 2 4"),
    LayerCase("space_to_depth block=2", "3x640x640", "12x320x320"),
    LayerCase("space_to_depth block=2", "1x2x2", "4x1x1", numbers: "1 2 3 4 → 1 2 3 4"),
    LayerCase("depth_to_space block=3", "9x32x16", "1x96x48"),
    LayerCase("scale by=0.17", "8x5x5", "8x5x5"),
    LayerCase("scale by=0.000001 trainable=true", "384x5x5", "384x5x5", tensors: "weight=384"),
    LayerCase(
      "scale trainable=true by=0.5 per=tensor", "2x1x2", "2x1x2", tensors: "weight=1", numbers: "1 2 3 4 → 0.5 1 1.5 2"),
    LayerCase("scale init=2,-1", "2x1x2", "2x1x2", tensors: "weight=2", numbers: "1 2 3 4 → 2 4 -3 -4"),
    LayerCase("identity", "8x5x5", "8x5x5"),
  ]

  static let joins = [
    LayerCase("concat", "64x28x28; 128x28x28; 32x28x28; 32x28x28", "256x28x28"),
    LayerCase("concat axis=height", "2x3x4; 2x5x4", "2x8x4"),
    LayerCase("concat axis=width", "2x3x4", "2x3x4"),
    LayerCase("concat", "10; 20", "30"),
    LayerCase("concat", "2x5; 3x5", "5x5"),
    LayerCase("concat axis=depth", "2x1x2x3; 2x2x2x3", "2x3x2x3"),
    LayerCase("concat axis=height", "1x2x1x2; 1x2x1x2", "1x2x2x2", numbers: "1 2 3 4; 5 6 7 8 → 1 2 5 6 3 4 7 8"),
    LayerCase("concat axis=width", "1x2x1x1; 1x2x1x1", "1x2x1x2", numbers: "1 2; 3 4 → 1 3 2 4"),
    LayerCase("add", "2x2x2x3; 2x2x2x3", "2x2x2x3"),
    LayerCase("multiply", "2x2x2x3; 2x1x1x1", "2x2x2x3"),
    LayerCase("multiply", "1x2x2x3; 2x2x2x3", "2x2x2x3"),
    LayerCase(
      "multiply", "1x2x2x2; 1x2x1x1; 1x1x1x2", "1x2x2x2",
      numbers: "1 2 3 4 5 6 7 8; 2 -1; 1 10 → 2 40 6 80 -5 -60 -7 -80"),
    LayerCase("concat axis=length", "2x3; 2x4", "2x7"),
    LayerCase("add", "4x5; 4x5", "4x5"),
    LayerCase("multiply", "2x2; 2x1", "2x2", numbers: "1 2 3 4; 2 -1 → 2 4 -3 -4"),
    LayerCase("multiply", "1x5; 3x5", "3x5"),
    LayerCase("multiply", "3x5; 3", "3x5"),
    LayerCase("add", "64x28x28; 64x28x28; 64x28x28", "64x28x28"),
    LayerCase("add", "1x1x2; 1x1x2", "1x1x2", numbers: "1 2; 3 -5 → 4 -3"),
    LayerCase("add", "3; 3; 3", "3", numbers: "1 2 3; 3 2 1; 0 1 -9 → 4 5 -5"),
    LayerCase("multiply", "64x28x28; 64x1x1", "64x28x28"),
    LayerCase("multiply", "64; 64x28x28", "64x28x28"),
    LayerCase("multiply", "64x28x28; 1x28x28; 64x1x1", "64x28x28"),
    LayerCase("multiply", "10; 10", "10"),
    LayerCase("multiply", "2x2x1; 2", "2x2x1", numbers: "1 2 3 4; 2 -1 → 2 4 -3 -4"),
    LayerCase("multiply", "64x4x5; 64x4x1; 64x1x5", "64x4x5"),
    LayerCase("multiply", "1x1x2; 1x2x2; 1x2x1", "1x2x2", numbers: "1 10; 1 2 3 4; 1 -1 → 1 20 -3 -40"),
    LayerCase("mean", "4x2x2; 4x2x2", "4x2x2"),
    LayerCase("weighted_sum epsilon=0", "2; 2", "2", tensors: "weight=2", numbers: "1 2; 3 4 → 2 3"),
    LayerCase("weighted_sum normalize=softmax", "4x2x2; 4x2x2; 4x2x2", "4x2x2", tensors: "weight=3"),
    LayerCase(
      "weighted_sum normalize=none trainable=false init=2,-1", "1; 1", "1", tensors: "weight=2", numbers: "3; 4 → 2"),
    LayerCase("max", "4x2x2; 4x2x2", "4x2x2"),
  ]

  static let historical = [
    LayerCase("subsample kernel=2", "6x28x28", "6x14x14", tensors: "weight=6 bias=6"),
    LayerCase("rbf out=10 centers=digits.txt", "84", "10", tensors: "centers=10x84"),
  ]
}

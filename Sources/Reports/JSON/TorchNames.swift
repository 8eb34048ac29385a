import GraphIR

/// The PyTorch modules that do what kinds of layers do.
enum TorchNames {
  /// `Conv2d`; nil where PyTorch has no such module.
  static func name(of node: Node) -> String? {
    if node.keyword == "batch_norm", !node.output.isMaps { return "BatchNorm1d" }
    return names[node.keyword]
  }

  private static let names = [
    "conv": "Conv2d", "depthwise_conv": "Conv2d", "transposed_conv": "ConvTranspose2d", "linear": "Linear",
    "max_pool": "MaxPool2d", "avg_pool": "AvgPool2d", "global_avg_pool": "AdaptiveAvgPool2d",
    "global_max_pool": "AdaptiveMaxPool2d", "adaptive_avg_pool": "AdaptiveAvgPool2d",
    "adaptive_max_pool": "AdaptiveMaxPool2d", "batch_norm": "BatchNorm2d", "instance_norm": "InstanceNorm2d",
    "layer_norm": "LayerNorm", "group_norm": "GroupNorm", "lrn": "LocalResponseNorm", "dropout": "Dropout",
    "relu": "ReLU", "relu6": "ReLU6", "leaky_relu": "LeakyReLU", "prelu": "PReLU", "elu": "ELU", "selu": "SELU",
    "gelu": "GELU", "silu": "SiLU", "mish": "Mish", "hard_swish": "Hardswish", "hard_sigmoid": "Hardsigmoid",
    "sigmoid": "Sigmoid", "tanh": "Tanh", "softplus": "Softplus", "softmax": "Softmax", "log_softmax": "LogSoftmax",
    "flatten": "Flatten", "upsample": "Upsample", "channel_shuffle": "ChannelShuffle",
    "depth_to_space": "PixelShuffle", "space_to_depth": "PixelUnshuffle", "identity": "Identity",
  ]
}

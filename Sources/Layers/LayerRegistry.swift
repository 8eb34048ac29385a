extension LayerRegistry {
  /// Every kind, in the order of the reference.
  static let kinds: [any LayerKind.Type] = [
    // Convolutions and linear layers
    Conv.self, DepthwiseConv.self, SeparableConv.self, TransposedConv.self, Linear.self,
    // Pooling
    MaxPool.self, AveragePool.self, GlobalAveragePool.self, GlobalMaxPool.self, AdaptiveAveragePool.self,
    AdaptiveMaxPool.self, DepthPool.self,
    // Normalization and regularization
    BatchNorm.self, LayerNorm.self, GroupNorm.self, InstanceNorm.self, LocalResponseNorm.self, Dropout.self,
    DropPath.self,
    // Activations
    ReLU.self, ReLU6.self, LeakyReLU.self, PReLU.self, ELU.self, SELU.self, GELU.self, SiLU.self, HardSwish.self,
    Mish.self, Sigmoid.self, HardSigmoid.self, Tanh.self, ScaledTanh.self, Softplus.self, Softmax.self, LogSoftmax.self,
    // Shape and arrangement
    Flatten.self, Reshape.self, Permute.self, Upsample.self, Pad.self, Crop.self, ChannelSlice.self,
    ChannelShuffle.self,
    SpaceToDepth.self, DepthToSpace.self, Scale.self, Identity.self,
    // Joins
    Concat.self, Add.self, Multiply.self, Mean.self, Max.self, WeightedSum.self,
    // LeNet-5, 1998
    Subsample.self, RadialBasis.self,
  ]
}

import Tensors

/// What a convolution or a linear layer multiplies by, as it comes from a file, until a kernel has packed it.
package struct ConvolutionWeights: Sendable {
  /// `[out, in / groups, kernel, kernel]`, or `[out, in]` of a linear layer. Empty once released.
  package private(set) var weight: Tensor
  /// A factor for each output: a batch norm that is folded in. A packed weight is the product, rounded once.
  package var scale: [Float]?
  /// `[out]`; nil for zeros.
  package var bias: [Float]?

  package init(weight: Tensor, scale: [Float]? = nil, bias: [Float]? = nil) {
    self.weight = weight
    self.scale = scale
    self.bias = bias
  }

  /// Without the numbers, so that the memory they are in can go.
  package var released: ConvolutionWeights { ConvolutionWeights(weight: Tensor(zeros: [0])) }

  /// The outputs.
  var outputs: Int { weight.shape[0] }

  /// A worker's share of the biases, zeros after the last.
  func packBias(into target: UnsafeMutablePointer<Float>, count: Int, worker: Worker) {
    for index in worker.share(of: count) {
      target[index] = bias.flatMap { index < $0.count ? $0[index] : nil } ?? 0
    }
  }
}

/// A kernel with weights, which it needs only until it has packed them.
package protocol WeightedKernel: Kernel {
  /// The kernel without the tensors that its weights come from. It can run, and can pack no more.
  func releasingWeights() -> Self
}

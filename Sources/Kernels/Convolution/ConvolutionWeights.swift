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
    let share = worker.share(of: count)
    packBias(into: target + share.lowerBound, outputs: share)
  }

  /// The biases of some outputs, zeros after the last.
  func packBias(into target: UnsafeMutablePointer<Float>, outputs: Range<Int>) {
    for (place, output) in outputs.enumerated() {
      target[place] = bias.flatMap { output < $0.count ? $0[output] : nil } ?? 0
    }
  }
}

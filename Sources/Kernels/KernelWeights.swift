import Tensors

/// The numbers that a kernel's weights are packed from: those of an operation's operands, as they come from a file.
package struct KernelWeights: Sendable {
  /// What is multiplied by, in the shape that the operation says; nil for ones where it may be missing.
  package var weight: Tensor?
  /// A factor for each output: a batch norm that is folded in. A packed weight is the product, rounded once.
  package var scale: [Float]?
  /// What is added to each output, or in the operation's shape; nil for zeros.
  package var bias: [Float]?

  package init(weight: Tensor? = nil, scale: [Float]? = nil, bias: [Float]? = nil) {
    self.weight = weight
    self.scale = scale
    self.bias = bias
  }

  /// The weight of an operation that always has one.
  var requiredWeight: Tensor {
    guard let weight else { preconditionFailure("the kernel is packed without its weight") }
    return weight
  }

  /// The outputs of a convolution or a linear layer.
  var outputs: Int { requiredWeight.shape[0] }

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

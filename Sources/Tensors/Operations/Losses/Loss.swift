/// What training makes small: a scalar of a network's output and an image's labels.
public enum Loss: Hashable, Sendable {
  /// The cross entropy of classes; see `Operations.CrossEntropy`. The weights are those of the classes.
  case crossEntropy(smoothing: Double = 0, classWeights: [Float]? = nil)
  /// The cross entropy of several labels an image; see `Operations.BinaryCrossEntropy`.
  case binaryCrossEntropy
  /// The mean of squared differences; see `Operations.MeanSquaredError`.
  case meanSquared
  /// LeNet-5's criterion for distances; see `Operations.RadialBasisCriterion`.
  case radialBasis(j: Double)

  /// The loss of an output with labels, traced.
  func callAsFunction(_ output: Tensor, _ labels: Tensor) -> Tensor {
    switch self {
    case .crossEntropy(let smoothing, let weights):
      Operations.CrossEntropy(smoothing: smoothing)(output, labels, weight: weights.map { Tensor($0) })
    case .binaryCrossEntropy: Operations.BinaryCrossEntropy()(output, labels)
    case .meanSquared: Operations.MeanSquaredError()(output, labels)
    case .radialBasis(let j): Operations.RadialBasisCriterion(j: j)(output, labels)
    }
  }

  /// How many classes labels of a shape are numbers of, for an output of a shape; nil where they are something else.
  package func classes(of output: [Int], labels: [Int]) -> Int? {
    switch self {
    case .crossEntropy, .radialBasis: output.count > 1 && labels.count < output.count ? output[1] : nil
    case .binaryCrossEntropy, .meanSquared: nil
    }
  }

  /// Whether the loss has an operation in it, so that it takes the logits before one that a network ends in: a softmax, or
  /// its logarithm, in cross entropy, the logistic function in that of several labels.
  func includes(_ operation: any Operation) -> Bool {
    switch self {
    case .crossEntropy: operation is Operations.Softmax || operation is Operations.LogSoftmax
    case .binaryCrossEntropy: (operation as? Operations.Activate)?.function == .sigmoid
    case .meanSquared, .radialBasis: false
    }
  }
}

extension Computation {
  /// An output whose loss counts, and how much: the network's own with 1, an auxiliary head's with less.
  package struct Head: Hashable, Sendable {
    package var output: Value
    package var factor: Double

    package init(_ output: Value, factor: Double = 1) {
      self.output = output
      self.factor = factor
    }
  }

  /// A computation with a loss behind it.
  package struct WithLoss: Sendable {
    package var computation: Computation
    /// The sum of the heads' losses, each times its factor, `[1]`.
    package var loss: Value
    /// The input with the labels, behind the others.
    package var labels: Value
    /// Whether a head ends in a softmax, its logarithm or a logistic function that is part of the loss: it is then computed
    /// from the logits before it, where it rounds less.
    package var takesLogits: Bool
  }

  /// The computation with the loss of its heads behind it, for labels of a shape: a further input, the last.
  package func adding(_ loss: Loss, to heads: [Head], labels shape: [Int]) -> WithLoss {
    let trace = Trace(continuing: self)
    let labels = trace.addInput(shape)
    var (losses, takesLogits) = ([Tensor](), false)
    for head in heads {
      let logits = logits(of: head.output, for: loss)
      if logits != nil { takesLogits = true }
      trace.label = self[head.output].label
      let value = loss(trace.tensor((logits ?? head.output).index), labels)
      losses.append(head.factor == 1 ? value : Operations.Scale(head.factor)(value))
    }
    let total = losses.count == 1 ? losses[0] : Operations.Add()(losses)
    var result = trace.computation(
      outputs: zip(outputs, outputShapes).map { trace.tensor($0.index).reshaped(to: $1) })
    result.updates = updates
    return WithLoss(
      computation: result, loss: trace.value(of: total), labels: trace.value(of: labels), takesLogits: takesLogits)
  }

  /// The computation with a further input of a shape, behind the others, that no operation reads.
  package func addingInput(_ shape: [Int]) -> Computation {
    var result = self
    result.inputs.append(Value(index: nodes.count))
    result.nodes.append(Node(origin: .input(inputs.count), shape: shape))
    return result
  }

  /// What an output is made of by an operation that a loss has in it.
  private func logits(of output: Value, for loss: Loss) -> Value? {
    guard case .operation(let operation, let operands) = self[output].origin, loss.includes(operation) else {
      return nil
    }
    return operands.input
  }
}

/// What an operation's pullback starts from: the gradient of a scalar by the operation's result, and the values that were
/// there when the result was made.
///
/// Tensors are traced as a rule, so a pullback applies operations and holds no loops, like a layer's `forward`.
package struct Pullback {
  /// The gradient by the result, in the result's shape.
  package var gradient: Tensor
  /// What the operation gave; a rule that can do with it need not keep the input.
  package var result: Tensor
  /// What the operation was applied to.
  package var operands: Operands<Tensor>
  /// Which operands a gradient is wanted by; what is made for another is ignored, and lost work.
  package var wanted: Operands<Bool>

  package init(gradient: Tensor, result: Tensor, operands: Operands<Tensor>, wanted: Operands<Bool>) {
    self.gradient = gradient
    self.result = result
    self.operands = operands
    self.wanted = wanted
  }

  /// The first input.
  package var input: Tensor { operands.input }
  /// Whether the gradient by the first input is wanted.
  package var wantsInput: Bool { wanted.input }
  /// Whether there is a weight, and its gradient is wanted.
  package var wantsWeight: Bool { wanted.weight ?? false }
  /// Whether there is a bias, and its gradient is wanted.
  package var wantsBias: Bool { wanted.bias ?? false }
}

/// The gradients by an operation's operands, each in the operand's shape; nil where a gradient is not wanted, or zero.
/// A batch norm's statistics get none: they are collected, or the batch norm's gradient by its input accounts for them.
package struct OperandGradients {
  package var inputs: [Tensor?]
  package var weight: Tensor?
  package var bias: Tensor?

  package init(inputs: [Tensor?], weight: Tensor? = nil, bias: Tensor? = nil) {
    self.inputs = inputs
    self.weight = weight
    self.bias = bias
  }

  /// The gradients of an operation with one input.
  package init(_ input: Tensor?, weight: Tensor? = nil, bias: Tensor? = nil) {
    self.init(inputs: [input], weight: weight, bias: bias)
  }
}

/// An operation that a gradient is made of, where the network's own do not suffice: coarse, with a definition of its own.
/// Nobody takes the gradient of a gradient, so it has none itself.
package protocol GradientOperation: Operation {}

extension GradientOperation {
  package func pullback(_ pullback: Pullback) -> OperandGradients? { nil }
  package var readsWeights: Bool { true }
}

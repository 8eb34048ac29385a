/// What an operation works on: the values that flow in, and weights by what they are to it. Tensors, or what stands for
/// them: their shapes, or the values of a computation.
package struct Operands<Element> {
  /// What flows in, in the operation's order.
  package var inputs: [Element]
  /// What the operation multiplies by, such as a convolution's kernels.
  package var weight: Element?
  /// What is added to each channel.
  package var bias: Element?
  /// The running mean of a batch norm.
  package var mean: Element?
  /// The running variance of a batch norm.
  package var variance: Element?

  package init(
    _ inputs: [Element], weight: Element? = nil, bias: Element? = nil, mean: Element? = nil, variance: Element? = nil
  ) {
    self.inputs = inputs
    self.weight = weight
    self.bias = bias
    self.mean = mean
    self.variance = variance
  }

  /// The first input, which every operation has.
  package var input: Element { inputs[0] }

  /// The weight of an operation that always has one.
  package var requiredWeight: Element {
    guard let weight else { preconditionFailure("the operation was applied without its weight") }
    return weight
  }

  /// The weights that are there.
  package var weights: [Element] { [weight, bias, mean, variance].compactMap { $0 } }

  /// Everything: the inputs, then the weights.
  package var all: [Element] { inputs + weights }

  /// The weights by what a closure makes of each, without inputs.
  package func mapWeights<Result>(_ transform: (Element) -> Result) -> Operands<Result> {
    Operands<Result>(
      [], weight: weight.map(transform), bias: bias.map(transform), mean: mean.map(transform),
      variance: variance.map(transform))
  }

  /// The same operands by what a closure makes of each.
  package func map<Result, Failure: Error>(
    _ transform: (Element) throws(Failure) -> Result
  ) throws(Failure) -> Operands<Result> {
    func optional(_ element: Element?) throws(Failure) -> Result? {
      if let element { try transform(element) } else { nil }
    }
    var inputs: [Result] = []
    for input in self.inputs { inputs.append(try transform(input)) }
    return Operands<Result>(
      inputs, weight: try optional(weight), bias: try optional(bias), mean: try optional(mean),
      variance: try optional(variance))
  }
}

extension Operands: Sendable where Element: Sendable {}
extension Operands: Equatable where Element: Equatable {}
extension Operands: Hashable where Element: Hashable {}

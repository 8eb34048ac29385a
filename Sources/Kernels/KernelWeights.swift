import Tensors

/// The numbers that a kernel's weights are packed from: those of an operation's operands, as they come from a file.
package struct KernelWeights: Sendable {
  /// What is multiplied by, in the shape that the operation says; nil for ones where it may be missing.
  package var weight: WeightNumbers?
  /// A factor for each output: a batch norm that is folded in. A packed weight is the product, rounded once.
  package var scale: [Float]?
  /// What is added to each output, or in the operation's shape; nil for zeros.
  package var bias: WeightNumbers?
  /// Where the weight's numbers are those of another, with outputs and inputs exchanged; only convolutions of one group and
  /// linear layers can pack such.
  var turned: TurnedOrder?

  package init(weight: Tensor? = nil, scale: [Float]? = nil, bias: [Float]? = nil) {
    self.weight = weight.map { .tensor($0) }
    self.scale = scale
    self.bias = bias.map { .tensor(Tensor($0)) }
  }

  /// Numbers where they lie, without factors.
  init(_ weight: WeightNumbers?, bias: WeightNumbers?) {
    self.weight = weight
    self.bias = bias
  }

  /// What is multiplied by, where it lies in a run's memory; without factors and biases.
  init(_ weight: WeightNumbers, turned: TurnedOrder? = nil) { (self.weight, self.turned) = (weight, turned) }

  /// The weight of an operation that always has one.
  var requiredWeight: WeightNumbers {
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
    target.update(repeating: 0, count: outputs.count)
    bias?.withUnsafeBufferPointer { bias in
      for output in outputs where output < bias.count { target[output - outputs.lowerBound] = bias[output] }
    }
  }
}

/// Numbers in row-major order with a shape: a tensor's, or some that a run has computed.
///
/// Unchecked because of the pointer, which is of use only within the run.
package enum WeightNumbers: @unchecked Sendable {
  case tensor(Tensor)
  case memory(UnsafePointer<Float>, shape: [Int])

  /// The sizes of the dimensions, outermost first.
  package var shape: [Int] {
    switch self {
    case .tensor(let tensor): tensor.shape
    case .memory(_, let shape): shape
    }
  }

  /// The elements, as a copy.
  package var elements: [Float] { withUnsafeBufferPointer { Array($0) } }

  /// Calls a closure with the elements in row-major order, which are valid only within it.
  package func withUnsafeBufferPointer<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
    switch self {
    case .tensor(let tensor): tensor.withUnsafeBufferPointer(body)
    case .memory(let start, let shape): body(UnsafeBufferPointer(start: start, count: shape.reduce(1, *)))
    }
  }

  /// Says that the numbers will hardly be read again, so that the system may take back what it has cached of their file.
  package func forget() { if case .tensor(let tensor) = self { tensor.forget() } }
}

/// How a weight `[outputs, inputs, rows, columns]` is read where its numbers lie as `[inputs, outputs, taps]`.
struct TurnedOrder: Hashable {
  /// The taps that lie there.
  var size: Int
  /// For each of the weight's taps the one that lies there, -1 for zeros.
  var chosen: [Int32]
}

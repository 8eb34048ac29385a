/// What a layer does to tensors, with everything but their elements decided: windows resolved, sizes known.
///
/// Layers say what they compute in operations; each is a type in a file of its own in `Operations/`. An operation is
/// computed at once, or becomes a step of a computation that is planned as a whole, as the tensors it is applied to are
/// numbers or traced. What the planner asks of an operation, it asks here: the answers that are common are defaults.
package protocol Operation: Hashable, Sendable {
  /// The shape of the result, with the batch, for operands of the given shapes that suit the operation.
  func outputShape(of operands: Operands<[Int]>) -> [Int]

  /// The result by the plain path: by definition, on one thread. The reference for every kernel.
  func plain(_ operands: Operands<Tensor>) -> Tensor

  /// The same in double precision. One generic definition answers both:
  /// `func plain<T: PlainTensor>(_ operands: Operands<T>) -> T`.
  func plain(_ operands: Operands<DoubleTensor>) -> DoubleTensor

  /// The gradients by the operands, made of the gradient by the result; nil if the operation has none, as those that
  /// gradients are made of (`GradientOperation`). Every other operation must say, so there is no default.
  func pullback(_ pullback: Pullback) -> OperandGradients?

  /// The multiply-accumulates of a convolution or linear layer, for the whole batch; 0 for other operations.
  func macs(of operands: Operands<[Int]>) -> Int

  /// Whether an image of the result depends on other images of the batch than its own. A plan then runs the operation,
  /// and what follows, for the whole batch at once.
  var mixesImages: Bool { get }

  /// What is left of the operation at inference.
  var inference: InferenceForm { get }

  /// What the operation is in training.
  var training: TrainingForm { get }

  /// The operation on a number of inputs as joins of two, for which kernels exist; nil if its kernel takes them all.
  func pairwise(_ inputs: Int) -> PairwiseJoin?

  /// An operation that does the same to operands of these shapes, and faster; nil if there is none.
  func shortcut(for operands: Operands<[Int]>) -> (any Operation)?

  /// Whether the operation's step reads weights while it runs, as it reads inputs: in training they are results of other
  /// steps. Without, they are there before, and packed.
  var readsWeights: Bool { get }

  /// Whether the result is no maps, but in the shape of a weight, or a number for each channel: a step then writes it in
  /// row-major order.
  var yieldsVector: Bool { get }

  /// Whether a scaling of the result's channels can go into the weight and the bias.
  var foldsScaling: Bool { get }

  /// Whether the operation's kernel applies an activation before it stores.
  var fusesActivation: Bool { get }

  /// Whether the operation's kernel adds a residual before it stores.
  var fusesResidual: Bool { get }

  /// The function of each element that the operation is, if it is one: it may go into the step that makes its input.
  var activation: Activation? { get }

  /// Whether the operation is the sum of its inputs, so that one of two may be another step's residual.
  var isSum: Bool { get }

  /// Whether the result has the input's elements in the same order, under another shape.
  var keepsOrder: Bool { get }

  /// Whether the operation's kernel reads maps as it would read the vector that a flattening makes of them.
  var readsFlattened: Bool { get }

  /// Whether the operation's kernel can read a caller's maps of few channels in row-major order, as they are.
  var readsPlanar: Bool { get }

  /// The input's channels that the result is, as they lie; nil if elements change, or their order.
  func viewedChannels(of input: [Int], result: [Int]) -> Range<Int>?

  /// The axis along which the result is its inputs, one behind the other; nil if it is anything else. Where memory
  /// allows, the inputs are made in their places, and nothing runs.
  var concatenationAxis: Int? { get }
}

extension Operation {
  package func macs(of operands: Operands<[Int]>) -> Int { 0 }
  package var mixesImages: Bool { false }
  package var inference: InferenceForm { .same }
  package var training: TrainingForm { .same }
  package func pairwise(_ inputs: Int) -> PairwiseJoin? { nil }
  package func shortcut(for operands: Operands<[Int]>) -> (any Operation)? { nil }
  package var readsWeights: Bool { false }
  package var yieldsVector: Bool { false }
  package var foldsScaling: Bool { false }
  package var fusesActivation: Bool { false }
  package var fusesResidual: Bool { false }
  package var activation: Activation? { nil }
  package var isSum: Bool { false }
  package var keepsOrder: Bool { false }
  package var readsFlattened: Bool { false }
  package var readsPlanar: Bool { false }
  package func viewedChannels(of input: [Int], result: [Int]) -> Range<Int>? { nil }
  package var concatenationAxis: Int? { nil }

  /// The operation's name: `Convolution`.
  package var name: String { "\(Self.self)" }
}

/// The operations, each in a file of its own: `Operations.Convolution`.
package enum Operations {}

/// What is left of an operation at inference.
package enum InferenceForm: Sendable {
  /// The operation as it is.
  case same
  /// Nothing: the result is the input.
  case input
  /// Another operation of the same operands.
  case operation(any Operation)
}

/// A join of any number of inputs as joins of two, one after the other.
package struct PairwiseJoin: Sendable {
  /// What joins two.
  package var join: any Operation
  /// What is done to the last result, if anything.
  package var then: (any Operation)?

  package init(_ join: any Operation, then: (any Operation)? = nil) {
    self.join = join
    self.then = then
  }
}

extension Operation {
  /// The result for operands with their batch: numbers if all of them are, else a traced value.
  ///
  /// The operands' shapes suit the operation, which the compiler's shape rules or a layer's preconditions have checked.
  /// Operations know maps and vectors; signals `[N, C, L]` are maps of one row to them and volumes
  /// `[N, C, D, H, W]` maps of their slices, one below the other, and so is what they make of those.
  package func callAsFunction(_ operands: Operands<Tensor>) -> Tensor {
    // Beside maps a rank of three is no signal's, but of labels for each pixel.
    guard !keepsOrder, !operands.inputs.contains(where: { $0.rank == 4 }),
      let other = operands.inputs.first(where: { $0.rank == 3 || $0.rank == 5 })
    else { return applied(to: operands) }
    return applied(to: operands.asMaps).restored(as: other.shape)
  }

  private func applied(to operands: Operands<Tensor>) -> Tensor {
    guard let trace = operands.all.lazy.compactMap(\.traced?.trace).first else { return plain(operands) }
    return trace.record(self, operands)
  }

  /// The result for a list of inputs and the weights that the operation takes.
  package func callAsFunction(
    _ inputs: [Tensor], weight: Tensor? = nil, bias: Tensor? = nil, mean: Tensor? = nil, variance: Tensor? = nil
  ) -> Tensor {
    self(Operands(inputs, weight: weight, bias: bias, mean: mean, variance: variance))
  }

  /// The result for inputs and the weights that the operation takes.
  package func callAsFunction(
    _ inputs: Tensor..., weight: Tensor? = nil, bias: Tensor? = nil, mean: Tensor? = nil, variance: Tensor? = nil
  ) -> Tensor {
    self(Operands(inputs, weight: weight, bias: bias, mean: mean, variance: variance))
  }
}

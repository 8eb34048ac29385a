/// How trained tensors move against their gradients: a rule with its numbers.
///
/// The rules are PyTorch's, so that a recipe carries over: the rate multiplies outside of every average, and decay is
/// added to the gradient unless a rule says otherwise.
public struct Optimizer: Hashable, Sendable {
  /// What is done with a gradient.
  public enum Rule: Hashable, Sendable {
    /// Stochastic gradient descent with momentum (Sutskever et al. 2013); see `Optimizer.sgd`.
    case sgd(momentum: Double, dampening: Double, nesterov: Bool)
    /// Adam (Kingma and Ba 2015, arXiv:1412.6980), or AdamW where the decay is decoupled (Loshchilov and Hutter 2019,
    /// arXiv:1711.05101).
    case adam(beta1: Double, beta2: Double, epsilon: Double, decoupledDecay: Bool)
    /// RMSprop (Tieleman and Hinton 2012); see `Optimizer.rmsprop`.
    case rmsprop(alpha: Double, epsilon: Double, momentum: Double, epsilonInside: Bool)
  }

  /// What is done with a gradient.
  public var rule: Rule
  /// The learning rate before a schedule.
  public var rate: Double
  /// Weight decay; 0 for none.
  public var decay: Double

  /// A rule with its rate and decay.
  public init(_ rule: Rule, rate: Double, decay: Double = 0) {
    self.rule = rule
    self.rate = rate
    self.decay = decay
  }

  /// Stochastic gradient descent: g += decay·p; v = g at first, then momentum·v + (1 − dampening)·g; p −= rate·v, or
  /// rate·(g + momentum·v) with Nesterov's look ahead.
  public static func sgd(
    rate: Double, momentum: Double = 0, dampening: Double = 0, nesterov: Bool = false, decay: Double = 0
  ) -> Optimizer {
    Optimizer(.sgd(momentum: momentum, dampening: dampening, nesterov: nesterov), rate: rate, decay: decay)
  }

  /// Adam: averages of the gradient and of its square, both corrected for their start at zero; decay is added to the
  /// gradient.
  public static func adam(
    rate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, decay: Double = 0
  ) -> Optimizer {
    Optimizer(.adam(beta1: beta1, beta2: beta2, epsilon: epsilon, decoupledDecay: false), rate: rate, decay: decay)
  }

  /// AdamW: Adam, with p multiplied by 1 − rate·decay before the step in place of decay in the gradient.
  public static func adamW(
    rate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, decay: Double = 0.01
  ) -> Optimizer {
    Optimizer(.adam(beta1: beta1, beta2: beta2, epsilon: epsilon, decoupledDecay: true), rate: rate, decay: decay)
  }

  /// RMSprop: the gradient over the root of its average square; momentum, if any, is of that quotient.
  ///
  /// With `epsilonInside` in TensorFlow's form, which the recipes of EfficientNet and MobileNet are written for: ε stands
  /// under the root, and the average starts at 1.
  public static func rmsprop(
    rate: Double = 1e-2, alpha: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0,
    epsilonInside: Bool = false, decay: Double = 0
  ) -> Optimizer {
    Optimizer(
      .rmsprop(alpha: alpha, epsilon: epsilon, momentum: momentum, epsilonInside: epsilonInside), rate: rate,
      decay: decay)
  }

  /// What is kept for each trained tensor from step to step, in the order in which `update` takes it.
  public var slots: [OptimizerSlot] {
    switch rule {
    case .sgd(let momentum, _, _):
      momentum == 0 ? [] : [OptimizerSlot(name: "momentum", start: 0)]
    case .adam:
      [OptimizerSlot(name: "average", start: 0), OptimizerSlot(name: "average_square", start: 0)]
    case .rmsprop(_, _, let momentum, let epsilonInside):
      [OptimizerSlot(name: "average_square", start: epsilonInside ? 1 : 0)]
        + (momentum == 0 ? [] : [OptimizerSlot(name: "momentum", start: 0)])
    }
  }

  /// How many tensors `slots` lists.
  var slotCount: Int {
    switch rule {
    case .sgd(let momentum, _, _): momentum == 0 ? 0 : 1
    case .adam: 2
    case .rmsprop(_, _, let momentum, _): momentum == 0 ? 1 : 2
    }
  }

  /// The momentum, or β₁, which schedules may move.
  public var momentum: Double {
    switch rule {
    case .sgd(let momentum, _, _), .rmsprop(_, _, let momentum, _): momentum
    case .adam(let beta1, _, _, _): beta1
    }
  }

  /// The same rule with another momentum, or β₁.
  public func with(momentum: Double) -> Optimizer {
    var result = self
    switch rule {
    case .sgd(_, let dampening, let nesterov):
      result.rule = .sgd(momentum: momentum, dampening: dampening, nesterov: nesterov)
    case .adam(_, let beta2, let epsilon, let decoupledDecay):
      result.rule = .adam(beta1: momentum, beta2: beta2, epsilon: epsilon, decoupledDecay: decoupledDecay)
    case .rmsprop(let alpha, let epsilon, _, let epsilonInside):
      result.rule = .rmsprop(alpha: alpha, epsilon: epsilon, momentum: momentum, epsilonInside: epsilonInside)
    }
    return result
  }
}

/// A tensor that an optimizer keeps for each that it trains, of the same shape.
public struct OptimizerSlot: Hashable, Sendable {
  /// `momentum`: what the slot is called in files of training states.
  public var name: String
  /// The value of every element before the first step.
  public var start: Double
}

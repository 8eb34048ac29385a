import Tensors

/// How a network is trained, but for its data and its loss.
public struct TrainingSettings: Hashable, Sendable {
  /// The rule by which parameters move.
  public var optimizer: Optimizer
  /// Clipping by the norm of all gradients together; nil for none. Updates then wait for the last gradient.
  public var clipping: GradientClipping?
  /// The average that is kept of each parameter that moves; nil for none.
  public var average: WeightAverage?
  /// Of how many equal parts the batch of a step consists, one after the other: gradients are their mean.
  public var parts: Int
  /// What the masks of dropout and stochastic depth are drawn by; nil keeps everything.
  public var seed: UInt64?
  /// What is special about parameters, by their names.
  public var rules: [String: ParameterRule]
  /// The layers whose batch norms keep their running statistics, and normalize with them, by their paths.
  public var frozenNorms: Set<String>

  /// Settings; without anything but an optimizer all parameters move alike.
  public init(
    _ optimizer: Optimizer, clipping: GradientClipping? = nil, average: WeightAverage? = nil, parts: Int = 1,
    seed: UInt64? = 0, rules: [String: ParameterRule] = [:], frozenNorms: Set<String> = []
  ) {
    self.optimizer = optimizer
    self.clipping = clipping
    self.average = average
    self.parts = parts
    self.seed = seed
    self.rules = rules
    self.frozenNorms = frozenNorms
  }

  /// The rule of a parameter.
  func rule(of path: String) -> ParameterRule { rules[path] ?? ParameterRule() }

  /// The optimizer of a parameter, with its decay.
  func optimizer(of path: String) -> Optimizer {
    var result = optimizer
    if !rule(of: path).decays { result.decay = 0 }
    return result
  }
}

extension TrainingSettings {
  /// A network, as its author means it, in what training leaves as it is, below all that moves, and the rest; nil if nothing
  /// is below.
  package func split(_ network: Computation) -> Computation.Parts? {
    network.splitBelowTraining(
      drops: seed != nil, moves: { [.weight, .bias].contains($0.role) && !rule(of: $0.path).isFrozen },
      isFrozen: { frozenNorms.contains($0) })
  }
}

/// What is special about one parameter.
public struct ParameterRule: Hashable, Sendable {
  /// What the learning rate is multiplied by.
  public var rateFactor: Double
  /// Whether the optimizer's decay counts.
  public var decays: Bool
  /// Whether the parameter stays as it is: it has no gradient.
  public var isFrozen: Bool

  /// A rule; without anything given, that of all others.
  public init(rateFactor: Double = 1, decays: Bool = true, isFrozen: Bool = false) {
    self.rateFactor = rateFactor
    self.decays = decays
    self.isFrozen = isFrozen
  }
}

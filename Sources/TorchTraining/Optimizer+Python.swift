import PythonSource
import Training

extension Optimizer {
  /// The optimizer of PyTorch that moves `groups` by the same rule; what is as it stands there is not written.
  ///
  /// - Parameter hasDecays: Whether each group says how much it decays.
  func python(hasDecays: Bool) -> PythonExpression {
    var arguments = [PythonArgument(nil, .name("groups")), PythonArgument("lr", .name("LEARNING_RATE"))]
    func add(_ label: String, _ value: Double, unless standard: Double) {
      if value != standard { arguments.append(PythonArgument(label, .number(value))) }
    }
    let name: String
    var standardDecay = 0.0
    switch rule {
    case .sgd(let momentum, let dampening, let nesterov):
      name = "torch.optim.SGD"
      add("momentum", momentum, unless: 0)
      add("dampening", dampening, unless: 0)
      if nesterov { arguments.append(PythonArgument("nesterov", .literal("True"))) }
    case .adam(let beta1, let beta2, let epsilon, let decoupledDecay):
      name = decoupledDecay ? "torch.optim.AdamW" : "torch.optim.Adam"
      if decoupledDecay { standardDecay = 0.01 }
      if (beta1, beta2) != (0.9, 0.999) {
        arguments.append(PythonArgument("betas", .tuple([.number(beta1), .number(beta2)])))
      }
      add("eps", epsilon, unless: 1e-8)
    case .rmsprop(let alpha, let epsilon, let momentum, let epsilonInside):
      name = epsilonInside ? "RMSpropTF" : "torch.optim.RMSprop"
      add("alpha", alpha, unless: 0.99)
      add("eps", epsilon, unless: 1e-8)
      add("momentum", momentum, unless: 0)
    }
    if !hasDecays, decay != standardDecay {
      arguments.append(PythonArgument("weight_decay", decay == 0 ? .number(0) : .name("WEIGHT_DECAY")))
    }
    return .call(name, arguments)
  }

  /// Whether what schedules move is β₁ of a pair.
  var hasBetas: Bool { if case .adam = rule { true } else { false } }
}

extension PythonExpression {
  /// A real number.
  static func number(_ value: Double) -> PythonExpression { .literal("\(value)") }
}

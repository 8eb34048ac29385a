import Training

/// A schedule's curve as Python.
struct PythonSchedule {
  /// The constants that the functions name.
  var constants: [(String, Double)] = []
  /// The functions `learning_rate` and perhaps `momentum`.
  var functions: [String] = []
  /// Whether the rate goes by the losses of the epochs that are over.
  var goesByLosses = false
  var movesMomentum = false

  /// - Parameter momentum: Whether the optimizer has one that a cycle can move.
  init(_ schedule: Schedule, momentum: Bool) {
    var body: [String] = []
    if let warmup = schedule.warmup, case .epochs(let epochs) = warmup.length {
      constants += [("WARMUP_EPOCHS", epochs), ("WARMUP_START", warmup.start)]
      body += [
        "warm = math.floor(WARMUP_EPOCHS * steps + 0.5)", "if step < warm:",
        "    return LEARNING_RATE * (WARMUP_START + (1 - WARMUP_START) * step / warm)",
      ]
    }
    let isWarm = !body.isEmpty
    let (time, end) = Self.walked(schedule.unit, isWarm: isWarm)
    switch schedule.curve {
    case .constant: body.append("return LEARNING_RATE")
    case .step(let size, let gamma):
      constants.append(("GAMMA", gamma))
      body.append("return LEARNING_RATE * GAMMA ** (\(time.bracketed) // \(size))")
    case .multiStep(let milestones, let gamma):
      constants.append(("GAMMA", gamma))
      body += [
        "time = \(time)",
        "return LEARNING_RATE * GAMMA ** sum(place <= time for place in MILESTONES)",
      ]
      self.milestones = milestones
    case .exponential(let gamma):
      constants.append(("GAMMA", gamma))
      // Names stand close to the operator.
      body.append("return LEARNING_RATE * GAMMA" + (time == "step" ? "**step" : " ** \(time.bracketed)"))
    case .cosine(let minimum):
      body += ["time, end = \(time), \(end)", "fall = 0.5 * (1 + math.cos(math.pi * min(1.0, time / end)))"]
      body.append(lowest(minimum, "fall"))
    case .polynomial(let power, let minimum):
      body += ["time, end = \(time), \(end)", "fall = max(0.0, 1 - time / end) ** \(power)"]
      body.append(lowest(minimum, "fall"))
    case .oneCycle(let cycle):
      movesMomentum = momentum && cycle.movesMomentum
      constants += [("RISING", cycle.rising)]
      body += [
        "time, end = \(time), \(end)", "first = LEARNING_RATE / \(cycle.startDivisor)",
        "return cycled(first, LEARNING_RATE, first / \(cycle.endDivisor), time, end)",
      ]
      functions.append(Self.cycled)
      if movesMomentum {
        let warm = isWarm ? "    warm = math.floor(WARMUP_EPOCHS * steps + 0.5)\n" : ""
        let (low, high) = (cycle.lowestMomentum, cycle.highestMomentum)
        functions.append(
          """
          def momentum(step: int, steps: int, epochs: int) -> float:
              \"""The momentum of a step, the other way.\"""
          \(warm)    time, end = \(isWarm ? "max(0, \(time))" : time), \(end)
              return cycled(\(high), \(low), \(high), time, end)
          """)
      }
    case .plateau(let plateau):
      goesByLosses = true
      body += Self.plateau(plateau)
    }
    let losses = goesByLosses ? ", losses: list[float]" : ""
    let what =
      goesByLosses
      ? "The learning rate of a step after epochs with such losses."
      : "The learning rate of a step; an epoch has `steps`."
    let head = "def learning_rate(step: int, steps: int, epochs: int\(losses)) -> float:"
    functions.append(
      ([head, "    \"\"\"\(what)\"\"\""] + body.map { "    \($0)" }).joined(separator: "\n"))
  }

  /// Where the rate falls; nil where the curve has no such places.
  private(set) var milestones: [Int]?

  /// How many units of the curve are over, and how many there are; the warm-up does not count.
  private static func walked(_ unit: Schedule.Unit, isWarm: Bool) -> (time: String, end: String) {
    switch (unit, isWarm) {
    case (.step, false): ("step", "max(1, epochs * steps)")
    case (.step, true): ("step - warm", "max(1, epochs * steps - warm)")
    case (.epoch, false): ("step // steps", "max(1, epochs)")
    case (.epoch, true): ("step // steps - warm // steps", "max(1, epochs - warm // steps)")
    }
  }

  /// The rate on the way to the last one.
  private mutating func lowest(_ minimum: Double, _ share: String) -> String {
    guard minimum != 0 else { return "return LEARNING_RATE * \(share)" }
    constants.append(("LAST_RATE", minimum))
    return "return LAST_RATE + (LEARNING_RATE - LAST_RATE) * \(share)"
  }

  private static let cycled = """
    def cycled(first: float, second: float, third: float, step: int, steps: int) -> float:
        \"""Half a cosine from the first value to the second, then one to the third.\"""
        turn, last = RISING * steps - 1, steps - 1
        time = min(step, last)
        if time <= turn:
            start, end, share = first, second, time / turn if turn > 0 else 1.0
        else:
            start, end = second, third
            share = (time - turn) / (last - turn) if last > turn else 1.0
        return end + (start - end) / 2 * (1 + math.cos(math.pi * share))
    """

  private static func plateau(_ plateau: Schedule.Plateau) -> [String] {
    [
      "rate, best, bad, cooling = LEARNING_RATE, math.inf, 0, 0", "for loss in losses:",
      "    bad += 1", "    if loss < best * (1 - \(plateau.threshold)):", "        best, bad = loss, 0",
      "    if cooling > 0:", "        cooling, bad = cooling - 1, 0", "    if bad > \(plateau.patience):",
      "        rate = max(rate * \(plateau.factor), \(plateau.minimum))",
      "        cooling, bad = \(plateau.cooldown), 0", "return rate",
    ]
  }
}

extension String {
  /// In parentheses where there is an operator in it.
  fileprivate var bracketed: String { contains(" ") ? "(\(self))" : self }
}

import Augmentation
import Recipes
import Training

/// How a network is trained: settings with everything filled in.
package struct Recipe: Hashable, Sendable {
  /// What a network learns from; nil where the settings do not say.
  package struct Source: Hashable, Sendable {
    /// The form of a data set.
    package enum Form: String, Hashable, Sendable, CaseIterable {
      case idx
      case cifar
      case folder
      case csv
      case npz
    }

    package var form: Form
    package var path: String

    package init(_ form: Form, path: String) {
      self.form = form
      self.path = path
    }
  }

  /// What a network is tested on while it trains.
  package enum Validation: Hashable, Sendable {
    case none
    /// The data set's own test part.
    case testPart
    /// A share of the training images, of each class the same.
    case share(Double)
  }

  /// What becomes smaller.
  package enum Objective: Hashable, Sendable {
    case crossEntropy(smoothing: Double)
    case meanSquared
    case binaryCrossEntropy
    case radialBasis(j: Double)

    /// Whether images may have several labels.
    package var takesSeveralLabels: Bool {
      switch self {
      case .meanSquared, .binaryCrossEntropy: true
      case .crossEntropy, .radialBasis: false
      }
    }

    /// As a recipe calls it.
    package var name: String {
      switch self {
      case .crossEntropy: "cross_entropy"
      case .meanSquared: "mean_squared"
      case .binaryCrossEntropy: "binary_cross_entropy"
      case .radialBasis: "radial_basis"
      }
    }
  }

  /// What the result must reach, from 0 to 1.
  package struct Expectation: Hashable, Sendable {
    /// Shares of images whose class is the likeliest, or among the likeliest five.
    package var top1: Double?
    package var top5: Double?
    /// The mean average precision and the micro F1 score of several labels an image.
    package var map: Double?
    package var f1: Double?

    /// Whether something is expected of images with one class each.
    package var isOfOneClass: Bool { top1 != nil || top5 != nil }
    /// Whether something is expected of images with several labels each.
    package var isOfSeveralLabels: Bool { map != nil || f1 != nil }
    /// Whether anything is expected.
    package var isSaid: Bool { isOfOneClass || isOfSeveralLabels }
  }

  package var source: Source?
  package var validation: Validation
  package var epochs: Int
  /// Images of a step.
  package var batch: Int
  /// Parts of a step.
  package var accumulation: Int
  package var objective: Objective
  package var optimizer: Optimizer
  package var decaysNorms: Bool
  package var decaysBiases: Bool
  package var schedule: Schedule
  /// Factors of the rate by pattern; the first that fits holds.
  package var rates: [RecipeValue.Factor]
  package var augmentations: [Augmentation]
  package var mix: BatchMix
  /// Patterns of the tensors that stay as they are.
  package var frozen: [String]
  /// Whether dropout and stochastic depth are in force.
  package var drops: Bool
  package var average: WeightAverage?
  package var clipping: GradientClipping?
  package var seed: UInt64
  /// Epochs without a better result after which training ends.
  package var patience: Int?
  package var expectation: Expectation
  /// The recipes of the parts that training comes in, one after the other: this one where it comes in one.
  package private(set) var stages: [Recipe] = []
}

extension Recipe {
  /// The epochs of all stages.
  package var allEpochs: Int { stages.reduce(0) { $0 + $1.epochs } }

  /// Steps of an epoch. Where a batch comes in parts, images that do not fill the last one wait for another epoch.
  package func stepsPerEpoch(images: Int) -> Int { accumulation > 1 ? images / batch : (images + batch - 1) / batch }

  /// Settings that a reader has checked, with the standards for what they do not say.
  package init(_ settings: RecipeSettings) {
    let values = FilledSettings(settings, RecipeField.all)
    source = values.choice("data").flatMap { choice in
      Source.Form(rawValue: choice.name).map { Source($0, path: choice.fields.text("path")) }
    }
    switch values["validation"] {
    case .number(let share): validation = share > 0 ? .share(share) : .none
    case .text("test"): validation = .testPart
    default: validation = .none
    }
    epochs = values.integer("epochs")
    batch = values.integer("batch")
    accumulation = values.integer("accumulate")
    objective = Self.objective(values)
    (optimizer, decaysNorms, decaysBiases) = Self.optimizer(values)
    schedule = Self.schedule(values)
    // As in PyTorch, a cycle moves the momentum of an optimizer that says none, which then keeps a tensor for it.
    if case .oneCycle(let cycle) = schedule.curve, cycle.movesMomentum, optimizer.momentum == 0 {
      optimizer = optimizer.with(momentum: cycle.highestMomentum)
    }
    if case .factors(let factors)? = values["rates"] { rates = factors } else { rates = [] }
    if case .choices(let list)? = values["augment"] {
      augmentations = list.compactMap { Self.augmentation($0) }
    } else {
      augmentations = []
    }
    let mixing = values.mapping("mix")
    mix = BatchMix(mixup: mixing?.given("mixup"), cutmix: mixing?.given("cutmix"))
    if case .texts(let patterns)? = values["freeze"] { frozen = patterns } else { frozen = [] }
    drops = values.flag("dropout")
    average = values.mapping("ema").map { WeightAverage(decay: $0.number("decay")) }
    clipping = values.given("clip_norm").map { GradientClipping(largestNorm: $0) }
    seed = UInt64(values.integer("seed"))
    if case .integer(let epochs)? = values["patience"] { patience = epochs } else { patience = nil }
    let expected = values.mapping("expect")
    expectation = Expectation(
      top1: expected?.given("top1"), top5: expected?.given("top5"), map: expected?.given("map"),
      f1: expected?.given("f1"))
    stages = [self]
    guard case .mappings(let changes)? = settings["stages"] else { return }
    let common = settings.setting("stages", nil)
    stages = changes.map { Recipe(common.overridden(by: $0)) }
  }

  private static func objective(_ values: FilledSettings) -> Objective {
    guard let (name, fields) = values.choice("loss") else { return .crossEntropy(smoothing: 0) }
    switch name {
    case "mean_squared": return .meanSquared
    case "binary_cross_entropy": return .binaryCrossEntropy
    case "radial_basis": return .radialBasis(j: fields.number("j"))
    default: return .crossEntropy(smoothing: fields.number("label_smoothing"))
    }
  }

  private static func optimizer(_ values: FilledSettings) -> (Optimizer, decaysNorms: Bool, decaysBiases: Bool) {
    guard let (name, fields) = values.choice("optimizer") else { return (.sgd(rate: 0.01), true, true) }
    let (rate, decay) = (fields.number("lr"), fields.number("weight_decay"))
    let optimizer: Optimizer
    switch name {
    case "adam", "adamw":
      optimizer = Optimizer(
        .adam(
          beta1: fields.number("beta1"), beta2: fields.number("beta2"), epsilon: fields.number("epsilon"),
          decoupledDecay: name == "adamw"), rate: rate, decay: decay)
    case "rmsprop":
      optimizer = .rmsprop(
        rate: rate, alpha: fields.number("alpha"), epsilon: fields.number("epsilon"),
        momentum: fields.number("momentum"), epsilonInside: fields.flag("epsilon_inside"), decay: decay)
    default:
      optimizer = .sgd(
        rate: rate, momentum: fields.number("momentum"), dampening: fields.number("dampening"),
        nesterov: fields.flag("nesterov"), decay: decay)
    }
    return (optimizer, fields.flag("decay_norms"), fields.flag("decay_biases"))
  }

  private static func schedule(_ values: FilledSettings) -> Schedule {
    let warmup = values.mapping("warmup").map {
      Schedule.Warmup(.epochs($0.number("epochs")), start: $0.number("start"))
    }
    guard let (name, fields) = values.choice("schedule") else { return Schedule(.constant, warmup: warmup) }
    var unit: Schedule.Unit? { fields.choice("per").flatMap { Schedule.Unit(rawValue: $0.name) } }
    switch name {
    case "step":
      return Schedule(
        .step(size: fields.integer("size"), gamma: fields.number("gamma")), per: unit ?? .epoch, warmup: warmup)
    case "multi_step":
      var places: [Int] = []
      if case .integers(let milestones)? = fields["milestones"] { places = milestones }
      return Schedule(
        .multiStep(milestones: places, gamma: fields.number("gamma")), per: unit ?? .epoch, warmup: warmup)
    case "exponential":
      return Schedule(.exponential(gamma: fields.number("gamma")), per: unit ?? .epoch, warmup: warmup)
    case "cosine": return Schedule(.cosine(minimum: fields.number("min")), per: unit ?? .step, warmup: warmup)
    case "one_cycle":
      let cycle = Schedule.OneCycle(
        rising: fields.number("rising"), startDivisor: fields.number("start_divisor"),
        endDivisor: fields.number("end_divisor"), movesMomentum: fields.flag("cycle_momentum"))
      return Schedule(.oneCycle(cycle), per: .step, warmup: warmup)
    case "polynomial":
      return Schedule(
        .polynomial(power: fields.number("power"), end: fields.number("min")), per: unit ?? .step, warmup: warmup)
    case "plateau":
      let plateau = Schedule.Plateau(
        factor: fields.number("factor"), patience: fields.integer("patience"), threshold: fields.number("threshold"),
        cooldown: fields.integer("cooldown"), minimum: fields.number("min"))
      return Schedule(.plateau(plateau), per: .epoch, warmup: warmup)
    default: return Schedule(.constant, warmup: warmup)
    }
  }

  private static func augmentation(_ value: RecipeValue) -> Augmentation? {
    guard case .choice(let name, let written) = value,
      case .choices(let choices)? = RecipeField.all.first(where: { $0.name == "augment" })?.type,
      let choice = choices.first(where: { $0.name == name })
    else { return nil }
    let fields = FilledSettings(written, choice.fields)
    switch name {
    case "flip": return .flip(probability: fields.number("probability"))
    case "flip_vertically": return .flipVertically(probability: fields.number("probability"))
    case "pad_crop": return .paddedCrop(padding: fields.integer("padding"))
    case "random_resized_crop": return .resizedCrop(area: fields.range("area"), ratio: fields.range("ratio"))
    case "rotate": return .rotate(degrees: fields.number("degrees"))
    case "brightness": return .color(ColorJitter(brightness: fields.number("by")))
    case "contrast": return .color(ColorJitter(contrast: fields.number("by")))
    case "saturation": return .color(ColorJitter(saturation: fields.number("by")))
    case "hue": return .color(ColorJitter(hue: fields.number("by")))
    case "color":
      return .color(
        ColorJitter(
          brightness: fields.number("brightness"), contrast: fields.number("contrast"),
          saturation: fields.number("saturation"), hue: fields.number("hue")))
    case "lighting": return .lighting(deviation: fields.number("deviation"))
    case "erase":
      return .erase(
        probability: fields.number("probability"), area: fields.range("area"), ratio: fields.range("ratio"))
    case "randaugment":
      return .randAugment(operations: fields.integer("operations"), magnitude: fields.integer("magnitude"))
    case "trivial_augment": return .trivialAugment
    default: return nil
    }
  }
}

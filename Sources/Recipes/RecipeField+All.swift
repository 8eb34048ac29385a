extension RecipeField {
  /// The keys of a recipe, in the order in which they are documented and written.
  package static let all: [RecipeField] =
    common + [
      RecipeField(
        "stages", .mappings(common.filter { staged.contains($0.name) }),
        "Parts of the training, one after the other: each with keys that hold over the recipe's in it.")
    ]

  /// Of 1, nothing would move the average from where the weights began.
  private static let largestDecay = 0.9999999

  /// What may be another in each stage.
  private static let staged: Set<String> = [
    "epochs", "batch", "accumulate", "loss", "optimizer", "schedule", "warmup", "rates", "augment", "mix", "freeze",
    "dropout", "ema", "clip_norm", "patience",
  ]

  private static let common: [RecipeField] = [
    RecipeField("data", .choice(RecipeChoice.sources), "What the network learns from."),
    RecipeField(
      "validation", .share(0...0.9, words: ["test", "none"]),
      "What it is tested on after each epoch: `test` for the set's own test part, a share of the training images, the same "
        + "of each class, or `none`.", standard: "0.1"),
    RecipeField("epochs", .integer(0...1_000_000), "How often every image is seen.", standard: "10"),
    RecipeField("batch", .integer(1...65536), "Images of a step.", standard: "32"),
    RecipeField(
      "accumulate", .integer(1...65536), "Parts that a step's images are taken in, to need less memory.", standard: "1"),
    RecipeField("loss", .choice(RecipeChoice.losses), "What becomes smaller.", standard: "cross_entropy"),
    RecipeField(
      "optimizer", .choice(RecipeChoice.optimizers), "How weights move against their gradients.", standard: "sgd"),
    RecipeField("schedule", .choice(RecipeChoice.schedules), "How the learning rate moves.", standard: "constant"),
    RecipeField(
      "warmup",
      .mapping(
        [
          RecipeField("epochs", .number(0...1000), "How long it takes."),
          RecipeField("start", .number(0...1), "The part of the rate that the first step has.", standard: "0.01"),
        ], main: "epochs"),
      "A linear rise to the learning rate before the schedule begins, which then does not count it."),
    RecipeField(
      "rates", .factors(0...1e6), "Factors of the learning rate, by pattern of tensor names; the first holds."),
    RecipeField(
      "augment", .choices(RecipeChoice.augmentations), "Changes of the training images, one after the other."),
    RecipeField(
      "mix",
      .mapping([
        RecipeField("mixup", .number(0...100), "α of mixup: images are blended, and their classes."),
        RecipeField("cutmix", .number(0...100), "α of CutMix: a box of another image, and its share of the class."),
      ]), "Images of a batch mixed in pairs; of two ways, one is drawn for a batch."),
    RecipeField(
      "freeze", .patterns,
      "Tensors that stay as they are, and the statistics of their norms with them; of patterns that fit, the last holds, and "
        + "`!` before one takes tensors out: `[\"*\", \"!classifier\"]`."),
    RecipeField("dropout", .flag, "Whether dropout and stochastic depth are in force.", standard: "true"),
    RecipeField(
      "ema",
      .mapping([RecipeField("decay", .number(0...largestDecay), "The part that stays at each step.")], main: "decay"),
      "A moving average of the weights, which is what is tested and kept."),
    RecipeField("clip_norm", .number(1e-9...1e9), "The largest norm of all gradients together."),
    RecipeField("seed", .integer(0...Int.max), "What every random number follows from.", standard: "0"),
    RecipeField(
      "patience", .integer(1...1_000_000),
      "Tests without a better result after which training ends; one an epoch unless `--eval-every` says otherwise."),
    RecipeField(
      "expect",
      .mapping([
        RecipeField("top1", .number(0...1), "The share of images whose class is the likeliest."),
        RecipeField("top5", .number(0...1), "The share of images whose class is among the likeliest five."),
        RecipeField("map", .number(0...1), "Of several labels an image, the mean of the labels' average precisions."),
        RecipeField("f1", .number(0...1), "Of several labels an image, the F1 score of all labels together."),
      ]), "What the result must reach at least; the command fails otherwise."),
  ]
}

extension RecipeChoice {
  fileprivate static let sources = [
    RecipeChoice("idx", "A folder of IDX files, as MNIST and Fashion-MNIST come in.", main: "path", [path]),
    RecipeChoice("cifar", "A folder of CIFAR-10's or CIFAR-100's binary files.", main: "path", [path]),
    RecipeChoice(
      "folder", "A folder with a subfolder for each class, perhaps below `train` and `test` or `val`.", main: "path",
      [path]),
    RecipeChoice(
      "csv", "A list of files with their classes; of several labels of a file `;` stands between.", main: "path", [path]
    ),
    RecipeChoice(
      "npz", "An archive of numpy's arrays `x` and `y`, of N classes or N×K of 0 and 1 for several labels an image.",
      main: "path", [path]),
  ]
  private static let path = RecipeField("path", .path, "Where it is.")

  fileprivate static let losses = [
    RecipeChoice(
      "cross_entropy", "The cross entropy of one class an image, from logits or behind a softmax.", main: nil,
      [
        RecipeField("label_smoothing", .number(0...0.999), "The share given to all classes alike.", standard: "0")
      ]),
    RecipeChoice(
      "mean_squared", "The mean of squared differences to 1 for an image's classes and 0 for the others."),
    RecipeChoice(
      "binary_cross_entropy",
      "The cross entropy of each class by itself, from logits or behind a sigmoid: for several labels an image."),
    RecipeChoice(
      "radial_basis", "LeNet-5's criterion for distances to classes (LeCun et al. 1998, equation 9).", main: nil,
      [RecipeField("j", .number(-1000...1000), "How far wrong classes are pushed away.", standard: "0.1")]),
  ]

  private static let rate = RecipeField("lr", .number(0...1e6), "The learning rate before the schedule.")
  private static let decay = [
    RecipeField("weight_decay", .number(0...1e3), "How much weights shrink.", standard: "0"),
    RecipeField("decay_norms", .flag, "Whether scales and shifts of norms shrink too.", standard: "true"),
    RecipeField("decay_biases", .flag, "Whether biases shrink too.", standard: "true"),
  ]
  private static func rate(_ standard: String) -> RecipeField {
    var result = rate
    result.standard = standard
    return result
  }

  fileprivate static let optimizers = [
    RecipeChoice(
      "sgd", "Stochastic gradient descent.", main: "lr",
      [
        rate("0.01"), RecipeField("momentum", .number(0...1), "The part of the last step that is kept.", standard: "0"),
        RecipeField("dampening", .number(0...1), "The part of a gradient that momentum leaves out.", standard: "0"),
        RecipeField("nesterov", .flag, "Whether momentum looks ahead.", standard: "false"),
      ] + decay),
    RecipeChoice("adam", "Adam (Kingma and Ba 2015).", main: "lr", [rate("0.001")] + betas + decay),
    RecipeChoice(
      "adamw", "Adam with decay apart from the gradient (Loshchilov and Hutter 2019).", main: "lr",
      [rate("0.001")] + betas + decay),
    RecipeChoice(
      "rmsprop",
      "The gradient over the root of its average square; with `epsilon_inside` as TensorFlow 1 has it: ε under the root, and "
        + "the average begins with 1.", main: "lr",
      [
        rate("0.01"), RecipeField("alpha", .number(0...1), "The part of the average that stays.", standard: "0.99"),
        RecipeField("epsilon", .number(0...1), "What is added to the root.", standard: "1e-8"),
        RecipeField("momentum", .number(0...1), "The part of the last step that is kept.", standard: "0"),
        RecipeField(
          "epsilon_inside", .flag,
          "TensorFlow 1's form, for which MobileNet's and EfficientNet's rates are meant: ε under the root, and the average "
            + "of squares begins with 1 in place of 0, so that the first steps are small.",
          standard: "false"),
      ] + decay),
  ]
  /// With 1, what corrects an average for its beginning would be a division by 0.
  private static let largestBeta = 0.9999999

  private static let betas = [
    RecipeField("beta1", .number(0...largestBeta), "The part of the gradients' average that stays.", standard: "0.9"),
    RecipeField("beta2", .number(0...largestBeta), "The part of their squares' average that stays.", standard: "0.999"),
    RecipeField("epsilon", .number(0...1), "What is added to the root.", standard: "1e-8"),
  ]

  private static func per(_ standard: String) -> RecipeField {
    RecipeField(
      "per", .choice([RecipeChoice("step", "Every step."), RecipeChoice("epoch", "Every epoch.")]),
      "What it goes by.", standard: standard)
  }
  private static let gamma = RecipeField("gamma", .number(0...10), "What the rate is multiplied by.", standard: "0.1")
  private static let lowest = RecipeField("min", .number(0...1e6), "The last rate.", standard: "0")

  fileprivate static let schedules = [
    RecipeChoice("constant", "The rate stays."),
    RecipeChoice(
      "step", "The rate falls at equal distances.", main: "size",
      [RecipeField("size", .integer(1...100_000_000), "How far apart."), gamma, per("epoch")]),
    RecipeChoice(
      "multi_step", "The rate falls at some places.", main: "milestones",
      [RecipeField("milestones", .milestones, "Where."), gamma, per("epoch")]),
    RecipeChoice(
      "exponential", "The rate falls each time.", main: "gamma",
      [RecipeField("gamma", .number(0...10), "What the rate is multiplied by."), per("epoch")]),
    RecipeChoice("cosine", "The rate falls along half a cosine.", main: nil, [lowest, per("step")]),
    RecipeChoice(
      "one_cycle", "The rate rises and falls once, momentum the other way (Smith 2018).", main: nil,
      [
        RecipeField("rising", .number(0...1), "The part on which it rises.", standard: "0.3"),
        RecipeField("start_divisor", .number(1...1e9), "The highest rate over the first.", standard: "25"),
        RecipeField("end_divisor", .number(1...1e12), "The first rate over the last.", standard: "1e4"),
        RecipeField(
          "cycle_momentum", .flag,
          "Whether momentum, or β₁, goes from 0.95 to 0.85 and back, whatever the optimizer says.",
          standard: "true"),
      ]),
    RecipeChoice(
      "polynomial", "The rate falls along a power.", main: "power",
      [RecipeField("power", .number(0...100), "The exponent.", standard: "1"), lowest, per("step")]),
    RecipeChoice(
      "plateau", "The rate falls where the loss of tests does so no more; without tests, that of training.", main: nil,
      [
        RecipeField("factor", .number(0...1), "What the rate is multiplied by.", standard: "0.1"),
        RecipeField("patience", .integer(0...1_000_000), "Tests that may be no better.", standard: "10"),
        RecipeField("threshold", .number(0...1), "The part by which better is better.", standard: "1e-4"),
        RecipeField("cooldown", .integer(0...1_000_000), "Tests that are not judged after it.", standard: "0"),
        lowest,
      ]),
  ]

  private static func probability(_ standard: String) -> RecipeField {
    RecipeField("probability", .number(0...1), "How often.", standard: standard)
  }
  private static func jitter(_ name: String, _ what: String, limit: Double) -> RecipeChoice {
    RecipeChoice(name, what, main: "by", [RecipeField("by", .number(0...limit), "How far at most.")])
  }

  fileprivate static let augmentations = [
    RecipeChoice("flip", "Mirrored left to right.", main: "probability", [probability("0.5")]),
    RecipeChoice("flip_vertically", "Mirrored top to bottom.", main: "probability", [probability("0.5")]),
    RecipeChoice(
      "pad_crop", "A part of the same size out of the image with a border of zeros.", main: "padding",
      [RecipeField("padding", .integer(0...4096), "The border, in pixels.", standard: "4")]),
    RecipeChoice(
      "random_resized_crop", "A part of any size, in the size of the network's input.", main: nil,
      [
        RecipeField("area", .range(1e-4...1), "Its share of the image.", standard: "[0.08, 1]"),
        RecipeField("ratio", .range(1e-2...100), "Its width over its height.", standard: "[0.75, 1.3333333333333333]"),
      ]),
    RecipeChoice(
      "rotate", "Turned either way.", main: "degrees",
      [RecipeField("degrees", .number(0...180), "How far at most.", standard: "15")]),
    jitter("brightness", "Samples multiplied by a factor around 1.", limit: 10),
    jitter("contrast", "Samples moved from the mean of all by a factor around 1.", limit: 10),
    jitter("saturation", "Samples moved from their pixel's grey by a factor around 1.", limit: 10),
    jitter("hue", "The circle of colours turned, by half of it at most.", limit: 0.5),
    RecipeChoice(
      "color", "Brightness, contrast, saturation and hue, in an order that is drawn.", main: nil,
      [
        RecipeField("brightness", .number(0...10), "How far its factor is from 1.", standard: "0"),
        RecipeField("contrast", .number(0...10), "How far its factor is from 1.", standard: "0"),
        RecipeField("saturation", .number(0...10), "How far its factor is from 1.", standard: "0"),
        RecipeField("hue", .number(0...0.5), "How far it is turned.", standard: "0"),
      ]),
    RecipeChoice(
      "lighting", "The light's colour changed, as AlexNet had it.", main: "deviation",
      [RecipeField("deviation", .number(0...10), "How far.", standard: "0.1")]),
    RecipeChoice(
      "erase", "A rectangle made zero.", main: "probability",
      [
        probability("0.5"), RecipeField("area", .range(1e-4...1), "Its share of the image.", standard: "[0.02, 0.33]"),
        RecipeField("ratio", .range(1e-2...100), "Its height over its width.", standard: "[0.3, 3.3]"),
      ]),
    RecipeChoice(
      "randaugment", "Operations out of 14, each as strong.", main: nil,
      [
        RecipeField("operations", .integer(0...14), "How many.", standard: "2"),
        RecipeField("magnitude", .integer(0...30), "How strong.", standard: "9"),
      ]),
    RecipeChoice("trivial_augment", "One operation out of 14, as strong as is drawn."),
  ]
}

/// The words of other libraries for what recipes call otherwise, or have not.
package enum RecipeWords {
  /// What a word of another library stands for.
  enum Meaning {
    /// A word of recipes that takes the same values.
    case same(String)
    /// The same where a value stands behind it; by itself it says too little, and is written as here.
    case form(String, String)
    /// Something else, where a word is known: it is said how.
    case instead(String, String)
    /// Nothing to be written where a word is known, with the reason.
    case inferred(String, String)
    /// What cnnc does not have, where a word is known: what it has is said.
    case absent(String)
  }

  /// What the word means among those that are known; nil where that is not in the table.
  static func meaning(of word: String, among known: [String]) -> Meaning? {
    meanings(of: word)?.first { meaning in
      switch meaning {
      case .same(let needed), .form(let needed, _), .instead(let needed, _), .inferred(let needed, _),
        .absent(let needed):
        known.contains(needed)
      }
    }
  }

  /// The words that the word is the same as somewhere in a recipe, and itself.
  static func names(of word: String) -> [String] {
    let others = (meanings(of: word) ?? []).compactMap { meaning -> String? in
      switch meaning {
      case .same(let other), .form(let other, _): other
      case .instead, .inferred, .absent: nil
      }
    }
    return others + [word]
  }

  /// `nn.MSELoss()`, `mse_loss` and `MSELoss` are one word.
  static func normalized(_ word: String) -> String {
    guard word.utf8.count <= 64 else { return word }
    var rest = word[...]
    if let bracket = rest.firstIndex(of: "(") { rest = rest[..<bracket] }
    if let point = rest.lastIndex(of: ".") { rest = rest[rest.index(after: point)...] }
    return rest.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
  }

  private static func meanings(of word: String) -> [Meaning]? { meanings[normalized(word)] }

  // MARK: The table

  private static let byName = "cnnc knows formats, no data sets by name"
  private static let idxFolder = Meaning.form("idx", "\(byName): write `data: {idx: FOLDER}`")
  private static let cifarFolder = Meaning.form("cifar", "\(byName): write `data: {cifar: FOLDER}`")
  private static let classFolders = Meaning.instead("folder", "\(byName): write `data: {folder: FOLDER}`")
  private static let imageFolder = Meaning.form("folder", "write `data: {folder: FOLDER}`")

  private static let nesterov = Meaning.instead("sgd", "write `optimizer: {sgd: {momentum: 0.9, nesterov: true}}`")
  private static let heavyBall = Meaning.instead("sgd", "write `optimizer: {sgd: {momentum: 0.9}}`")
  private static let noOptimizer = Meaning.absent("sgd")
  private static let noLoss = Meaning.absent("cross_entropy")
  private static let noSchedule = Meaning.absent("cosine")
  private static let noChange = Meaning.absent("flip")

  private static let jitter = Meaning.form(
    "color", "write `color: {brightness: 0.4, contrast: 0.4, saturation: 0.4}`")
  private static let randomCrop = Meaning.instead(
    "pad_crop", "write `pad_crop: 4`, a part of the image's size out of it and a border of 4")
  private static let cutout = Meaning.instead("erase", "the nearest is 'erase', a rectangle of any ratio made zero")
  private static let rotation = Meaning.instead("rotate", "write `rotate: 15`, in degrees")
  private static let scaled = Meaning.instead(
    "flip", "leave it out, for images are made the network's input by the spec's `preprocess`")
  private static let mixed = Meaning.instead("flip", "it stands beside 'augment': `mix: {mixup: 0.2, cutmix: 1}`")

  private static let processors = Meaning.inferred(
    "epochs", "for networks are trained on processors; `--threads` says on how many")
  private static let workers = Meaning.inferred("epochs", "the option `--workers` says it")
  private static let ahead = Meaning.inferred("epochs", "for batches are made while the step before computes")
  private static let floats = Meaning.inferred("epochs", "for all numbers are float32")
  private static let shuffled = Meaning.inferred("epochs", "for each epoch takes the images in an order of its own")
  private static let measured = Meaning.inferred("epochs", "for loss and accuracy are measured after each epoch")
  private static let inEpochs = Meaning.instead("epochs", "training is measured in epochs: `epochs: 20`")
  private static let stopping = Meaning.form("patience", "write `patience: 5`, the tests without a better result")
  private static let parts = Meaning.instead(
    "accumulate", "write `accumulate: 4` and a 'batch' of four times as many, which is taken in four parts")
  private static let allEpochs = Meaning.inferred("min", "for the schedule goes over all epochs")
  private static let implementation = Meaning.inferred("lr", "for it does not change what is computed")
  private static let clipping = Meaning.same("clip_norm")
  private static let firstBeta = Meaning.instead("beta1", "what is kept of earlier gradients is 'beta1'")

  /// By what `normalized` makes of the words.
  private static let meanings: [String: [Meaning]] = [
    // Keys.
    "batchsize": [.same("batch")], "bs": [.same("batch")], "numepochs": [.same("epochs")],
    "maxepochs": [.same("epochs")], "nepochs": [.same("epochs")], "maxsteps": [inEpochs], "steps": [inEpochs],
    "stepsperepoch": [.inferred("rising", "for it follows from the data"), inEpochs],
    "criterion": [.same("loss")], "lossfn": [.same("loss")], "lossfunction": [.same("loss")],
    "objective": [.same("loss")], "optim": [.same("optimizer")], "optimiser": [.same("optimizer")],
    "scheduler": [.same("schedule")], "lrscheduler": [.same("schedule")], "lrschedule": [.same("schedule")],
    "learningrateschedule": [.same("schedule")],
    "augmentation": [.same("augment")], "augmentations": [.same("augment")], "transforms": [.same("augment")],
    "dataaugmentation": [.same("augment")], "dataset": [.same("data")], "val": [.same("validation")],
    "validationsplit": [.same("validation")], "valsplit": [.same("validation")], "valfraction": [.same("validation")],
    "earlystopping": [stopping], "earlystoppingpatience": [.same("patience")], "earlystop": [stopping],
    "callbacks": [
      .instead("patience", "cnnc has no callbacks; 'patience', 'schedule' and 'ema' do what many are for")
    ],
    "metrics": [measured], "device": [processors], "gpus": [processors], "cuda": [processors],
    "accelerator": [processors], "numworkers": [workers], "workers": [workers], "pinmemory": [ahead],
    "prefetch": [ahead], "persistentworkers": [ahead], "shuffle": [shuffled], "amp": [floats], "fp16": [floats],
    "mixedprecision": [floats], "precision": [floats], "dtype": [floats],
    "classweight": [.absent("epochs")], "classweights": [.absent("epochs")],
    "clip": [clipping], "maxnorm": [clipping], "gradientclip": [clipping], "gradclip": [clipping],
    "clipgradnorm": [clipping], "globalclipnorm": [clipping], "gradientclipval": [clipping],
    "clipvalue": [.instead("clip_norm", "gradients are clipped by the norm of all together: `clip_norm: 1`")],
    "accumulation": [parts], "gradaccum": [parts], "gradientaccumulationsteps": [parts],
    "accumulategradbatches": [parts], "useema": [.instead("ema", "write `ema: 0.999`")], "emadecay": [.same("ema")],
    "emamomentum": [.same("ema")], "manualseed": [.same("seed")], "randomstate": [.same("seed")],
    "warmupepochs": [.same("warmup")],
    "warmupsteps": [.instead("warmup", "write `warmup: 1`, in epochs")], "frozen": [.same("freeze")],
    // Data.
    "mnist": [idxFolder], "fashionmnist": [idxFolder], "kmnist": [idxFolder], "emnist": [idxFolder],
    "cifar10": [cifarFolder], "cifar100": [cifarFolder], "imagenet": [classFolders], "imagefolder": [imageFolder],
    "imagedatasetfromdirectory": [imageFolder], "directory": [imageFolder],
    "numpy": [.form("npz", "write `data: {npz: FILE}`")], "false": [.same("none")], "no": [.same("none")],
    // Losses.
    "ce": [.same("cross_entropy")], "crossentropyloss": [.same("cross_entropy")],
    "crossentropy": [.same("cross_entropy")], "categoricalcrossentropy": [.same("cross_entropy")],
    "sparsecategoricalcrossentropy": [.same("cross_entropy")], "softmaxcrossentropy": [.same("cross_entropy")],
    "nllloss": [.instead("cross_entropy", "write `loss: cross_entropy`, which takes a 'log_softmax' before it too")],
    "bce": [.same("binary_cross_entropy")], "bceloss": [.same("binary_cross_entropy")],
    "bcewithlogits": [.same("binary_cross_entropy")], "bcewithlogitsloss": [.same("binary_cross_entropy")],
    "binarycrossentropy": [.same("binary_cross_entropy")],
    "multilabelsoftmarginloss": [.same("binary_cross_entropy")],
    "mse": [.same("mean_squared")], "mseloss": [.same("mean_squared")], "meansquarederror": [.same("mean_squared")],
    "l2loss": [.same("mean_squared")], "rbf": [.same("radial_basis")], "smoothing": [.same("label_smoothing")],
    "l1loss": [noLoss], "mae": [noLoss], "meanabsoluteerror": [noLoss], "smoothl1loss": [noLoss],
    "huber": [noLoss], "huberloss": [noLoss], "hinge": [noLoss], "hingeloss": [noLoss],
    "categoricalhinge": [noLoss], "multimarginloss": [noLoss], "focal": [noLoss], "focalloss": [noLoss],
    "binaryfocalcrossentropy": [noLoss], "categoricalfocalcrossentropy": [noLoss], "kldivloss": [noLoss],
    "kldivergence": [noLoss], "dice": [noLoss], "diceloss": [noLoss], "tripletmarginloss": [noLoss],
    "cosinesimilarity": [noLoss], "cosineembeddingloss": [noLoss], "poisson": [noLoss], "poissonnllloss": [noLoss],
    "ctcloss": [noLoss], "logcosh": [noLoss],
    // Optimizers.
    "sgdm": [heavyBall], "sgdmomentum": [heavyBall], "nag": [nesterov],
    "rmsproptf": [.instead("rmsprop", "write `optimizer: {rmsprop: {epsilon_inside: true}}`")],
    "adamax": [noOptimizer], "nadam": [noOptimizer], "nadamw": [noOptimizer], "radam": [noOptimizer],
    "adagrad": [noOptimizer], "adadelta": [noOptimizer], "adafactor": [noOptimizer], "adabelief": [noOptimizer],
    "adabound": [noOptimizer], "adamp": [noOptimizer], "adan": [noOptimizer], "adamw8bit": [noOptimizer],
    "sparseadam": [noOptimizer], "amsgrad": [noOptimizer, .absent("beta1")], "asgd": [noOptimizer],
    "sgdp": [noOptimizer], "sgdw": [noOptimizer], "rprop": [noOptimizer], "lbfgs": [noOptimizer],
    "lion": [noOptimizer], "lamb": [noOptimizer], "lars": [noOptimizer], "ftrl": [noOptimizer],
    "novograd": [noOptimizer], "yogi": [noOptimizer], "shampoo": [noOptimizer], "sophia": [noOptimizer],
    "muon": [noOptimizer], "ranger": [noOptimizer], "madgrad": [noOptimizer], "lookahead": [noOptimizer],
    "learningrate": [.same("lr")], "rate": [.same("lr")], "decay": [.same("weight_decay")],
    "wd": [.same("weight_decay")], "l2": [.same("weight_decay")], "eps": [.same("epsilon")],
    "rho": [.same("alpha")], "momentum": [firstBeta], "nesterov": [.absent("beta1"), .absent("alpha")],
    "centered": [.absent("alpha")], "fused": [implementation], "foreach": [implementation],
    "capturable": [implementation], "differentiable": [implementation],
    // Schedules.
    "cosineannealinglr": [.same("cosine")], "cosineannealing": [.same("cosine")], "cosinelr": [.same("cosine")],
    "cosinedecay": [.same("cosine")], "cosineannealingwarmrestarts": [noSchedule], "sgdr": [noSchedule],
    "cosinedecayrestarts": [noSchedule],
    "steplr": [.form("step", "write `schedule: {step: 30}`, which is how many epochs lie between")],
    "multisteplr": [.form("multi_step", "write `schedule: {multi_step: [30, 60]}`")],
    "piecewiseconstantdecay": [.instead("multi_step", "write `schedule: {multi_step: [30, 60]}`")],
    "exponentiallr": [.form("exponential", "write `schedule: {exponential: 0.97}`")],
    "exponentialdecay": [.instead("exponential", "write `schedule: {exponential: 0.97}`")],
    "reducelronplateau": [.same("plateau")], "onecyclelr": [.same("one_cycle")], "1cycle": [.same("one_cycle")],
    "polynomiallr": [.same("polynomial")], "polynomialdecay": [.same("polynomial")], "poly": [.same("polynomial")],
    "linear": [.instead("polynomial", "a rate falls linearly by `polynomial: 1`, and rises by `warmup` beside it")],
    "linearlr": [.instead("polynomial", "a rate falls linearly by `polynomial: 1`, and rises by `warmup` beside it")],
    "warmup": [.instead("cosine", "it stands beside 'schedule': `warmup: 5`")],
    "cycliclr": [noSchedule], "lambdalr": [noSchedule], "multiplicativelr": [noSchedule], "noam": [noSchedule],
    "inversesqrt": [noSchedule], "inversetimedecay": [noSchedule], "constantlr": [noSchedule],
    "stepsize": [.same("size")], "etamin": [.same("min")], "minlr": [.same("min")], "endlr": [.same("min")],
    "decayrate": [.same("gamma")], "tmax": [allEpochs], "totaliters": [allEpochs], "decaysteps": [allEpochs],
    "totalsteps": [.inferred("rising", "for the schedule goes over all epochs")],
    "maxlr": [.instead("rising", "the highest rate is the optimizer's 'lr'")],
    "pctstart": [.same("rising")], "divfactor": [.same("start_divisor")], "finaldivfactor": [.same("end_divisor")],
    // Changes of images.
    "randomhorizontalflip": [.same("flip")], "horizontalflip": [.same("flip")], "hflip": [.same("flip")],
    "fliplr": [.same("flip")], "fliphorizontally": [.same("flip")],
    "randomflip": [.instead("flip", "'flip' mirrors left to right, 'flip_vertically' top to bottom")],
    "randomverticalflip": [.same("flip_vertically")], "verticalflip": [.same("flip_vertically")],
    "vflip": [.same("flip_vertically")], "flipud": [.same("flip_vertically")],
    "randomcrop": [randomCrop], "randomresizedcrop": [.same("random_resized_crop")],
    "resizedcrop": [.same("random_resized_crop")],
    "scale": [.same("area")], "colorjitter": [jitter], "colourjitter": [jitter], "randomcolorjitter": [jitter],
    "randomerasing": [.same("erase")], "randomerase": [.same("erase")], "cutout": [cutout],
    "randomrotation": [rotation], "rotation": [rotation],
    "trivialaugmentwide": [.same("trivial_augment")], "numops": [.same("operations")], "normalize": [scaled],
    "normalization": [scaled], "rescaling": [scaled], "totensor": [scaled], "resize": [scaled],
    "centercrop": [scaled], "mixup": [mixed], "cutmix": [mixed], "autoaugment": [noChange], "augmix": [noChange],
    "gaussianblur": [noChange], "blur": [noChange], "randomaffine": [noChange], "randomperspective": [noChange],
    "randomgrayscale": [noChange], "randominvert": [noChange], "randomsolarize": [noChange],
    "randomposterize": [noChange], "randomzoom": [noChange], "randomtranslation": [noChange],
    "gaussiannoise": [noChange], "elastictransform": [noChange], "mosaic": [noChange],
  ]
}

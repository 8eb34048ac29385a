import Diagnostics
import Testing
import YAML

@testable import Recipes

/// What people write in recipes who know other libraries: the words of the findings, and what fixes make of the text.
@Suite("Words of others in recipes") struct RecipeWordsTests {
  /// A recipe's findings, with the places of a source that is there.
  private static func read(_ text: String) -> (found: [Diagnostic], file: SourceFile) {
    var sources = SourceTable()
    let file = SourceFile(path: "r.yaml", bytes: Array((text + "\n").utf8))
    let source = sources.add(file)
    var faults = DiagnosticBag()
    var reader = RecipeReader()
    if let node = YAMLComposer.compose(file.bytes, source: source, into: &faults) { _ = reader.settings(node) }
    return (faults.sorted + reader.diagnostics.sorted, file)
  }

  /// What fixes leave of a recipe, in as many rounds as they need.
  private static func fixed(_ text: String) -> String {
    var text = text
    for _ in 0..<4 {
      let (found, file) = read(text)
      let edits = found.flatMap(\.fixes).filter(\.isUnambiguous).map(\.edit)
      if edits.isEmpty { break }
      text = String(file.applying(edits).dropLast())
    }
    return text
  }

  /// One mistake, how what is said of it begins, and the text that the fix makes, nil without one.
  static let cases: [(text: String, said: String, fixed: String?)] = [
    // Methods that cnnc does not have, and those that are near them.
    ("optimizer: adamax", "cnnc does not have it; there are sgd, adam, adamw, rmsprop", nil),
    ("optimizer: nadam", "cnnc does not have it", nil),
    ("optimizer: torch.optim.RAdam", "cnnc does not have it", nil),
    ("optimizer: {adagrad: {lr: 0.1}}", "cnnc does not have it", nil),
    ("optimizer: rprop", "cnnc does not have it", nil),
    ("optimizer: adadelta", "cnnc does not have it", nil), ("optimizer: L-BFGS", "cnnc does not have it", nil),
    ("optimizer: lion", "cnnc does not have it", nil), ("optimizer: adma", "did you mean 'adam'?", nil),
    ("optimizer: adamz", "did you mean 'adam'?", nil), ("optimizer: SGD", "did you mean 'sgd'?", "optimizer: sgd"),
    ("optimizer: sgdm", "write `optimizer: {sgd: {momentum: 0.9}}`", nil),
    ("optimizer: {type: adam, lr: 0.1}", "the form stands before what belongs to it: `optimizer: {adam: {…}}`", nil),
    ("loss: mae", "cnnc does not have it; there are cross_entropy", nil),
    ("schedule: CosineAnnealingWarmRestarts", "cnnc does not have it; there are constant", nil),
    ("augment: [AutoAugment]", "cnnc does not have it; there are flip", nil),
    ("augment: [randagument]", "did you mean 'randaugment'?", "augment: [randaugment]"),
    // Data.
    ("data: mnist", "cnnc knows formats, no data sets by name: write `data: {idx: FOLDER}`", nil),
    ("data: CIFAR10", "cnnc knows formats, no data sets by name: write `data: {cifar: FOLDER}`", nil),
    ("data: {mnist: digits}", "here it is called 'idx'", "data: {idx: digits}"),
    ("data: photos/2024", "its format stands before the path: `data: {folder: photos/2024}`", nil),
    ("data: foldr", "did you mean 'folder'?", nil),
    // Losses.
    ("loss: CrossEntropyLoss", "here it is called 'cross_entropy'", "loss: cross_entropy"),
    ("loss: crossentropy", "here it is called 'cross_entropy'", "loss: cross_entropy"),
    ("loss: nn.CrossEntropyLoss()", "here it is called 'cross_entropy'", "loss: cross_entropy"),
    ("loss: sparse_categorical_crossentropy", "here it is called 'cross_entropy'", "loss: cross_entropy"),
    ("loss: categorical_crossentropy", "here it is called 'cross_entropy'", "loss: cross_entropy"),
    ("loss: BCEWithLogitsLoss", "here it is called 'binary_cross_entropy'", "loss: binary_cross_entropy"),
    ("loss: MSELoss", "here it is called 'mean_squared'", "loss: mean_squared"),
    ("loss: mse", "here it is called 'mean_squared'", "loss: mean_squared"),
    ("label_smoothing: 0.1", "it stands in 'loss': `loss: {cross_entropy: {label_smoothing: 0.1}}`", nil),
    // Schedules.
    ("schedule: CosineAnnealingLR", "here it is called 'cosine'", "schedule: cosine"),
    (
      "schedule: {cosine: {T_max: 50, min: 0.1}}", "leave it out, for the schedule goes over all epochs",
      "schedule: {cosine: {min: 0.1}}"
    ),
    ("schedule: StepLR", "write `schedule: {step: 30}`, which is how many epochs lie between", nil),
    ("schedule: {StepLR: {gamma: 0.5}}", "here it is called 'step'", nil),
    ("schedule: {StepLR: 30}", "here it is called 'step'", "schedule: {step: 30}"),
    ("schedule: MultiStepLR", "write `schedule: {multi_step: [30, 60]}`", nil),
    ("schedule: ReduceLROnPlateau", "here it is called 'plateau'", "schedule: plateau"),
    ("schedule: OneCycleLR", "here it is called 'one_cycle'", "schedule: one_cycle"),
    ("schedule: ExponentialLR", "write `schedule: {exponential: 0.97}`", nil),
    ("scheduler: cosine", "here it is called 'schedule'", "schedule: cosine"),
    ("scheduler: step", "here it is called 'schedule'", nil),
    // Changes of images.
    ("augment: [RandomHorizontalFlip]", "here it is called 'flip'", "augment: [flip]"),
    ("augment: [horizontal_flip: 0.3]", "here it is called 'flip'", "augment: [flip: 0.3]"),
    ("augment: [vertical_flip]", "here it is called 'flip_vertically'", "augment: [flip_vertically]"),
    ("augment: [RandomCrop]", "write `pad_crop: 4`", nil),
    ("augment: [RandomResizedCrop]", "here it is called 'random_resized_crop'", "augment: [random_resized_crop]"),
    ("augment: [ColorJitter]", "write `color: {brightness: 0.4, contrast: 0.4, saturation: 0.4}`", nil),
    ("augment: [ColorJitter: {hue: 0.1}]", "here it is called 'color'", "augment: [color: {hue: 0.1}]"),
    ("augment: [Normalize]", "leave it out, for images are made the network's input by the spec's `preprocess`", nil),
    ("augment: [ToTensor]", "leave it out", nil), ("horizontal_flip: true", "it stands in 'augment' as 'flip'", nil),
    ("mixup: 0.2", "it stands in 'mix': `mix: {mixup: 0.2}`", nil),
    // Keys.
    ("validation_split: 0.2", "here it is called 'validation'", "validation: 0.2"),
    ("early_stopping: 5", "here it is called 'patience'", "patience: 5"),
    ("early_stopping: true", "write `patience: 5`, the tests without a better result", nil),
    ("callbacks: []", "cnnc has no callbacks; 'patience', 'schedule' and 'ema' do what many are for", nil),
    ("epochs: 3\ndevice: cuda\nseed: 1", "leave it out, for networks are trained on", "epochs: 3\nseed: 1"),
    ("{epochs: 3, num_workers: 4}", "leave it out, the option `--workers` says it", "{epochs: 3}"),
    ("batch_size: 4", "here it is called 'batch'", "batch: 4"),
    ("batch: 3\nbatch_size: 4", "here it is called 'batch'", nil),
    ("optimizer: {adam: {learning_rate: 0.1}}", "here it is called 'lr'", "optimizer: {adam: {lr: 0.1}}"),
    ("optimizer: {adam: {momentum: 0.9}}", "what is kept of earlier gradients is 'beta1'", nil),
    ("optimizer: {adam: {amsgrad: true}}", "cnnc does not have it", nil),
    ("optimizer: {sgd: {clip_norm: 1}}", "it stands in the recipe itself", nil),
    ("gradient_accumulation_steps: 4", "write `accumulate: 4` and a 'batch' of four times as many", nil),
    // One level too high.
    ("lr: 0.1", "it stands in 'optimizer': `optimizer: {sgd: {lr: 0.1}}`", nil),
    ("optimizer: adam\nlr: 0.1", "it stands in 'optimizer': `optimizer: {adam: {lr: 0.1}}`", nil),
    ("learning_rate: 0.1", "it stands in 'optimizer' as 'lr': `optimizer: {sgd: {lr: 0.1}}`", nil),
    ("optimizer: {adam: {lr: 1}}\nmomentum: 0.9", "it stands in 'optimizer', and 'adam' has none", nil),
    ("weight_decay: 1e-4", "it stands in 'optimizer': `optimizer: {sgd: {weight_decay: 1e-4}}`", nil),
    ("stages: [{nesterov: true}]", "it stands in 'optimizer': `optimizer: {sgd: {nesterov: true}}`", nil),
    // Two numbers of one key.
    (
      "optimizer: {adam: {betas: [0.9, 0.99], lr: 0.1}}", "write `beta1: 0.9, beta2: 0.99`",
      "optimizer: {adam: {beta1: 0.9, beta2: 0.99, lr: 0.1}}"
    ),
    (
      "optimizer:\n  adam:\n    betas: [0.9, 0.99]\n    lr: 0.1", "write `beta1: 0.9, beta2: 0.99`",
      "optimizer:\n  adam:\n    beta1: 0.9\n    beta2: 0.99\n    lr: 0.1"
    ),
    ("optimizer: {adam: {betas: 0.9}}", "write `beta1: 0.9, beta2: 0.999`", nil),
    ("optimizer: {adam: {betas: [0.9, 0.99], beta1: 0.8}}", "write `beta1: 0.9, beta2: 0.99`", nil),
  ]

  @Test(arguments: cases)
  func wordsAreKnown(text: String, said: String, fixed: String?) throws {
    let (found, file) = Self.read(text)
    let finding = try #require(found.first, "nothing was found")
    #expect(found.count == 1 && finding.id == .unknownKey, "\(found.map(\.message))")
    #expect(finding.message.split(separator: "; ", maxSplits: 1).last?.hasPrefix(said) == true, "\(finding.message)")
    #expect(finding.fixes.map { file.applying([$0.edit]) } == (fixed.map { [$0 + "\n"] } ?? []))
    if let fixed { #expect(Self.read(fixed).found.isEmpty) }
  }

  /// A comma in a number ends a value in braces, and is a letter elsewhere.
  @Test(arguments: [
    ("optimizer: {sgd: {lr: 0,1, momentum: 0.9}}", "optimizer: {sgd: {lr: 0.1, momentum: 0.9}}", 23),
    ("optimizer: {sgd: 0,1}", "optimizer: {sgd: 0.1}", 18), ("validation: 0,1", "validation: 0.1", 13),
    ("augment: [erase: 0,5, flip]", "augment: [erase: 0.5, flip]", 18),
    ("rates: {\"fc.*\": 0,1, \"*\": 1}", "rates: {\"fc.*\": 0.1, \"*\": 1}", 17), ("warmup: 0,5", "warmup: 0.5", 9),
  ])
  func decimalCommas(text: String, fixed: String, column: Int) throws {
    let (found, file) = Self.read(text)
    let finding = try #require(found.first)
    #expect(found.count == 1 && finding.id == .expressionSyntax && finding.span.start.column == column, "\(found)")
    #expect(finding.message.hasPrefix("a number has a decimal point, no comma: 0."))
    #expect(finding.fixes.map { file.applying([$0.edit]) } == [fixed + "\n"])
    #expect(Self.read(fixed).found.isEmpty)
  }

  /// What stands within a word that is mended is read on, so that all of it is mended at once.
  @Test func fixesMendAll() {
    #expect(
      Self.fixed(
        "batch_size: 3\noptimiser: {Adam: {learning_rate: 1}}\nlr_scheduler: {StepLR: {step_size: 30}}\ndevice: cuda")
        == "batch: 3\noptimizer: {adam: {lr: 1}}\nschedule: {step: {size: 30}}")
  }

  /// No word of the table is a key of recipes, which would be right.
  @Test func theTableIsOfOthersWords() {
    for name in RecipeField.all.map(\.name) {
      #expect(RecipeWords.meaning(of: name, among: RecipeField.all.map(\.name)) == nil, "\(name)")
    }
    #expect(RecipeWords.normalized("torch.nn.MSE_Loss()") == "mseloss")
  }
}

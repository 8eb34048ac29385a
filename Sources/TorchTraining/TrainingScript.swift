import Augmentation
import Blueprints
import GraphIR
import Layers
import PythonSource
import TrainingRuns

/// Puts the script of a stage together.
struct TrainingScript {
  /// A stage among several.
  struct Stage {
    var number: Int
    var of: Int
  }

  let graph: Graph
  let recipe: Recipe
  let subject: TorchTraining.Subject
  let strategy: TorchTraining.Strategy
  let name: String
  let stage: Stage?
  let trainable: TrainableNetwork
  let source: Recipe.Source
  let schedule: PythonSchedule
  let transform: String?
  let norms: [String]

  /// - Throws: `TrainingRunError` if the network cannot be trained so, `GenerationError` for what is not carried over.
  init(
    _ graph: Graph, _ recipe: Recipe, _ subject: TorchTraining.Subject, strategy: TorchTraining.Strategy, name: String,
    stage: Stage?
  ) throws {
    self.graph = graph
    self.recipe = recipe
    self.subject = subject
    self.strategy = strategy
    self.name = name
    self.stage = stage
    trainable = try TrainableNetwork(graph, recipe)
    guard let source = recipe.source else {
      throw GenerationError(
        "data: the recipe does not say what the network learns from; --data PATH does, and with idx:, cifar:, folder:, csv: or "
          + "npz: before it also where nothing is there yet")
    }
    self.source = source
    schedule = PythonSchedule(recipe.schedule, momentum: recipe.optimizer.momentum != 0)
    norms = try Self.norms(of: graph)
    let input = trainable.inputShape
    let takesImages = input.count == 3 && [1, 3].contains(input[0])
    guard takesImages || source.form == .npz else {
      throw GenerationError(
        "data: \(source.form.rawValue) has images, and the network takes \(input.map(String.init).joined(separator: "×"))"
      )
    }
    transform =
      takesImages
      ? try TransformEmitter(
        preprocessing: subject.preprocessing, augmentations: recipe.augmentations, input: input,
        hasFiles: source.form.hasFiles, fitsColors: source.form.fitsColors(input[0])
      ).body() : nil
    try check()
  }

  /// The text of the file.
  var text: String {
    var template = PythonTemplate(flags: flags, values: values)
    for (name, value) in constants { template.add(constant: name, value) }
    for text in [DataTemplate.text, TrainingTemplate.text] { template.add(text) }
    switch strategy {
    case .ddp, .fsdp: template.add(LoopTemplate.text)
    case .lightning: template.add(LightningTemplate.text)
    }
    var file = template.file(from: "main")
    file.documentation = documentation
    return PythonPrinter.print(file)
  }

  // MARK: What is carried over

  private func check() throws(GenerationError) {
    if source.form == .csv, recipe.validation == .testPart {
      throw GenerationError("validation: a list has no test part; validation: 0.1 keeps a share of it back")
    }
    let scores = scores(of: graph.outputs[0].value)
    if let head = graph.heads.first(where: { self.scores(of: $0.output) != scores }) {
      throw GenerationError(
        "aux: \(head.name) gives \(head.name) in another form than the network, which is not carried over")
    }
    if !recipe.drops, !graph.heads.isEmpty, graph.nodes.contains(where: \.dropsInTraining) {
      throw GenerationError(
        "dropout: false of a network with heads for training is not carried over: what drops goes by what heads go by")
    }
  }

  /// What an output is for losses, to which the logarithms of shares are logits like others.
  func scores(of value: ValueID) -> ScoreMeaning {
    let scores = value.node.map { graph.nodes[$0].layer.scores } ?? .logits
    return scores == .logProbabilities ? .logits : scores
  }

  /// The classes of the norms that have tensors.
  private static func norms(of graph: Graph) throws(GenerationError) -> [String] {
    var names: Set<String> = []
    for node in graph.nodes where !node.parameters.isEmpty && node.layer.isNormalization {
      let kind = type(of: node.layer)
      guard let module = kind.torch.module(axes: max(0, graph.inputShapes(of: node)[0].dimensions.count - 1)) else {
        throw GenerationError("\(kind.keyword) has no class in PyTorch by which a norm is known")
      }
      names.insert(module)
    }
    return names.sorted()
  }
}

extension LayerKind {
  fileprivate var isNormalization: Bool { Self.documentation.group == .normalization }
}

extension Node {
  /// Whether the layer does something else in training, at random.
  fileprivate var dropsInTraining: Bool { type(of: layer).torch.functionArguments.contains(.training) }
}

extension Recipe.Source.Form {
  /// Whether images lie in files of their own.
  var hasFiles: Bool {
    switch self {
    case .folder, .csv: true
    case .idx, .cifar, .npz: false
    }
  }

  /// Whether images may have another number of channels than a network takes.
  func fitsColors(_ channels: Int) -> Bool {
    switch self {
    case .folder, .csv: false
    case .idx: channels == 3
    case .cifar: channels == 1
    case .npz: true
    }
  }

  /// Whether classes have names, in whose order they stand.
  var hasNames: Bool {
    switch self {
    case .folder, .csv, .cifar: true
    case .idx, .npz: false
    }
  }

  /// The function that reads it.
  var reader: String {
    switch self {
    case .idx: "read_images"
    case .cifar: "read_cifar"
    case .folder: "read_folder"
    case .csv: "read_list"
    case .npz: "read_arrays"
    }
  }

  /// Whether an image may have several labels.
  var mayHaveSeveralLabels: Bool { self == .csv || self == .npz }
}

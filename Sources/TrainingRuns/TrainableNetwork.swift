import Augmentation
import GraphIR
import Interpreter
import Layers
import NetworkWeights
import Recipes
import Tensors
import Training
import Weights

/// A network with a recipe: what a step computes, and what moves by which rule.
package struct TrainableNetwork: Sendable {
  package let graph: Graph
  /// C×H×W, or features.
  package let inputShape: [Int]
  /// How many classes the network tells apart.
  package let classes: Int
  package let labelForm: LabelForm
  package let settings: TrainingSettings
  /// What a user should know: what is frozen, what loss is taken of what.
  package private(set) var notes: [String] = []
  let loss: Loss
  /// What the loss of each output counts: the first one's and those of the heads for training.
  let factors: [Double]

  /// - Parameter stage: The place of the recipe among the stages of a run; what is dropped at random is another in each.
  /// - Throws: `TrainingRunError` if the network cannot be trained by the recipe.
  package init(_ graph: Graph, _ recipe: Recipe, stage: Int = 0) throws(TrainingRunError) {
    if let misfit = Self.misfit(graph) { throw TrainingRunError(misfit) }
    self.graph = graph
    inputShape = graph.input.values ?? []
    classes = graph.shape(of: graph.outputs[0].value).values?.first ?? 0
    // A mixed image is of two classes.
    let isMixed = recipe.mix != BatchMix()
    switch recipe.objective {
    case .crossEntropy(let smoothing):
      loss = .crossEntropy(smoothing: smoothing)
      labelForm = isMixed ? .shares : .classes
    case .meanSquared: (loss, labelForm) = (.meanSquared, .shares)
    case .binaryCrossEntropy: (loss, labelForm) = (.binaryCrossEntropy, .shares)
    case .radialBasis(let j):
      (loss, labelForm) = (.radialBasis(j: j), .classes)
      if isMixed { throw TrainingRunError("images cannot be mixed under radial_basis, which takes one class each") }
    }
    if let conflict = graph.conflict(withLoss: recipe.objective.name) { throw TrainingRunError(conflict) }
    factors = [1] + graph.outputs.dropFirst().map { _ in 0 } + graph.heads.map { $0.weight ?? 1 }
    if recipe.batch % recipe.accumulation != 0 {
      throw TrainingRunError("batch \(recipe.batch) cannot be taken in \(recipe.accumulation) equal parts")
    }
    var rules: [String: ParameterRule] = [:]
    var frozenLayers: Set<String> = []
    var learns = false
    try Self.checkNesterov(recipe)
    var unused = Set(recipe.frozen)
    var unusedRates = Set(recipe.rates.map(\.pattern))
    for node in graph.nodes {
      var stays: [String: Bool] = [:]
      // A layer that is used again has the tensors of the first use, and stays as it is in every use.
      let owner = graph.owner(of: node)
      for parameter in node.parameters {
        let path = graph.tensorName(parameter, of: owner)
        let fitting = recipe.frozen.filter { WeightBinding.fits($0.hasPrefix("!") ? String($0.dropFirst()) : $0, path) }
        unused.subtract(fitting)
        // Of the patterns that fit, the last holds; with an exclamation mark it takes a tensor out again.
        stays[parameter.name] = fitting.last.map { !$0.hasPrefix("!") }
        let factors = recipe.rates.filter { WeightBinding.fits($0.pattern, path) }
        unusedRates.subtract(factors.map(\.pattern))
        let factor = factors.first?.factor ?? 1
        if parameter.role == .trainable, stays[parameter.name] != true { learns = true }
        rules[path] = ParameterRule(
          rateFactor: factor, decays: Self.decays(parameter, of: node, recipe), isFrozen: stays[parameter.name] ?? false
        )
      }
      let isFrozen = try Self.isFrozen(owner, stays)
      if isFrozen { frozenLayers.insert(node.path) }
      for statistic in node.parameters where statistic.role == .buffer {
        rules[graph.tensorName(statistic, of: owner)]?.isFrozen = isFrozen
      }
    }
    if let pattern = unused.sorted().first {
      throw TrainingRunError("freeze: no tensor of the network fits '\(pattern)'; it has \(Self.names(rules.keys))")
    }
    if let pattern = unusedRates.sorted().first {
      throw TrainingRunError("rates: no tensor of the network fits '\(pattern)'; it has \(Self.names(rules.keys))")
    }
    guard learns else { throw TrainingRunError(Self.reasonThatNothingLearns(graph)) }
    settings = TrainingSettings(
      recipe.optimizer, clipping: recipe.clipping, average: recipe.average, parts: recipe.accumulation,
      seed: recipe.drops ? recipe.seed &+ UInt64(stage) &* 0x9E37_79B9_7F4A_7C15 : nil, rules: rules,
      frozenNorms: frozenLayers)
    let frozen = rules.values.count { $0.isFrozen }
    if frozen > 0 { notes.append("\(frozen) of \(rules.count) tensors are frozen") }
    notes += Self.doubts(graph, recipe)
  }

  /// Why no data set has what the network takes and gives, whatever the recipe; nil if one may.
  package static func misfit(_ graph: Graph) -> String? {
    guard graph.inputs.count == 1 else {
      return "the network has \(graph.inputs.count) inputs, and data sets have one image for each label"
    }
    guard graph.input.values != nil else {
      return "the network's input \(graph.input) has open sizes; --input gives them"
    }
    let output = graph.shape(of: graph.outputs[0].value)
    if let sizes = output.values, sizes.count == 1, sizes[0] > 0 { return nil }
    return "the network gives \(output); a number for each class, as of {linear: …}, can be trained"
  }

  /// Why a step of training would leave all as it is.
  package static func reasonThatNothingLearns(_ graph: Graph) -> String {
    let tensors = graph.nodes.flatMap(\.parameters)
    if tensors.isEmpty { return "the network has no tensors, so there is nothing to train" }
    if tensors.contains(where: { $0.role == .trainable }) { return "freeze: nothing is left to train" }
    return "no tensor of the network is trainable, so training would change nothing"
      + "; `trainable: false` and fixed values keep a layer as it is"
  }

  /// What is allowed and hardly meant.
  private static func doubts(_ graph: Graph, _ recipe: Recipe) -> [String] {
    var doubts: [String] = []
    if let last = graph.outputs[0].value.node.map({ graph.nodes[$0] }), last.layer.scores == .independentProbabilities,
      case .crossEntropy = recipe.objective
    {
      doubts.append(
        "cross_entropy takes logits, and \(last.path) (\(graph.place(of: last))) makes probabilities of them: leave it out, or "
          + "`loss: binary_cross_entropy` for several labels an image")
    }
    if case .epochs(let epochs)? = recipe.schedule.warmup?.length, epochs > Double(recipe.epochs), recipe.epochs > 0 {
      let length = epochs == epochs.rounded() ? "\(Int(epochs))" : "\(epochs)"
      doubts.append("warmup takes \(length) epochs, and there are \(recipe.epochs): lr is never reached")
    }
    return doubts
  }

  /// Some of the tensors, and how many there are.
  private static func names(_ names: some Collection<String>) -> String {
    names.sorted().prefix(6).joined(separator: ", ") + (names.count > 6 ? ", … (\(names.count))" : "")
  }

  /// Whether a layer stays as it is. Statistics stay where the tensors beside them do, unless a pattern takes them out.
  ///
  /// - Parameter stays: Of tensors that a pattern fits, whether they are frozen.
  /// - Throws: `TrainingRunError` for statistics that are to stay under tensors of which nothing is said.
  private static func isFrozen(_ node: Node, _ stays: [String: Bool]) throws(TrainingRunError) -> Bool {
    let statistics = node.parameters.filter { $0.role == .buffer }
    let others = node.parameters.filter { $0.role != .buffer }
    let isFrozen =
      others.isEmpty
      ? !statistics.isEmpty && statistics.allSatisfy { stays[$0.name] ?? false }
      : others.allSatisfy { stays[$0.name] ?? false } && statistics.allSatisfy { stays[$0.name] ?? true }
    let held = statistics.first { stays[$0.name] ?? false }
    if let held, !isFrozen, others.allSatisfy({ stays[$0.name] == nil }) {
      throw TrainingRunError(
        "freeze: \(node.path).\(held.name) moves as long as the layer learns; '\(node.path)' freezes the whole of it")
    }
    return isFrozen
  }

  /// Nesterov's step goes along the momentum, which a step of its own must have formed.
  private static func checkNesterov(_ recipe: Recipe) throws(TrainingRunError) {
    guard case .sgd(let momentum, let dampening, nesterov: true) = recipe.optimizer.rule else { return }
    if momentum == 0 { throw TrainingRunError("optimizer: nesterov needs a momentum, 0.9 for example") }
    if dampening != 0 { throw TrainingRunError("optimizer: nesterov goes with a dampening of 0, not \(dampening)") }
  }

  private static func decays(_ parameter: ParameterSpec, of node: Node, _ recipe: Recipe) -> Bool {
    if node.layer.isNormalization { return recipe.decaysNorms }
    return parameter.name == "bias" ? recipe.decaysBiases : true
  }

  /// The network for so many images, with its heads unless it is only tested.
  ///
  /// - Throws: `TrainingRunError` if a tensor is missing, or a value too large.
  package func computation(
    images: Int, parameters: [String: Tensor], heads: Bool = true
  ) throws(TrainingRunError) -> Computation {
    do throws(InterpreterError) {
      return try Interpreter(graph, parameters: parameters, heads: heads).computation(batch: images)
    } catch {
      throw TrainingRunError(error.description)
    }
  }

  /// A step's computation of the network, or of what of it is trained.
  ///
  /// - Throws: `TrainingRunError` if an operation on the way has no gradient.
  package func trained(_ network: Computation, images: Int) throws(TrainingRunError) -> TrainedComputation {
    do throws(GradientError) {
      return try TrainedComputation(
        network, factors: factors, loss: loss, labels: labelForm == .classes ? [images] : [images, classes],
        settings: settings, givesOutputs: true)
    } catch {
      throw TrainingRunError("\(error)")
    }
  }
}

extension LayerKind {
  /// Whether the layer normalizes what flows through it, so that its tensors scale and shift.
  fileprivate var isNormalization: Bool { Self.documentation.group == .normalization }
}

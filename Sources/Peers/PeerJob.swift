import JSON

/// What a peer is to run: files in a folder, and what is asked of them.
package struct PeerJob: Sendable {
  /// Some steps of stochastic gradient descent without dropout, by the mean cross entropy or mean squared differences.
  package struct Training: Sendable {
    package var steps: Int
    package var rate: Double
    package var momentum: Double
    package var decay: Double
    /// What the loss of each output counts, those of auxiliary heads last; 0 for outputs without a loss.
    package var factors: [Double]
    /// What the numbers of each output are: `logits` or `probabilities` of classes, or `numbers` that have others as labels.
    package var scores: [String]
    /// The steps of a job before, from 1, of which is wanted how far rounding puts gradients and tensors off, in place of steps.
    package var roundedSteps: [Int] = []
    /// The first images of the batch whose gradients are wanted in double precision beside that; 0 for none.
    package var exactImages = 0
    /// Where a single step begins in place of all: beside the tensors before a step that a job before gave.
    package var point: Point?

    /// Tensors that are moved a little, at random, from those before a step; of the peer's own momenta there.
    package struct Point: Sendable {
      /// The step, from 1.
      package var step: Int
      package var seed: Int

      package init(step: Int, seed: Int) { (self.step, self.seed) = (step, seed) }
    }

    package init(
      steps: Int, rate: Double, momentum: Double, decay: Double, factors: [Double], scores: [String]
    ) {
      (self.steps, self.rate, self.momentum, self.decay) = (steps, rate, momentum, decay)
      (self.factors, self.scores) = (factors, scores)
    }
  }

  /// The network as engines read it.
  package struct Network: Sendable {
    /// The class in the source that is the network.
    package var className: String
    /// The path of the PyTorch source; what is no path from the root lies in the jobs' folder.
    package var source: String
    /// The path of the ONNX file.
    package var model: String

    package init(className: String = "", source: String = File.source, model: String = File.model) {
      (self.className, self.source, self.model) = (className, source, model)
    }
  }

  package var engine: PeerEngine
  package var network: Network
  /// The names of the network's outputs in their order, by which those of a file are known that has all of them.
  package var outputs: [String] = []
  /// The paths of the layers whose values are wanted.
  package var layers: [String]
  /// Whether a run in double precision is wanted beside, where the engine has none of its own.
  package var double: Bool
  package var training: Training?
  /// Whether the weights have the tensors of heads for training.
  package var heads = false
  package var threads: Int

  package init(
    _ engine: PeerEngine, _ network: Network, layers: [String] = [], double: Bool = false,
    training: Training? = nil, threads: Int = 1
  ) {
    (self.engine, self.network, self.layers) = (engine, network, layers)
    (self.double, self.training, self.threads) = (double, training, threads)
  }

  /// The names of files in a job's folder.
  package enum File {
    package static let source = "network.py"
    package static let model = "network.onnx"
    package static let weights = "weights.npz"
    package static let inputs = "inputs.npz"
    package static let labels = "labels.npz"
    /// The beginnings of the names of files for each step, behind which its number stands.
    static let tensors = "tensors"
    static let momenta = "momenta"
    static let point = "point"
    static let runner = "runner.py"
    static let job = "job.json"
    static let values = "values.npz"
    static let report = "report.json"
    static let errors = "errors.txt"
  }

  /// As the runner reads it.
  var json: JSONValue {
    .object(
      ("engine", .string(engine.rawValue)), ("class", .string(network.className)), ("source", .string(network.source)),
      ("model", .string(network.model)), ("weights", .string(File.weights)), ("inputs", .string(File.inputs)),
      ("labels", .string(File.labels)), ("values", .string(File.values)), ("report", .string(File.report)),
      ("outputs", .array(outputs.map { .string($0) })), ("layers", .array(layers.map { .string($0) })),
      ("double", .bool(double)), ("heads", .bool(heads)),
      ("tensors", .string(File.tensors)), ("momenta", .string(File.momenta)),
      ("point", .string(File.point)), ("threads", .int(threads)),
      ("training", training.map(\.json) ?? .null))
  }
}

extension PeerJob.Training {
  fileprivate var json: JSONValue {
    .object(
      ("steps", .int(steps)), ("rate", .double(rate)), ("momentum", .double(momentum)), ("decay", .double(decay)),
      ("factors", .array(factors.map { .double($0) })), ("scores", .array(scores.map { .string($0) })),
      ("rounded_steps", .array(roundedSteps.map { .int($0) })), ("exact_images", .int(exactImages)),
      ("point", point.map { .object(("step", .int($0.step)), ("seed", .int($0.seed))) } ?? .null))
  }
}

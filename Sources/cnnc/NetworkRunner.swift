import Interpreter
import Runtime
import Tensors
import Weights

/// A network with its weights, ready to run batches.
struct NetworkRunner {
  private enum Path {
    case planned(ExecutionPlan)
    /// Layer by layer, by the definitions.
    case plain(Interpreter)
  }

  private let path: Path
  private let taps: [String]

  /// Reads or draws the weights, and plans for batches of up to `batch` images unless `planning` is nil; `taps` are the
  /// layers whose values the results hold beside the outputs. `runsOnce` says that one batch will be all.
  ///
  /// - Throws: `WeightError`, `InitializationError`, `InterpreterError`, or `ExitCode` for a plan with faults.
  init(
    _ network: Network, weights: WeightSource, allowMissing: [String], taps: [String], batch: Int,
    planning: PlanningOptions?, runsOnce: Bool
  ) throws {
    let interpreter = try Interpreter(
      network.graph, parameters: weights.parameters(of: network, allowMissing: allowMissing))
    let taps = Set(taps).sorted()
    self.taps = taps
    // The tensors that a plan was made from are not kept: it has them packed.
    path =
      try planning.map {
        .planned(try $0.plan(interpreter, batch: batch, taps: taps, weights: weights, runsOnce: runsOnce))
      }
      ?? .plain(interpreter)
  }

  /// The plan; nil on the plain path.
  var plan: ExecutionPlan? { if case .planned(let plan) = path { plan } else { nil } }

  /// Runs a batch of any size, N×C×H×W or N×features.
  ///
  /// - Throws: `InterpreterError` if the batch is not what the network takes.
  func results(for batch: Tensor) throws(InterpreterError) -> Interpreter.Results {
    switch path {
    case .plain(let interpreter): return try interpreter.run(batch, taps: Set(taps))
    case .planned(let plan):
      try plan.check(batch)
      let outputs = batch.shape == plan.inputShapes[0] ? plan(batch) : plan.run(batch)
      let count = outputs.count - taps.count
      return Interpreter.Results(
        outputs: Array(outputs[..<count]), taps: Dictionary(uniqueKeysWithValues: zip(taps, outputs[count...])))
    }
  }
}

extension ExecutionPlan {
  /// - Throws: `InterpreterError.wrongInputShape` if a batch is not what the plan takes; its size does not matter.
  func check(_ batch: Tensor) throws(InterpreterError) {
    let planned = inputShapes[0]
    guard batch.shape.count == planned.count, batch.shape.dropFirst() == planned.dropFirst() else {
      throw .wrongInputShape(expected: Array(planned.dropFirst()), found: batch.shape)
    }
  }

  /// Runs a batch of another size than the planned: part by part, the last one filled up with zeros.
  fileprivate func run(_ batch: Tensor) -> [Tensor] {
    let (planned, images) = (inputShapes[0], batch.shape[0])
    let size = planned.dropFirst().reduce(1, *)
    let elements = batch.elements
    var results = outputShapes.map { _ in [Float]() }
    for first in stride(from: 0, to: images, by: planned[0]) {
      let count = min(planned[0], images - first)
      let missing = [Float](repeating: 0, count: (planned[0] - count) * size)
      let outputs = self(Tensor(elements[(first * size)..<((first + count) * size)] + missing, shape: planned))
      for (index, output) in outputs.enumerated() {
        results[index] += output.elements.prefix(output.count / planned[0] * count)
      }
    }
    return zip(results, outputShapes).map { Tensor($0, shape: [images] + $1.dropFirst()) }
  }
}

/// The outputs of many batches, put together and written as one tensor each.
struct OutputCollector {
  private let names: [String]
  let isKeeping: Bool
  private var shapes: [String: [Int]] = [:]
  private var elements: [String: [Float]] = [:]
  private var order: [String] = []

  /// Keeps what is added only if it is to be written.
  init(_ network: Network, isKeeping: Bool) {
    names = network.graph.outputs.map { $0.name ?? "output" }
    self.isKeeping = isKeeping
  }

  /// Adds a batch behind those before; all have the same shapes but for the number of images.
  mutating func add(_ results: Interpreter.Results) throws {
    guard isKeeping else { return }
    for (name, tensor) in zip(names, results.outputs) { add(tensor, name) }
    for (name, tensor) in results.taps.sorted(by: { $0.key < $1.key }) where !names.contains(name) { add(tensor, name) }
  }

  private mutating func add(_ tensor: Tensor, _ name: String) {
    if shapes[name] == nil { order.append(name) }
    let images = (shapes[name]?.first ?? 0) + (tensor.shape.first ?? 0)
    shapes[name] = [images] + tensor.shape.dropFirst()
    tensor.withUnsafeBufferPointer { elements[name, default: []].append(contentsOf: $0) }
  }

  /// Writes outputs and taps in the format of the path's extension.
  ///
  /// - Throws: `WeightError` if the file cannot be written.
  func write(to path: String) throws {
    guard !order.isEmpty else { return }
    let tensors = order.map { name in
      WeightWriter.Tensor(name: name, shape: shapes[name] ?? []) { elements[name] ?? [] }
    }
    try WeightWriter.write(tensors, to: path, format: weightFormat(of: path))
  }
}

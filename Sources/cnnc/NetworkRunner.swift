import Interpreter
import Tensors
import Weights

/// A network with its weights, ready to run batches.
struct NetworkRunner {
  /// The dimensions of the network's input without the batch.
  let inputRank: Int
  private let interpreter: Interpreter
  private let taps: Set<String>

  /// Reads or draws the weights; `taps` are the layers whose values the results hold beside the outputs.
  ///
  /// - Throws: `WeightError`, `InitializationError` or `InterpreterError`.
  init(_ network: Network, weights: WeightSource, allowMissing: [String], taps: [String]) throws {
    inputRank = network.graph.input.rank
    interpreter = try Interpreter(
      network.graph, parameters: weights.parameters(of: network, allowMissing: allowMissing))
    self.taps = Set(taps)
  }

  /// Runs a batch, N×C×H×W or N×features.
  ///
  /// - Throws: `InterpreterError` if the batch is not what the network takes.
  func results(for batch: Tensor) throws -> Interpreter.Results { try interpreter.run(batch, taps: taps) }
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

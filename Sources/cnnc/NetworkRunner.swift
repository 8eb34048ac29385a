import ArgumentParser
import Diagnostics
import GraphIR
import Interpreter
import Runtime
import SystemPackage
import Tensors
import Weights

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A network with its weights, ready to run batches.
struct NetworkRunner {
  private enum Path {
    case planned(ExecutionPlan)
    /// Layer by layer, by the definitions.
    case plain(Interpreter)
  }

  private let path: Path
  /// The paths of the layers whose values are kept.
  private let taps: [String]
  /// By name as it was asked for, the path of the layer that makes the value.
  private let tapped: [String: String]

  /// Reads or draws the weights, and plans for batches of up to `batch` images unless `planning` is nil; `taps` name the
  /// values that the results hold beside the outputs, as `from:` does: layers, blocks, lists and combinators. `runsOnce` says that one batch will be all.
  ///
  /// - Throws: `WeightError`, `InitializationError`, `InterpreterError`, or `ExitCode` for a plan with faults.
  init(
    _ network: Network, weights: WeightSource, fitting: FittingOptions, taps: [String], batch: Int,
    planning: PlanningOptions?, runsOnce: Bool, keepsPasses: Bool = false
  ) throws {
    let tapped = try Self.paths(of: taps, in: network.graph)
    let interpreter = try Interpreter(
      network.graph, parameters: weights.parameters(of: network, fitting: fitting))
    let taps = Set(tapped.values).sorted()
    self.taps = taps
    self.tapped = tapped
    // The tensors that a plan was made from are not kept: it has them packed.
    path =
      try planning.map {
        .planned(
          try $0.plan(
            interpreter, batch: batch, taps: taps, weights: weights, runsOnce: runsOnce, keepsPasses: keepsPasses))
      }
      ?? .plain(interpreter)
  }

  /// The layers that make the values of some names.
  ///
  /// - Throws: `ValidationError` for a name of the input, and one that nothing has.
  private static func paths(of names: [String], in graph: Graph) throws -> [String: String] {
    var result: [String: String] = [:]
    for name in names {
      let value = graph.value(named: name)
      if value?.inputPosition != nil { throw ValidationError("--tap \(name): that is the network's input") }
      guard let node = value?.node else {
        throw ValidationError("--tap \(name): the network has no such value\(graph.hint(atPath: name))")
      }
      result[name] = graph.nodes[node].path
    }
    return result
  }

  /// The plan; nil on the plain path.
  var plan: ExecutionPlan? { if case .planned(let plan) = path { plan } else { nil } }

  /// Runs batches of any one size, N×C×H×W or N×features, one for each input.
  ///
  /// - Throws: `InterpreterError` if they are not what the network takes.
  func results(for batches: [Tensor]) throws(InterpreterError) -> Interpreter.Results {
    var results = try resultsByPath(for: batches)
    results.taps = tapped.compactMapValues { results.taps[$0] }
    return results
  }

  private func resultsByPath(for batches: [Tensor]) throws(InterpreterError) -> Interpreter.Results {
    switch path {
    case .plain(let interpreter): return try interpreter.run(batches, taps: Set(taps))
    case .planned(let plan):
      try plan.check(batches)
      let outputs = batches.map(\.shape) == plan.inputShapes ? plan(batches) : plan.run(batches)
      let count = outputs.count - taps.count
      return Interpreter.Results(
        outputs: Array(outputs[..<count]), taps: Dictionary(uniqueKeysWithValues: zip(taps, outputs[count...])))
    }
  }
}

extension ExecutionPlan {
  /// - Throws: `InterpreterError` if a batch for each input is not what the plan takes; how many images they have does
  ///   not matter, as long as all have as many.
  func check(_ batches: [Tensor]) throws(InterpreterError) {
    guard batches.count == inputShapes.count else {
      throw .wrongInputCount(expected: inputShapes.count, found: batches.count)
    }
    for (batch, planned) in zip(batches, inputShapes)
    where batch.shape.count != planned.count || batch.shape.dropFirst() != planned.dropFirst()
      || batch.shape[0] != batches[0].shape[0]
    {
      throw .wrongInputShape(expected: Array(planned.dropFirst()), found: batch.shape)
    }
  }

  /// Runs batches of another size than the planned: part by part, the last one filled up with zeros.
  fileprivate func run(_ batches: [Tensor]) -> [Tensor] {
    let (planned, images) = (inputShapes[0][0], batches[0].shape[0])
    let elements = batches.map(\.elements)
    var results = outputShapes.map { _ in [Float]() }
    for first in stride(from: 0, to: images, by: planned) {
      let count = min(planned, images - first)
      let parts = zip(elements, inputShapes).map { elements, shape in
        let size = shape.dropFirst().reduce(1, *)
        let missing = [Float](repeating: 0, count: (planned - count) * size)
        return Tensor(elements[(first * size)..<((first + count) * size)] + missing, shape: shape)
      }
      for (index, output) in self(parts).enumerated() {
        results[index] += output.elements.prefix(output.count / planned * count)
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

  /// Finds out before a run whether its outputs can be written.
  ///
  /// - Throws: `ValidationError` if a `.npy` is to hold several, `WeightError` if there is no folder for the file.
  func requireDestination(_ path: String, taps: [String]) throws {
    let count = Set(names).union(taps).count
    if try weightFormat(of: path) == .npy, count > 1 {
      throw ValidationError(
        "\(path) holds one tensor as .npy, and these are \(count); .npz and .safetensors hold any number")
    }
    let folder = FilePath(path).removingLastComponent()
    guard access(folder.isEmpty ? "." : folder.string, F_OK) == 0 else {
      throw WeightError(.unwritable, file: path, "cannot be written: there is no folder \(folder)")
    }
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

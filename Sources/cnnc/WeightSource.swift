import ArgumentParser
import NetworkWeights
import SpecLanguage
import Tensors
import Weights

/// Where a run's weights come from.
enum WeightSource: ExpressibleByArgument {
  case file(String)
  case random(seed: UInt64)

  init?(argument: String) {
    guard argument.hasPrefix("random:") else {
      self = .file(argument)
      return
    }
    guard let seed = UInt64(argument.dropFirst("random:".count)) else { return nil }
    self = .random(seed: seed)
  }

  /// The path of the file; nil for weights that are drawn.
  var file: String? { if case .file(let path) = self { path } else { nil } }

  /// As the command line has it.
  var shown: String {
    switch self {
    case .file(let path): path
    case .random(let seed): "random:\(seed)"
    }
  }

  var defaultValueDescription: String { shown }

  /// The network's tensors by their names.
  ///
  /// - Throws: `WeightError` if a file cannot be read or does not fit, `InitializationError` if first weights cannot be
  ///   drawn, `FixedTensorError` if values that the spec has in a file cannot be read.
  func parameters(of network: Network, fitting: FittingOptions) throws -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    switch self {
    case .file(let path):
      let (file, binding) = fitting.fit(try fitting.open(path), to: network)
      try binding.requireComplete(file: path)
      for bound in binding.bound {
        result[bound.name] = try file.tensor(named: bound.source, shape: bound.shape)
      }
      guard let first = binding.allowed.first else { break }
      let others = binding.allowed.count > 1 ? " and \(binding.allowed.count - 1) more" : ""
      standardError(
        "cnnc: \(path): lacks '\(first.printable)'\(others), as allowed; first values stand in for it, those of random:0\n"
      )
      let lacking = Set(binding.allowed)
      try result.merge(network.drawnTensors(seed: 0, where: lacking.contains)) { $1 }
    case .random(let seed): result = try network.drawnTensors(seed: seed) { _ in true }
    }
    for tensor in try network.graph.fixedTensors(besides: Set(result.keys), from: DiskFiles()) {
      result[tensor.name] = Tensor(tensor.values, shape: tensor.shape)
    }
    return result
  }
}

extension Network {
  /// First values of some of a network's tensors, by their names.
  ///
  /// - Throws: `InitializationError` if they cannot be drawn, `WeightError` if the system refuses memory.
  func drawnTensors(
    seed: UInt64, heads: Bool = false, where isWanted: (String) -> Bool
  ) throws -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for tensor in try graph.initialTensors(from: DiskFiles(), heads: heads) where isWanted(tensor.name) {
      do throws(AllocationError) {
        try SystemMemory.require(floats: tensor.shape.saturatingProduct)
      } catch {
        throw WeightError(.limit, file: graph.file, error.description, tensor: tensor.name)
      }
      result[tensor.name] = tensor.initialization.tensor(shape: tensor.shape, name: tensor.name, seed: seed)
    }
    return result
  }
}

extension FixedTensorError {
  /// The exit status that the error ends a command with.
  var status: ExitCode { isUnreadable ? .unusable : .findings }
}

extension InitializationError {
  /// The exit status that the error ends a command with.
  var status: ExitCode { isUnreadable ? .unusable : .findings }
}

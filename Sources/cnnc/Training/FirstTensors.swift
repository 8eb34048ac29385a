import NetworkWeights
import SpecLanguage
import Tensors
import Training
import Weights

/// The tensors that training begins with: those of a file, the spec's own values, and what is drawn in place of the others.
struct FirstTensors {
  private(set) var tensors: [String: Tensor] = [:]

  /// Reads and draws the tensors, and says which are of which kind where there is a file.
  ///
  /// - Parameter resumes: Whether the tensors are a checkpoint's in the end, so that no file is read.
  /// - Throws: `WeightError` if a file cannot be read or does not fit, `RunError` if it has NaN or infinity,
  ///   `InitializationError` if first weights cannot be
  ///   drawn, `FixedTensorError` if values that the spec has in a file cannot be read.
  init(_ network: Network, _ command: TrainCommand, seed: UInt64, resumes: Bool) throws {
    let path = resumes ? nil : command.weights
    if let path {
      var (file, binding) = command.fitting.fit(try command.fitting.open(path), to: network, trainsHeads: true)
      // The head of another number of classes is as good as none.
      let heads = network.graph.nodes.filter { $0.head != nil }.map { "\($0.path)." }
      binding.mismatched.removeAll { tensor in
        heads.contains { tensor.name.hasPrefix($0) }
          || command.fitting.allowMissing.contains { WeightBinding.fits($0, tensor.name) }
      }
      try binding.requireComplete(file: path)
      for bound in binding.bound {
        let tensor = try file.tensor(named: bound.source, shape: bound.shape)
        if let place = tensor.firstFault {
          throw RunError(
            "\(path): element \(place) of \(bound.source.printable) is \(tensor.elements[place]); nothing is learned from "
              + "numbers that are none")
        }
        tensors[bound.name] = tensor
      }
    }
    let taken = Set(tensors.keys)
    let drawn = try network.drawnTensors(seed: seed, heads: true) { !taken.contains($0) }
    tensors.merge(drawn) { $1 }
    for tensor in try network.graph.fixedTensors(besides: taken, from: DiskFiles()) {
      tensors[tensor.name] = Tensor(tensor.values, shape: tensor.shape)
    }
    guard let path else { return }
    let new = Set(drawn.keys)
    standardError("cnnc: \(taken.count) tensors of \(path): \(Self.blocks(taken, beside: new))\n")
    if !new.isEmpty { standardError("cnnc: drawn anew: \(Self.blocks(new, beside: taken))\n") }
  }

  /// Tensors by the outermost blocks or layers that they fill, or by their own names where a block has others too.
  private static func blocks(_ names: Set<String>, beside others: Set<String>) -> String {
    func block(_ name: String) -> String { String(name.prefix { $0 != "." }) }
    let shared = Set(others.map(block))
    let items = Set(names.map { shared.contains(block($0)) ? $0 : block($0) }).sorted()
    return items.prefix(12).joined(separator: ", ") + (items.count > 12 ? ", … (\(items.count))" : "")
  }
}

/// Tensors of a file that belong together: a whole file's, or one of the dictionaries that a checkpoint has.
struct TensorSet: Sendable {
  /// Where in the file, as keys joined by dots: `state_dict`, `ema.state_dict`. Empty for the outermost.
  var key = ""
  var tensors: [StoredTensor] = []
  /// Tensors whose elements are not read, with the reason.
  var unreadable: [(name: String, problem: String)] = []
  /// The names of numpy's arrays that stand beside the tensors, the first ones, which are not read.
  var arrays: [String] = []

  /// How many tensors can be weights.
  var weightCount: Int { tensors.count(where: \.info.isWeight) }

  /// Whether its key says that it has a moving average of the weights: `params_ema`, `model_ema`, `ema.state_dict`.
  var isAverage: Bool { Self.isAverage(key) }

  /// Whether a key says that it has a moving average of the weights.
  static func isAverage(_ key: String) -> Bool {
    key.split(whereSeparator: { $0 == "." || $0 == "_" }).contains { $0.lowercased() == "ema" }
  }

  /// The shapes of what can be weights, in no order: sets with the same may well fit one network.
  var weightShapes: [[Int]: Int] {
    tensors.lazy.filter(\.info.isWeight).reduce(into: [:]) { $0[$1.info.shape, default: 0] += 1 }
  }

  /// The keys under which training scripts most often keep their weights.
  private static let usualKeys = ["state_dict", "model_state_dict", "model_state", "model", "params", "net"]

  /// Sets in the order in which they are taken where nothing else decides: the most weights, averages, usual keys.
  static func ranked(_ sets: [TensorSet]) -> [TensorSet] {
    let ranks = sets.enumerated().map { index, set in
      (-set.weightCount, set.isAverage ? 0 : 1, usualKeys.firstIndex(of: set.key) ?? usualKeys.count, index)
    }
    return ranks.sorted { $0 < $1 }.map { sets[$0.3] }
  }
}

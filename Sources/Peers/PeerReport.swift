/// How a peer's network compares with cnnc's.
package struct PeerReport: Sendable {
  package var engine: PeerEngine
  /// The engine's version.
  package var version: String
  package var outputs: [Difference]
  /// What the peer has of the layers' values, in the order of the graph; empty if nobody looked.
  package var layers: [LayerDifference] = []
  /// What came of steps of training; nil if none were made.
  package var training: TrainingDifferences?

  package init(_ engine: PeerEngine, version: String, outputs: [Difference]) {
    (self.engine, self.version, self.outputs) = (engine, version, outputs)
  }

  /// What came of a comparison.
  package enum Verdict: String, Sendable {
    case equal, different
    /// Something that was asked for has no numbers but 0, does not depend on the input, or is nothing but rounding, so that
    /// nothing was compared.
    case void = "nothing compared"
  }

  package var verdict: Verdict {
    let isWithin = outputs.allSatisfy(\.isWithin) && layers.allSatisfy(\.difference.isWithin)
    guard isWithin, training?.isEqual ?? true else { return .different }
    let isRounding = (outputs + (training?.all ?? [])).contains { $0.nothing == .rounding }
    let voidLoss = training?.losses.contains(where: \.isVoid) ?? false
    return isRounding || voidLoss || outputs.allSatisfy(\.isVoid) || training?.hasNoGradient ?? false ? .void : .equal
  }

  /// The first layer that is beyond its limit.
  package var firstFault: LayerDifference? { layers.first { !$0.difference.isWithin } }
}

/// How the value of a layer compares.
package struct LayerDifference: Hashable, Sendable {
  package var difference: Difference
  package var keyword: String
  /// Where the layer is written, `net.yaml:23`.
  package var place: String
  /// The layers before it, up to those that are equal, whose values the peer does not show.
  package var unseen: [String] = []

  package init(_ difference: Difference, keyword: String, place: String, unseen: [String] = []) {
    (self.difference, self.keyword, self.place, self.unseen) = (difference, keyword, place, unseen)
  }
}

/// How steps of training compare.
package struct TrainingDifferences: Sendable {
  /// The loss before each step.
  package var losses: [Difference]
  /// The gradients of the first step, by tensors.
  package var gradients: [Difference]
  /// The tensors behind the last step.
  package var tensors: [Difference]
  /// Whether gradients were asked for and are 0, all of them, or there are none.
  package var hasNoGradient = false
  /// Heads whose loss is left out, for other labels would be needed than those of the network: what each gives.
  package var leftOut: [String] = []

  /// All that was compared.
  var all: [Difference] { losses + gradients + tensors }
  package var isEqual: Bool { all.allSatisfy(\.isWithin) }
}

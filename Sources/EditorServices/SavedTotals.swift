import GraphIR

/// What a network came to when its file was saved, to tell a change from.
package struct SavedTotals: Hashable, Sendable {
  package var variant: String?
  package var parameters: Int
  /// Multiply-accumulates; nil where sizes are open.
  package var macs: Int?

  package init(_ network: KnownNetwork) {
    let totals = Totals(network.graph.mainNodes)
    variant = network.graph.variant
    parameters = totals.trainable
    macs = totals.macs.value
  }
}

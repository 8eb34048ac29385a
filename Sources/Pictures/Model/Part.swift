import GraphIR

/// A piece of a network as pictures see it: the hierarchy of scopes without what only groups or names.
///
/// Lists and loops are written out in place; what remains are layers, blocks that fold, and branches that come together.
package indirect enum Part: Equatable, Sendable {
  case layers(LayerRun)
  case block(Block)
  case branches(Branches)

  /// Layers that share a box: a layer with the norms, activations and views that follow on it alone.
  package struct LayerRun: Equatable, Sendable {
    package var nodes: [Int]
    /// The part of the path that tells the run's first layer from its neighbours.
    package var name: String
  }

  /// Something that folds into one box.
  package struct Block: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
      /// A block of the spec.
      case module
      /// Modules of one block, one after the other.
      case stack
      /// A head that exists in training only.
      case head
    }

    package var kind: Kind
    /// The name it has among its neighbours: `layer1`, `layer1.0`.
    package var name: String
    /// The block of the spec: `Bottleneck`.
    package var block: String
    package var path: String
    /// The nodes within, in execution order.
    package var nodes: [Int]
    package var input: ValueID
    package var output: ValueID
    package var parts: [Part]
  }

  /// Branches from one value to a join.
  package struct Branches: Equatable, Sendable {
    /// What each branch consists of; nothing for the value itself.
    package var branches: [[Part]]
    package var join: Int
    /// Whether the first branch goes straight on and the others pass it at the side, as in a residual.
    package var hasMainBranch: Bool
  }

  /// The nodes of the part, in the order of the picture.
  var nodes: [Int] {
    switch self {
    case .layers(let run): run.nodes
    case .block(let block): block.nodes
    case .branches(let branches): branches.branches.joined().flatMap(\.nodes) + [branches.join]
    }
  }
}

import Frontend
import GraphIR
import SpecLanguage

/// The last network of a document while the next text is looked at.
///
/// Of a large spec two networks at once would be much; its texts are kept in place of it, and it is built again where the
/// next text is broken.
package struct LastNetwork {
  private enum Form {
    case none
    case built(KnownNetwork)
    case texts(String, BuildOptions, MemoryFiles)
  }

  /// Layers of a network that is kept beside the next.
  private static let limit = 5000

  private var form: Form = .none
  /// Whether the text before was broken, so that the next one probably is, too.
  private var isStale = false

  package init(_ snapshot: DocumentSnapshot?) {
    guard let snapshot, let network = snapshot.network else { return }
    form = .built(network)
    isStale = snapshot.isStale
  }

  /// Takes the network from where it is, so that giving it up frees it.
  package init(taking snapshot: inout DocumentSnapshot?) {
    self.init(snapshot)
    snapshot = nil
  }

  /// Whether there is no network.
  package var isEmpty: Bool { if case .none = form { true } else { false } }

  /// The compilation of the network, unless it was given up.
  var compilation: Compilation? { if case .built(let network) = form { network.compilation } else { nil } }

  /// What was found in a text of the network.
  var findings: Pending<Findings>? { if case .built(let network) = form { network.findings } else { nil } }

  /// Gives up a large network.
  mutating func makeRoom() {
    guard case .built(let network) = form, !isStale, network.graph.nodes.count > Self.limit else { return }
    let files = network.compilation.sources.files.filter { !$0.isOption }
    let texts = Dictionary(files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    form = .texts(network.compilation.path, network.compilation.options, MemoryFiles(texts))
  }

  /// The network, built again if it was given up.
  mutating func take() -> KnownNetwork? {
    defer { form = .none }
    switch form {
    case .none: return nil
    case .built(let network): return network
    case .texts(let path, let options, let files):
      return KnownNetwork(Compilation(path, options: options, files: files))
    }
  }
}

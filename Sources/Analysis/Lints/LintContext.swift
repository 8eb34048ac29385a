import Diagnostics
import GraphIR
import Layers
import SpecLanguage

/// What lints look at: the network, the spec that it was built from, and what several of them ask about both.
struct LintContext {
  let graph: Graph
  let spec: Spec
  let options: BuildOptions
  let sources: SourceTable
  let names: NameUses
  /// The nodes that read a value.
  private let readers: ValueTable<[Int]>
  /// By value the node that makes it, past those that hand their input on.
  private let producers: ValueTable<Int?>

  init(graph: Graph, spec: Spec, options: BuildOptions, sources: SourceTable) {
    self.graph = graph
    self.spec = spec
    self.options = options
    self.sources = sources
    names = NameUses(spec)
    var readers = ValueTable<[Int]>(repeating: [], for: graph, nodes: graph.nodes.count)
    var producers = ValueTable<Int?>(repeating: nil, for: graph, nodes: graph.nodes.count)
    for node in graph.nodes {
      for input in node.inputs { readers[input].append(node.id) }
      let handsOn = node.layer.operation == .view && node.inputs.count == 1
      producers[.output(ofNode: node.id)] = handsOn ? producers[node.inputs[0]] : node.id
    }
    self.readers = readers
    self.producers = producers
  }

  /// The nodes that read what a node makes.
  func readers(of node: Node) -> [Node] { readers[.output(ofNode: node.id)].map { graph.nodes[$0] } }

  /// The node that makes a value, past those that hand their input on as it is, such as dropout.
  func producer(of value: ValueID) -> Node? { producers[value].map { graph.nodes[$0] } }

  /// The values that leave the network, and those of its heads.
  var results: [ValueID] { graph.outputs.map(\.value) + graph.heads.map(\.output) }

  /// Whether a scope lies in one of a kind.
  func scope(_ scope: Int, isWithin matches: (Scope.Kind) -> Bool) -> Bool { enclosing(scope, matches) != nil }

  /// The innermost scope of a kind around or at a scope.
  func enclosing(_ scope: Int, _ matches: (Scope.Kind) -> Bool) -> Scope? {
    var current: Int? = scope
    while let id = current {
      if matches(graph.scopes[id].kind) { return graph.scopes[id] }
      current = graph.scopes[id].parent
    }
    return nil
  }
}

extension Node {
  /// `conv layer1.0.conv1`.
  var label: String { "\(keyword) \(path)" }

  /// The place where a field's value is written, at the layer or in the file's defaults.
  func place(of field: String) -> Span? {
    switch attributes.first(where: { $0.name == field })?.origin {
    case .written(let span)?, .defaults(let span)?: span
    case .inferred?, nil: nil
    }
  }
}

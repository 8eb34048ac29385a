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
  /// The values that leave the network, and those of its heads.
  let results: [ValueID]
  /// By node those that read what it makes.
  private let readers: [[Int]]
  /// By node the one that makes its value, past those that hand their input on; nil for what is an input of the network.
  private let producers: [Int?]

  init(graph: Graph, spec: Spec, options: BuildOptions, sources: SourceTable) {
    self.graph = graph
    self.spec = spec
    self.options = options
    self.sources = sources
    names = NameUses(spec, assignments: options.assignments)
    results = graph.outputs.map(\.value) + graph.heads.map(\.output)
    var readers = [[Int]](repeating: [], count: graph.nodes.count)
    var producers = [Int?](repeating: nil, count: graph.nodes.count)
    for node in graph.nodes {
      for input in node.inputs { if let producer = input.node { readers[producer].append(node.id) } }
      let handsOn = node.inputs.count == 1 && node.layer.operation == .view
      producers[node.id] = handsOn ? node.inputs[0].node.flatMap { producers[$0] } : node.id
    }
    self.readers = readers
    self.producers = producers
  }

  /// The nodes that read what a node makes.
  func readers(of node: Node) -> [Node] { readers[node.id].map { graph.nodes[$0] } }

  /// The numbers of the nodes that read what a node makes.
  func readerIDs(of node: Node) -> [Int] { readers[node.id] }

  /// The node that makes a value, past those that hand their input on as it is, such as dropout.
  func producer(of value: ValueID) -> Node? { producerID(of: value).map { graph.nodes[$0] } }

  /// The number of that node.
  func producerID(of value: ValueID) -> Int? { value.node.flatMap { producers[$0] } }

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

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
  /// By node what it does.
  let operations: [LayerOperation]
  /// The nodes that slide a window which steps, or pads as TensorFlow does, over maps.
  let unevenWindows: [Int]
  /// The nodes that read others, those of one node after those of the one before.
  private let readers: [Int]
  /// By node where its readers begin; one more for the end.
  private let firstReader: [Int]
  /// By node the one that makes its value, past those that hand their input on; nil for what is an input of the network.
  private let producers: [Int?]

  init(graph: Graph, spec: Spec, options: BuildOptions, sources: SourceTable) {
    self.graph = graph
    self.spec = spec
    self.options = options
    self.sources = sources
    names = NameUses(spec, assignments: options.assignments)
    results = graph.outputs.map(\.value) + graph.heads.map(\.output)
    // Each node is looked at once: what lints ask of all of them stands in tables.
    let nodes = graph.nodes
    var operations: [LayerOperation] = []
    operations.reserveCapacity(nodes.count)
    var windows: [Int] = []
    var firstReader = [Int](repeating: 0, count: nodes.count + 1)
    var producers = [Int?](repeating: nil, count: nodes.count)
    for id in nodes.indices {
      let (layer, inputs) = (nodes[id].layer, nodes[id].inputs)
      let operation = layer.operation
      operations.append(operation)
      if let window = layer.slidingWindow, window.stride != .one || window.padding == .same { windows.append(id) }
      for input in inputs { if let producer = input.node { firstReader[producer + 1] += 1 } }
      let handsOn = inputs.count == 1 && operation == .view
      producers[id] = handsOn ? inputs[0].node.flatMap { producers[$0] } : id
    }
    for id in nodes.indices { firstReader[id + 1] += firstReader[id] }
    var readers = [Int](repeating: 0, count: firstReader[nodes.count])
    var next = firstReader
    for id in nodes.indices {
      for input in nodes[id].inputs {
        guard let producer = input.node else { continue }
        readers[next[producer]] = id
        next[producer] += 1
      }
    }
    self.operations = operations
    unevenWindows = windows
    self.readers = readers
    self.firstReader = firstReader
    self.producers = producers
  }

  /// The nodes that read what a node makes.
  func readers(of node: Node) -> [Node] { readerIDs(of: node.id).map { graph.nodes[$0] } }

  /// The numbers of the nodes that read what a node makes.
  func readerIDs(of node: Int) -> ArraySlice<Int> { readers[firstReader[node]..<firstReader[node + 1]] }

  /// The nodes that do something, by their numbers.
  func nodes(where matches: (LayerOperation) -> Bool) -> [Int] { operations.indices.filter { matches(operations[$0]) } }

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

import Kernels
import Tensors

/// Which values of a forward pass the backward pass makes again, where it needs them, instead of finding them kept.
///
/// Chen et al. 2016, "Training deep nets with sublinear memory cost", arXiv:1604.06174, keep every so-many-th value and run
/// whole segments again. Here it goes value by value: what takes a pass over memory and little arithmetic is made again, as
/// norms, activations, joins, pools and depthwise convolutions are, if that keeps less than the value itself. Of a chain of
/// such values one is kept now and then, which bounds what lives at once when its segment is made again.
struct Recomputation {
  typealias Value = Computation.Value

  /// What is made again.
  private(set) var values: Set<Value> = []
  /// Views: no steps, and made again if what they show is.
  private(set) var views: Set<Value> = []

  private let graph: FusedGraph
  private let placement: Placement
  /// The node that makes each value of the forward pass.
  private var makers: [Value: FusedNode] = [:]
  /// How many nodes in a row would run again to make a value from those that cannot be, or had better not.
  private var lengths: [Value: Int] = [:]
  /// What the backward pass reads, or making such values again does.
  private var needed: Set<Value> = []
  /// The buffers that are kept whatever is decided.
  private var kept: Set<Value> = []

  /// Multiply-accumulates for each element of a result that take about as long as the memory it would have been kept in.
  private static let cheapProducts = 64
  /// The longest chain that is made again.
  private static let longestChain = 8
  /// Which share of all that the backward pass reads is worth a step.
  private static let worthwhileShare = 1.0 / 2048

  /// - Parameters:
  ///   - count: How many of the graph's nodes are the forward pass.
  ///   - placement: Where values lie if nothing is made again.
  init(_ graph: FusedGraph, forward count: Int, placement: Placement) {
    (self.graph, self.placement) = (graph, placement)
    let forward = graph.nodes[..<count]
    let results = Set(graph.results).union(graph.vectors)
    for node in forward { makers[node.output] = node }
    for node in graph.nodes[count...] { needed.formUnion(node.operands.all.filter { makers[$0] != nil }) }
    needed.formUnion(graph.nodes[count...].compactMap(\.residual).filter { makers[$0] != nil })
    let small = Int(Self.worthwhileShare * Double(floats(of: needed)))
    for node in forward where !results.contains(node.output) {
      guard placement.views.contains(node.output) || floats(of: [node.output]) >= small && isCheap(node) else {
        continue
      }
      let length = 1 + (node.reads.compactMap { lengths[$0] }.max() ?? 0)
      if length <= Self.longestChain { lengths[node.output] = length }
    }
    for value in needed where lengths[value] == nil { kept.insert(placement.slot(of: value).root) }
    for node in forward.reversed() where needed.contains(node.output) { decide(node) }
  }

  private mutating func decide(_ node: FusedNode) {
    let root = placement.slot(of: node.output).root
    if placement.views.contains(node.output), lengths[node.output] != nil {
      views.insert(node.output)
    } else if lengths[node.output] != nil, !kept.contains(root), keptFloats(toMake: node) < floats(of: [node.output]) {
      values.insert(node.output)
    } else {
      kept.insert(root)
      return
    }
    for value in node.reads where makers[value] != nil {
      needed.insert(value)
      if lengths[value] == nil { kept.insert(placement.slot(of: value).root) }
    }
  }

  /// Floats of what would be kept only to make a node's output again.
  private func keptFloats(toMake node: FusedNode) -> Int {
    var (roots, seen) = (Set<Value>(), Set<Value>())
    var open = [node]
    while let node = open.popLast() {
      for value in node.reads where seen.insert(value).inserted && !needed.contains(value) {
        guard let maker = makers[value] else { continue }
        let root = placement.slot(of: value).root
        if kept.contains(root) { continue }
        if lengths[value] != nil { open.append(maker) } else { roots.insert(root) }
      }
    }
    return floats(of: roots)
  }

  private func floats(of values: Set<Value>) -> Int {
    values.reduce(0) { $0.saturatingAdded(placement.slot(of: $1).maps.count) }
  }

  /// Whether a node runs about as fast as what it makes would be read from memory.
  private func isCheap(_ node: FusedNode) -> Bool {
    guard !node.operation.mixesImages else { return false }
    let elements = max(1, graph.shape(of: node.output).saturatingProduct)
    return node.operation.macs(of: graph.operandShapes(of: node)) / elements <= Self.cheapProducts
  }
}

extension FusedGraph {
  /// In training, makes values of the forward pass again behind the loss, each straight before the first node that reads
  /// it there. They are made by the same operations from the same numbers, so no bit changes.
  mutating func recompute(_ placement: Placement) {
    guard isTraining, let loss = outputs.first, let end = nodes.firstIndex(where: { $0.output == loss }) else { return }
    let again = Recomputation(self, forward: end + 1, placement: placement)
    guard !again.values.isEmpty else { return }
    var makers: [Value: FusedNode] = [:]
    for node in nodes[...end] { makers[node.output] = node }
    var copies: [Value: Value] = [:]
    var result = Array(nodes[...end])
    for node in nodes[(end + 1)...] {
      for value in node.operands.all + (node.residual.map { [$0] } ?? []) {
        copy(value, again, makers, &copies, &result)
      }
      result.append(node.reading(copies))
    }
    nodes = result
  }

  /// Makes a value again, if that was decided and has not been done, and first what it is made of.
  private mutating func copy(
    _ value: Value, _ again: Recomputation, _ makers: [Value: FusedNode], _ copies: inout [Value: Value],
    _ result: inout [FusedNode]
  ) {
    guard copies[value] == nil, again.values.contains(value) || again.views.contains(value),
      let maker = makers[value]
    else { return }
    for operand in maker.reads { copy(operand, again, makers, &copies, &result) }
    var node = maker.reading(copies)
    if again.views.contains(value), node.inputs == maker.inputs { return }
    node.output = makeValue(shape(of: value))
    node.labels = maker.labels.map { $0.in(.backward) }
    node.isRecomputed = true
    copies[value] = node.output
    result.append(node)
  }
}

extension FusedNode {
  /// The same node on other values.
  fileprivate func reading(_ copies: [Computation.Value: Computation.Value]) -> FusedNode {
    var result = self
    result.operands = operands.map { copies[$0] ?? $0 }
    result.residual = residual.map { copies[$0] ?? $0 }
    return result
  }
}

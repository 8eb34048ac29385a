import Diagnostics
import GraphIR
import Layers
import Shapes

/// Maps that global pooling averages although none of their pixels has seen the whole image.
enum ReceptiveFieldSize: Lint {
  static let id = DiagnosticID.receptiveField

  static func findings(in context: LintContext) -> [Diagnostic] {
    let graph = context.graph
    // Most nodes have no say; only a network that pools globally is worth the walk.
    let pools = context.nodes { operation in
      switch operation {
      case .adaptiveAveragePool, .adaptiveMaxPool: true
      default: false
      }
    }
    guard pools.contains(where: { isGlobalPool(graph.nodes[$0], graph) }) else { return [] }
    let fields = ReceptiveField(graph)
    var seen: Set<Int> = []
    return graph.outputs.compactMap { output in
      guard let (field, last) = fields.window(of: output), seen.insert(last).inserted,
        let pool = context.readers(of: graph.nodes[last]).first(where: { isGlobalPool($0, graph) }),
        let input = input(of: last, graph), let sizes = input.values?.dropFirst(),
        field.wholeFrom == nil, zip(field.axes, sizes).contains(where: { $0.extent < Double($1) })
      else { return nil }
      return finding(
        "what \(pool.label) averages has seen \(field.window) \(input.pixelUnit)s of the \(input.axisCount == 2 ? "image" : "input")'s \(input.pixels)",
        at: pool.span,
        notes: [.init("deeper or wider windows, larger strides or dilation let it see more")])
    }
  }

  /// The shape of the maps that a node's value comes from: of several inputs the first that leads there.
  private static func input(of node: Int, _ graph: Graph) -> Shape? {
    var isReached = [Bool](repeating: false, count: node + 1)
    isReached[node] = true
    var positions: Set<Int> = []
    // Nodes read what stands before them.
    for index in stride(from: node, through: 0, by: -1) where isReached[index] {
      for value in graph.nodes[index].inputs {
        if let position = value.inputPosition { positions.insert(position) }
        if let earlier = value.node { isReached[earlier] = true }
      }
    }
    return positions.sorted().map { graph.inputs[$0].shape }.first(where: \.isMaps)
  }

  private static func isGlobalPool(_ node: Node, _ graph: Graph) -> Bool {
    guard node.head == nil, node.output.isPixel else { return false }
    switch node.layer.operation {
    case .adaptiveAveragePool, .adaptiveMaxPool: return graph.inputShapes(of: node)[0].isMaps
    default: return false
    }
  }
}

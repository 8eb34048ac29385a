import Diagnostics
import GraphIR
import Pictures

/// The picture of a network, each box with its place in the text.
package struct Preview: Sendable {
  package struct Box: Sendable {
    package var id: String
    package var span: Span
    package var path: String
    /// The nodes that it stands for.
    var nodes: [Int]
  }

  package var title: String
  package var variant: String?
  package var svg: String
  package var boxes: [Box]
  package var isStale: Bool
  /// The files that the boxes' places are in.
  package var sources: SourceTable
}

extension DocumentSnapshot {
  /// The picture of the last network that was whole; nil where there was none.
  package func preview(user: KnownNetwork? = nil) -> Preview? {
    guard let network = network ?? user else { return nil }
    let picture = Picture(of: network.graph, depth: Self.depth(of: network.graph))
    var options = PictureOptions()
    options.lines = [:]
    var boxes: [Preview.Box] = []
    for box in picture.figure.boxes {
      guard let first = box.nodes.first else { continue }
      let node = network.graph.nodes[box.nodes.count == 1 ? first : lead(of: box.nodes, network.graph)]
      let span = place(of: box.nodes, node, network.graph)
      options.lines?[box.id] = span.start.line
      boxes.append(
        Preview.Box(id: PictureOptions.identifier(ofBox: box.id), span: span, path: node.path, nodes: box.nodes))
    }
    return Preview(
      title: network.graph.name, variant: network.graph.variant, svg: picture.svg(options), boxes: boxes,
      isStale: isStale && kind == .spec, sources: network.compilation.sources)
  }

  /// Small networks are drawn with their blocks open.
  private static func depth(of graph: Graph) -> Int { graph.nodes.count <= 40 ? 3 : graph.nodes.count <= 400 ? 2 : 1 }

  /// Of the layers of a box the one that it is about: the first with weights.
  private func lead(of nodes: [Int], _ graph: Graph) -> Int {
    nodes.first { !graph.nodes[$0].parameters.isEmpty } ?? nodes[0]
  }

  /// Where a box is written: the layer itself, of a folded block its use.
  private func place(of nodes: [Int], _ lead: Node, _ graph: Graph) -> Span {
    guard nodes.count > 1, let scope = smallestScope(around: nodes, graph), scope.kind.block != nil else {
      return lead.span
    }
    return scope.span
  }

  private func smallestScope(around nodes: [Int], _ graph: Graph) -> Scope? {
    func chain(_ node: Int) -> [Int] {
      var result: [Int] = []
      var current: Int? = graph.nodes[node].scope
      while let id = current {
        result.append(id)
        current = graph.scopes[id].parent
      }
      return result.reversed()
    }
    guard let first = nodes.first, let last = nodes.last else { return nil }
    let common = zip(chain(first), chain(last)).prefix { $0.0 == $0.1 }.last?.0
    return common.map { graph.scopes[$0] }
  }

  /// The boxes of the item at a place of the document.
  package func highlight(_ preview: Preview, at place: Position, user: KnownNetwork? = nil) -> [String] {
    guard let network = network ?? user, let (source, old) = network.file(at: path) else { return [] }
    let line = old.bytes == file.bytes ? place.line : LineMap(from: old, to: file).old(place.line)
    guard let line else { return [] }
    // The box whose layer is written on the line; else those of the use that is.
    let exact = preview.boxes.filter { box in
      box.nodes.contains {
        network.graph.nodes[$0].span.source == source && network.graph.nodes[$0].span.start.line == line
      }
    }
    if !exact.isEmpty { return exact.map(\.id) }
    return preview.boxes.filter { $0.span.source == source && $0.span.start.line == line }.map(\.id)
  }
}

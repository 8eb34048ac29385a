import Diagnostics
import GraphIR
import Layers
import Shapes

/// Why a layer, or a level of names, is what it is: where it stands, what flows in, its formulas with their numbers.
package enum ShapeExplanation {
  /// The text for the path of a node or of a level; nil if nothing has that path.
  package static func explain(_ path: String, in graph: Graph, sources: SourceTable) -> String? {
    if let node = graph.node(at: path) {
      return NodeExplanation(node: node, graph: graph, sources: sources).text
    }
    let scopes = graph.scopes.filter { $0.name != nil && $0.path == path }
    // A head's item takes the head's name, and says more.
    guard let scope = scopes.first(where: { !$0.isHead }) ?? scopes.first else { return nil }
    return ScopeExplanation(scope: scope, graph: graph, sources: sources).text
  }

  /// What can be asked for: the paths of nodes and of levels.
  package static func paths(in graph: Graph) -> [String] {
    graph.nodes.map(\.path) + graph.scopes.filter { $0.name != nil }.map(\.path)
  }
}

extension Scope {
  /// Whether the scope is a head that exists in training only.
  var isHead: Bool { if case .head = kind { true } else { false } }
}

/// Where things stand, as explanations say it.
struct PlaceText {
  let graph: Graph
  let sources: SourceTable

  /// `specs/resnet50.yaml:24:15`.
  func full(_ span: Span) -> String { "\(sources[span.source].path):\(span.start.line):\(span.start.column)" }

  /// `:24`, with the file where it is not the spec's own.
  func short(_ span: Span) -> String {
    let path = sources[span.source].path
    return path == graph.file ? ":\(span.start.line)" : "\(path):\(span.start.line)"
  }

  /// The blocks and named levels around, outermost first: `layer2 (:30) > 0, Bottleneck(mid: 128) (:30)`.
  func chain(_ scope: Int?) -> [String] {
    var steps: [String] = []
    var current = scope
    while let index = current, graph.scopes[index].parent != nil {
      let scope = graph.scopes[index]
      if let step = step(scope) { steps.append("\(step) (\(short(scope.span)))") }
      current = scope.parent
    }
    return steps.reversed()
  }

  private func step(_ scope: Scope) -> String? {
    let what: String? =
      switch scope.kind {
      case .module(let block, let arguments), .blockList(let block, let arguments):
        arguments.isEmpty ? block : "\(block) (\(arguments.text))"
      case .residual: "residual"
      case .gate: "gate"
      case .append: "append"
      case .branches(let join): "branches, \(join)"
      case .split(let join): "split, \(join)"
      case .shortcut: "shortcut"
      case .head: "head"
      case .composite(let keyword): keyword
      case .root, .list, .level, .loop, .copies, .body: nil
      }
    guard let name = scope.name else { return what }
    return what.map { "\(name): \($0)" } ?? name
  }

  /// `256×56×56, the output of conv layer1.0.conv3 (:13)`.
  func origin(of value: ValueID) -> String {
    let shape = graph.shape(of: value)
    guard let index = value.node else { return "\(shape), the network's input" }
    let node = graph.nodes[index]
    return "\(shape), the output of \(node.keyword) \(node.path) (\(short(node.span)))"
  }
}

/// Labelled paragraphs: the label once, its lines in a column behind it.
struct LabelledText {
  private(set) var text = ""

  mutating func add(_ label: String, _ lines: [String]) {
    for (index, line) in lines.enumerated() {
      let margin = index == 0 ? label : ""
      text += "  \(margin)\(String(repeating: " ", count: max(1, 12 - margin.count)))\(line.printable)\n"
    }
  }

  mutating func add(heading: String) { text += heading.printable + "\n" }

  /// Rows with their cells in columns.
  static func columns(_ rows: [[String]], right: Set<Int> = []) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return right.contains(column) ? space + cell : cell + space
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

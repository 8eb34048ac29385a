import Diagnostics
import GraphIR

/// What a level of names is called in reports.
enum ScopeLabel {
  /// The block with its arguments, the copies' block with what they have in common, or the number of layers.
  static func of(_ scope: Scope, in graph: Graph) -> (label: String, details: String) {
    switch scope.kind {
    case .module(let block, let arguments), .blockList(let block, let arguments):
      return (block, parenthesized(arguments))
    case .composite(let keyword): return (keyword, "")
    case .branches(let join):
      let count = scope.children.count { if case .scope = $0 { true } else { false } }
      return ("\(join) of \(count) branches", "")
    case .split(let join): return ("split, \(join)", "")
    case .root, .list, .loop, .copies, .residual, .gate, .append, .body, .shortcut, .head:
      return copies(of: scope, in: graph) ?? layers(of: scope, in: graph)
    }
  }

  /// `Bottleneck ×3` where all that a level holds is one block again and again.
  private static func copies(of scope: Scope, in graph: Graph) -> (label: String, details: String)? {
    var blocks: [(name: String, arguments: [String])] = []
    for child in scope.children {
      guard case .scope(let id) = child else { return nil }
      switch graph.scopes[id].kind {
      case .module(let name, let arguments), .blockList(let name, let arguments): blocks.append((name, arguments))
      default: return nil
      }
    }
    guard let first = blocks.first, blocks.allSatisfy({ $0.name == first.name }) else { return nil }
    let common = first.arguments.filter { argument in blocks.allSatisfy { $0.arguments.contains(argument) } }
    return ("\(first.name)\(blocks.count > 1 ? " ×\(blocks.count)" : "")", parenthesized(common))
  }

  private static func layers(of scope: Scope, in graph: Graph) -> (label: String, details: String) {
    let nodes = graph.nodes(in: scope)
    if let only = nodes.first, nodes.allSatisfy({ $0.keyword == only.keyword }) {
      return ("\(only.keyword)\(nodes.count > 1 ? " ×\(nodes.count)" : "")", only.layer.summary)
    }
    return ("\(nodes.count) layers", "")
  }

  private static func parenthesized(_ arguments: [String]) -> String {
    arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))"
  }
}

/// The line of a span, with the file's name where it is not the spec's own.
func place(of span: Span, in graph: Graph) -> String {
  let index = span.source.index
  guard graph.files.indices.contains(index), graph.files[index] != graph.file else { return "\(span.start.line)" }
  let name = graph.files[index].split(separator: "/").last ?? ""
  return "\(name):\(span.start.line)"
}

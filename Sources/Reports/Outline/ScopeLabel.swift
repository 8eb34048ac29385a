import Diagnostics
import GraphIR

/// What a level of names is called in reports.
struct ScopeLabel {
  var label: String
  /// A block's arguments.
  var details = ""

  /// A thing on a level: a block with its arguments, or a layer.
  private struct Part: Equatable {
    var name: String
    var arguments: [String] = []
  }

  /// The block with its arguments, or what a list holds.
  init(_ scope: Scope, in graph: Graph) {
    switch scope.kind {
    case .module(let block, let arguments), .blockList(let block, let arguments):
      self.init(label: block, details: Self.parenthesized(arguments.map(\.description)))
    case .composite(let keyword): self.init(label: keyword)
    case .branches(let join):
      let count = scope.children.count { if case .scope = $0 { true } else { false } }
      self.init(label: "\(join) of \(count) branches")
    case .split(let join): self.init(label: "split, \(join)")
    case .root, .list, .level, .loop, .copies, .residual, .gate, .append, .body, .shortcut, .head:
      self.init(Self.parts(of: scope, in: graph), scope, graph)
    }
  }

  private init(label: String, details: String = "") {
    self.label = label
    self.details = details
  }

  /// `Bottleneck ×3` for one thing again and again, `dropout, linear` for a few, else `31 layers`.
  private init(_ parts: [Part], _ scope: Scope, _ graph: Graph) {
    let names = Set(parts.map(\.name))
    if names.count == 1, let first = parts.first {
      let common = first.arguments.filter { argument in parts.allSatisfy { $0.arguments.contains(argument) } }
      let times = parts.count > 1 ? " ×\(parts.count)" : ""
      self.init(label: first.name + times, details: Self.parenthesized(common))
    } else if parts.count <= 3 {
      self.init(label: parts.map(\.name).joined(separator: ", "))
    } else {
      self.init(label: "\(graph.nodes(in: scope).count) layers")
    }
  }

  /// The blocks and layers of a level; what has no name is taken apart, blocks in it are not.
  private static func parts(of scope: Scope, in graph: Graph) -> [Part] {
    scope.children.flatMap { child -> [Part] in
      switch child {
      case .node(let id): return [Part(name: graph.nodes[id].keyword)]
      case .scope(let id):
        let inner = graph.scopes[id]
        switch inner.kind {
        case .module(let name, let arguments), .blockList(let name, let arguments):
          return [Part(name: name, arguments: arguments.map(\.description))]
        case .composite(let keyword): return [Part(name: keyword)]
        default: return parts(of: inner, in: graph)
        }
      }
    }
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

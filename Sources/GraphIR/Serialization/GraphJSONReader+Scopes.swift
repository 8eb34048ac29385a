import Diagnostics
import JSON

/// The hierarchy: every node and every scope but the root is the child of one scope.
extension GraphJSONReader {
  func readScopes(_ cursor: JSONCursor, into graph: inout Graph) throws(JSONError) {
    let elements = try cursor.elements(count: 1...(4 * GraphBuilder.Limit.nodes))
    var parents = [Int?](repeating: nil, count: elements.count)
    for (index, element) in elements.enumerated() {
      var scope = try scope(element, id: index, nodes: graph.nodes.count)
      guard (scope.kind == .root) == (index == 0) else {
        throw element.failure("the first scope is the root, and no other")
      }
      scope.parent = parents[index]
      if index > 0, scope.parent == nil { throw element.failure("scope \(index) is the child of no earlier scope") }
      guard let children = try childCursors(element) else { throw element.failure("the key 'children' is missing") }
      for child in children {
        scope.children.append(try readChild(child, of: index, parents: &parents, into: &graph))
      }
      graph.scopes.append(scope)
    }
    if let stray = graph.nodes.first(where: { $0.scope < 0 }) {
      throw cursor.failure("node \(stray.id), \(stray.path), is the child of no scope")
    }
  }

  private func childCursors(_ cursor: JSONCursor) throws(JSONError) -> [JSONCursor]? {
    try cursor.members().first { $0.key == "children" }?.value.elements()
  }

  private func readChild(
    _ cursor: JSONCursor, of parent: Int, parents: inout [Int?], into graph: inout Graph
  ) throws(JSONError) -> Scope.Child {
    let text = try cursor.string()
    guard let letter = text.first, "ns".contains(letter), let id = Int(text.dropFirst()),
      String(id) == text.dropFirst(),
      id >= 0
    else { throw cursor.failure("'\(text.shown)' is no child; those are n0, n1, … and s1, s2, …") }
    if letter == "n" {
      guard id < graph.nodes.count else { throw cursor.failure("there is no node \(id)") }
      guard graph.nodes[id].scope < 0 else { throw cursor.failure("node \(id) is a child already") }
      graph.nodes[id].scope = parent
      return .node(id)
    }
    guard id < parents.count else { throw cursor.failure("there is no scope \(id)") }
    guard id > parent else { throw cursor.failure("scope \(id) does not come after scope \(parent)") }
    guard parents[id] == nil else { throw cursor.failure("scope \(id) is a child already") }
    parents[id] = parent
    return .scope(id)
  }

  /// A scope without its children.
  private func scope(_ cursor: JSONCursor, id: Int, nodes: Int) throws(JSONError) -> Scope {
    let kindCursor = try cursor.members().first { $0.key == "kind" }?.value
    guard let kindCursor else { throw cursor.failure("the key 'kind' is missing") }
    let word = try kindCursor.string()
    guard let extra = Self.extraKeys[word] else {
      throw kindCursor.failure("no kind of scope '\(word.shown)' is known")
    }
    let members = try cursor.object(
      required: ["kind", "path", "input", "output", "at", "children"] + extra,
      optional: ["name", "given", "further", "shares"])
    let path = try members("path")
    return Scope(
      id: id, parent: nil, kind: try kind(word, members), name: try members.optional("name")?.name(),
      path: try path.string().isEmpty ? "" : try path.namePath(), span: try span(members("at")),
      input: try value(members("input"), nodes: nodes), furtherInputs: try further(members, nodes: nodes),
      givenName: try members.optional("given")?.name(), output: try value(members("output"), nodes: nodes),
      sharedWith: try members.optional("shares")?.int(in: 0...max(id - 1, 0)))
  }

  private func further(_ members: JSONMembers, nodes: Int) throws(JSONError) -> [ValueID] {
    guard let cursor = members.optional("further") else { return [] }
    return try cursor.list { (element) throws(JSONError) in try value(element, nodes: nodes) }
  }

  /// What each kind of scope has beside what all have.
  private static let extraKeys: [String: [String]] = [
    "root": [], "module": ["block", "arguments"], "block_list": ["block", "arguments"], "list": [], "level": [],
    "loop": [], "copies": [], "branches": ["join"], "split": ["join"], "residual": [], "gate": [], "append": [],
    "body": [], "shortcut": ["form"], "head": ["head"], "composite": ["layer"],
  ]

  private func kind(_ word: String, _ members: JSONMembers) throws(JSONError) -> Scope.Kind {
    switch word {
    case "module": return .module(block: try members("block").name(), arguments: try arguments(members))
    case "block_list": return .blockList(block: try members("block").name(), arguments: try arguments(members))
    case "list": return .list
    case "level": return .level
    case "loop": return .loop
    case "copies": return .copies
    case "branches": return .branches(join: try members("join").name())
    case "split": return .split(join: try members("join").name())
    case "residual": return .residual
    case "gate": return .gate
    case "append": return .append
    case "body": return .body
    case "shortcut": return .shortcut(try members("form").name())
    case "head": return .head(try members("head").name())
    case "composite": return .composite(try members("layer").name())
    default: return .root
    }
  }

  private func arguments(_ members: JSONMembers) throws(JSONError) -> [Scope.Argument] {
    try members("arguments").list { (cursor) throws(JSONError) in
      let members = try cursor.object(required: ["name", "type", "value"], optional: ["at"])
      return Scope.Argument(name: try members("name").name(), value: try parameterValue(members))
    }
  }
}

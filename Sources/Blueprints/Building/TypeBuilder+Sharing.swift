import Diagnostics
import GraphIR
import Layers

/// Layers and blocks that stand somewhere once more with the same weights: the same property is applied again.
extension TypeBuilder {
  /// Applies the property that stands for a scope's first use; nil where its layers are properties by themselves.
  func sharedCall(
    _ members: [Int: Int], from input: Int, into statements: inout [ForwardStatement]
  ) throws(BuildFault) -> Int? {
    let scopes = members.mapValues { graph.scopes[$0] }
    var firsts: [Int: Int] = [:]
    for (use, scope) in scopes {
      guard let first = scope.sharedWith else { throw .unlike("\(scope.path) shares weights in some uses only") }
      firsts[use] = first
    }
    let path: CountedName?
    if scopes.values.allSatisfy({ $0.kind == .copies && $0.name == nil }) {
      path = try countedName(of: firsts)
    } else {
      path = CountedName(prefix: try relativePath(firsts.mapValues { graph.scopes[$0].path }), number: nil)
    }
    guard let property = path.flatMap({ sharedProperty($0, in: Set(firsts.keys)) }),
      let scope = scopes.min(by: { $0.key < $1.key })?.value
    else {
      return nil
    }
    let further = try furtherInputs(members, scope).map(\.value)
    return apply(
      property, [input] + further, outputs: scopes.mapValues(\.output), place: blueprints.place(scope.span),
      label: scope.name ?? "x", into: &statements)
  }

  /// Applies the property of the layer whose weights a layer uses; nil for a layer without weights.
  func sharedLayer(
    _ nodes: [Int: Node], _ inputs: [Int], into statements: inout [ForwardStatement]
  ) throws(BuildFault) -> Int? {
    var paths: [Int: String] = [:]
    for (use, node) in nodes {
      guard node.sharedWith != nil else { throw .unlike("\(node.path) shares weights in some uses only") }
      paths[use] = graph.owner(of: node).path
    }
    let path = CountedName(prefix: try relativePath(paths), number: nil)
    guard let property = sharedProperty(path, in: Set(paths.keys)), let node = nodes.min(by: { $0.key < $1.key })?.value
    else {
      throw .unlike("the weights of \(paths.values.min() ?? "a layer") are not known here")
    }
    return apply(
      property, inputs, outputs: nodes.mapValues { ValueID.output(ofNode: $0.id) }, place: blueprints.place(of: node),
      label: node.name, into: &statements)
  }

  /// The property at the path of what is shared, if it is one that all these uses have.
  private func sharedProperty(_ path: CountedName, in uses: Set<Int>) -> String? {
    guard let position = positions[path] else { return nil }
    let name = type.properties[position].name
    return presence[name]?.isSuperset(of: uses) == true ? name : nil
  }

  private func apply(
    _ property: String, _ inputs: [Int], outputs: [Int: ValueID], place: SourceLine, label: String,
    into statements: inout [ForwardStatement]
  ) -> Int {
    let output = define(outputs, channels: channelTerm(outputs, hints: knownChannels.reversed()))
    statements.append(
      .apply(
        Application(output: output, callee: .property(property), inputs: inputs, place: place, label: label)))
    return output
  }
}

extension BlueprintBuilder {
  /// Whether a scope can be a property: it is self-contained, and so are its weights.
  func isClosed(_ scope: Scope) -> Bool { isSelfContained(scope) && isSharedWhole(scope) }

  /// Whether a scope's weights are used elsewhere only by uses of the whole scope that could call one property, and it
  /// uses none from outside itself.
  private func isSharedWhole(_ scope: Scope) -> Bool {
    guard let range = ranges[scope.id] else { return true }
    for node in graph.nodes[range] {
      if let owner = node.sharedWith, !range.contains(owner) { return false }
      for user in sharers[node.id] ?? [] where !range.contains(user) {
        guard isWithin(user, useOf: scope.id) else { return false }
      }
    }
    return (repeats[scope.id] ?? []).allSatisfy { isSelfContained(graph.scopes[$0]) }
  }

  /// Whether a node stands in another use of a scope.
  private func isWithin(_ node: Int, useOf first: Int) -> Bool {
    var current: Int? = graph.nodes[node].scope
    while let id = current {
      if graph.scopes[id].sharedWith == first { return true }
      current = graph.scopes[id].parent
    }
    return false
  }
}

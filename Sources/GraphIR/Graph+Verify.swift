import Layers
import Shapes

extension Graph {
  /// A broken invariant of a graph.
  package struct Violation: Error, CustomStringConvertible {
    package var description: String
  }

  /// The first invariant that does not hold, if any: order, shapes, parameters, names, hierarchy.
  package var violation: Violation? {
    if inputs.isEmpty { return Violation(description: "the graph has no input") }
    var paths: Set<String> = []
    paths.reserveCapacity(nodes.count)
    // What equal layers make of equal inputs is computed once.
    var memory = LayerMemory()
    for (index, node) in nodes.enumerated() {
      guard node.id == index else { return Violation(description: "node \(index) has the id \(node.id)") }
      guard node.inputs.allSatisfy({ has($0, ofFirst: index) }) else {
        return Violation(description: "\(node.path) reads a value that is not there yet")
      }
      guard paths.insert(node.path).inserted else { return Violation(description: "two nodes are called \(node.path)") }
      guard scopes.indices.contains(node.scope) else { return Violation(description: "\(node.path) is in no scope") }
      let inputs = inputShapes(of: node)
      guard let declaration = LayerRegistry.declaration(node.keyword) else {
        return Violation(description: "\(node.path) is of no kind")
      }
      let made = memory.layer(declaration, node.attributes) { node.layer }
      var result = memory.result(of: made.index, inputs)
      if result == nil, type(of: node.layer).inputCount.contains(inputs.count),
        let output = try? node.layer.outputShape(of: inputs)
      {
        result = LayerMemory.Result(output: output, tensors: node.layer.tensors(for: inputs), macs: node.macs)
        if let result { memory.remember(result, of: made.index, inputs) }
      }
      guard let result else { return Violation(description: "\(node.path) does not take its inputs") }
      guard result.output == node.output else {
        return Violation(description: "\(node.path) makes \(result.output), but its shape is given as \(node.output)")
      }
      guard result.tensors == node.parameters else {
        return Violation(description: "\(node.path) has other parameters than its kind says")
      }
      if let owner = node.sharedWith {
        guard (0..<index).contains(owner), nodes[owner].sharedWith == nil, nodes[owner].keyword == node.keyword,
          nodes[owner].parameters == node.parameters
        else { return Violation(description: "\(node.path) shares weights that are not its own") }
      }
    }
    return outputViolation ?? scopeViolation
  }

  private var outputViolation: Violation? {
    for value in outputs.map(\.value) + heads.map(\.output) where !has(value, ofFirst: nodes.count) {
      return Violation(description: "an output is no value of the graph")
    }
    for node in nodes {
      if let head = node.head, !heads.indices.contains(head) {
        return Violation(description: "\(node.path) belongs to a head that is not there")
      }
    }
    if let first = nodes.firstIndex(where: { $0.head != nil }), nodes[first...].contains(where: { $0.head == nil }) {
      return Violation(description: "a node of the network comes after those of the heads")
    }
    return outputs.isEmpty ? Violation(description: "the graph has no output") : nil
  }

  private var scopeViolation: Violation? {
    var isNodeSeen = [Bool](repeating: false, count: nodes.count)
    var isScopeSeen = [Bool](repeating: false, count: scopes.count)
    for index in scopes.indices {
      guard scopes[index].id == index, scopes[index].parent.map({ $0 < index && $0 >= 0 }) ?? (index == 0) else {
        return Violation(description: "scope \(index) is not below an earlier one")
      }
      guard has(scopes[index].input, ofFirst: nodes.count), has(scopes[index].output, ofFirst: nodes.count),
        scopes[index].furtherInputs.allSatisfy({ has($0, ofFirst: nodes.count) })
      else {
        return Violation(description: "scope \(index) has an input or output that is no value of the graph")
      }
      for child in scopes[index].children {
        switch child {
        case .node(let id):
          guard nodes.indices.contains(id), nodes[id].scope == index else {
            return Violation(description: "scope \(index) holds a node that is elsewhere")
          }
          guard !isNodeSeen[id] else { return Violation(description: "node \(id) is in a scope twice") }
          isNodeSeen[id] = true
        case .scope(let id):
          guard scopes.indices.contains(id), scopes[id].parent == index else {
            return Violation(description: "scope \(index) holds a scope that is elsewhere")
          }
          guard !isScopeSeen[id] else { return Violation(description: "scope \(id) is in a scope twice") }
          isScopeSeen[id] = true
        }
      }
    }
    if isNodeSeen.contains(false) { return Violation(description: "a node is in no scope") }
    // The root is in no other.
    return isScopeSeen.dropFirst().contains(false) ? Violation(description: "a scope is in no other") : nil
  }

  /// Checks the graph after a pass; a broken invariant is a fault of the pass, never of a spec.
  func verify(after pass: String) {
    if let violation { preconditionFailure("the graph is broken after \(pass): \(violation)") }
  }
}

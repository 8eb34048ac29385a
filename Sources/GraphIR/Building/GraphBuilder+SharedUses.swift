import Diagnostics
import Layers
import Shapes
import SpecLanguage

/// What a `share` became.
struct SharedUse {
  var inputs: [ValueID]
  var nodes: Range<Int>
  var scopes: Range<Int>
}

/// Uses of what is shared, compared with the first, layer by layer and list by list.
///
/// Layers with weights must be the same for every input, for they are one layer. Others may follow the input, as the
/// upsampling of a decoder does; the lists around them are then no uses of the first ones, though layers within are.
extension GraphBuilder {
  /// Gives each node of a second use the weights of its counterpart in the first; false, reported, if they differ.
  mutating func pair(_ use: SharedUse, with original: Sharable, at span: Span, _ environment: Environment) -> Bool {
    for (second, first) in zip(use.nodes, original.nodes) {
      let (a, b) = (nodes[first], nodes[second])
      if let difference = difference(a, b) {
        report(
          .shares, "'\(original.path)' cannot be shared: \(difference.message)", at: span, in: environment,
          notes: [.init("the first use", at: a.span), .init(difference.advice)])
        return false
      }
      if !a.parameters.isEmpty { nodes[second].sharedWith = a.sharedWith ?? first }
    }
    guard use.nodes.count == original.nodes.count else {
      report(
        .shares,
        "'\(original.path)' is \(original.nodes.count) layers, but for this input it would be \(use.nodes.count)",
        at: span, in: environment, notes: [.init("what is shared must consist of the same layers for every input")])
      return false
    }
    markScopes(of: use, with: original)
    return true
  }

  /// Why a layer cannot have the weights of another, the first use's; nil if it can, or if there are none.
  private func difference(_ first: Node, _ use: Node) -> (message: String, advice: String)? {
    func text(_ tensor: ParameterSpec) -> String { tensor.shape.map(String.init).joined(separator: "×") }
    guard first.keyword == use.keyword else {
      return (
        "\(first.path) is \(first.keyword), but for this input \(use.keyword) would stand there",
        "what is shared must consist of the same layers for every input"
      )
    }
    if first.parameters.isEmpty, use.parameters.isEmpty { return nil }
    if let (a, b) = zip(first.parameters, use.parameters).first(where: { $0.shape != $1.shape }) {
      return (
        "\(first.path).\(a.name) is \(text(a)), but for this input it would be \(text(b))",
        "a layer that is shared takes inputs of the same channels"
      )
    }
    if let field = differingField(first, use) {
      return (
        "the \(field.name) of \(first.path) is \(field.first), but for this input it would be \(field.second)",
        "a layer with weights is the same for every input; what has none may follow it"
      )
    }
    if first.parameters != use.parameters {
      return (
        "\(first.path) would have other tensors for this input",
        "a layer with weights is the same for every input; what has none may follow it"
      )
    }
    guard takesTheSameAxes(first, use) else {
      return (
        "\(first.path) takes \(inputShape(first)), but here \(inputShape(use)) flows in",
        "a layer that is shared takes signals always, or maps, or volumes, or vectors"
      )
    }
    return nil
  }

  private func inputShape(_ node: Node) -> Shape { shape(of: node.inputs[0]) }

  private func shape(of value: ValueID) -> Shape {
    value.node.map { nodes[$0].output } ?? inputs[value.inputPosition ?? 0].shape
  }

  /// The first field that has another value in a use, with both values as a spec writes them.
  private func differingField(_ first: Node, _ use: Node) -> (name: String, first: String, second: String)? {
    func value(_ field: Field, of node: Node) -> FieldValue? {
      node.attributes.first { $0.name == field.name }?.value ?? field.defaultValue
    }
    for field in LayerRegistry.declaration(first.keyword)?.fields ?? [] {
      let (a, b) = (value(field, of: first), value(field, of: use))
      if a != b { return (field.name, a?.description ?? "not set", b?.description ?? "not set") }
    }
    return nil
  }

  /// Whether layers that are one type for signals and another for maps take the same of these.
  private func takesTheSameAxes(_ first: Node, _ use: Node) -> Bool {
    guard LayerRegistry.declaration(first.keyword)?.kind.swift.isPerRank ?? false else { return true }
    return inputShape(first).rank == inputShape(use).rank
  }

  // MARK: Scopes

  /// Notes for each scope of a use which one of the first it is once more: those that compute the same.
  private mutating func markScopes(of use: SharedUse, with original: Sharable) {
    guard use.scopes.count == original.scopes.count else { return }
    var entering: [ValueID: ValueID] = [:]
    for (first, second) in zip(original.inputs, use.inputs) {
      // Which of two that were one value is meant, nothing says.
      if let other = entering[first], other != second { return }
      entering[first] = second
    }
    let step = use.nodes.lowerBound - original.nodes.lowerBound
    func counterpart(_ value: ValueID) -> ValueID {
      if let node = value.node, original.nodes.contains(node) { return .output(ofNode: node + step) }
      return entering[value] ?? value
    }
    func areAlike(_ first: Node, _ second: Node) -> Bool {
      first.inputs.map(counterpart) == second.inputs && differingField(first, second) == nil
        && takesTheSameAxes(first, second)
    }
    var unlike: Set<Int> = []
    // Those within have higher numbers.
    for (first, second) in zip(original.scopes, use.scopes).reversed() {
      let (a, b) = (scopes[first], scopes[second])
      let isAlike =
        a.kind.isSameForm(as: b.kind) && a.inputs.map(counterpart) == b.inputs && counterpart(a.output) == b.output
        && a.children.count == b.children.count
        && zip(a.children, b.children).allSatisfy { pair in
          switch pair {
          case (.node(let first), .node(let second)):
            return second == first + step && areAlike(nodes[first], nodes[second])
          case (.scope(let inner), .scope(let other)):
            return other - inner == second - first && !unlike.contains(inner)
          default: return false
          }
        }
      if isAlike {
        scopes[second].sharedWith = a.sharedWith ?? first
      } else {
        unlike.insert(first)
      }
    }
  }
}

extension Scope.Kind {
  /// Whether scopes are of the same kind, whatever a block's arguments are.
  fileprivate func isSameForm(as other: Scope.Kind) -> Bool {
    switch (self, other) {
    case (.module(let block, _), .module(let second, _)): block == second
    case (.blockList(let block, _), .blockList(let second, _)): block == second
    default: self == other
    }
  }
}

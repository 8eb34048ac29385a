import Diagnostics
import Layers
import SpecLanguage

/// What `share` needs to expand a named item once more.
struct Sharable {
  /// The path of its name.
  var path: String
  /// The item as it was expanded, without its name, reference and condition.
  var item: Item
  var environment: Environment
  var filled: [String: GraphBuilder.Filling]
  /// The nodes that it became.
  var nodes: Range<Int>
  /// The scopes that were opened for it, its own first; none for a single layer.
  var scopes: Range<Int>
}

/// `share`: an earlier layer, block or list expanded once more, whose nodes use the weights of the first.
extension GraphBuilder {
  /// Keeps what was expanded under a name, if the spec shares weights at all.
  mutating func keepSharable(
    _ item: Item, _ name: ItemName, _ place: Place, nodes range: Range<Int>, firstScope: Int, stamp: Int
  ) {
    guard usesSharing, case .one(let given) = name, levels[place.level].entries[given.text] != nil else { return }
    var item = item
    item.name = nil
    item.from = nil
    item.when = nil
    item.expectation = nil
    sharables.append(
      Sharable(
        path: levels[place.level].path(of: given.text), item: item,
        environment: place.environment.handingOver(at: place.level, stamp: stamp),
        filled: place.filled, nodes: range,
        scopes: firstScope..<scopes.count))
    levels[place.level].entries[given.text]?.sharable = sharables.count - 1
  }

  /// Expands what a reference names once more; its tensors stay those of the first.
  mutating func share(
    _ reference: Reference, _ item: Item, _ inputs: [Flow], _ place: Place, _ name: ItemName
  ) -> Flow {
    guard let entry = entry(of: reference, from: place.level, place.environment, previous: inputs[0]) else {
      hasFailed = true
      return .unknown
    }
    guard let index = entry.sharable else {
      report(
        .shares, "there are no weights to share here", at: reference.span, in: place.environment,
        notes: [.init("an earlier layer, block or list with a name is what can stand here once more")])
      return .unknown
    }
    let original = sharables[index]
    var environment = original.environment
    environment.edge = stamp
    environment.frame = place.environment.frame
    environment.blockDepth = place.environment.blockDepth
    var inner = place
    inner.environment = environment
    inner.filled = original.filled
    let first = nodes.count
    let firstScope = scopes.count
    let flow = expandAgain(original.item, inputs, inner, nameOfUse(name, of: original, at: reference.span, inner))
    guard !hasFailed, !isAborted, flow.shape != nil else { return .unknown }
    guard pair(first..<nodes.count, with: original.nodes, original.path, at: item.operationSpan, place.environment)
    else {
      return .unknown
    }
    for (use, first) in zip(firstScope..<scopes.count, original.scopes) {
      scopes[use].sharedWith = scopes[first].sharedWith ?? first
    }
    return flow
  }

  private mutating func expandAgain(_ item: Item, _ inputs: [Flow], _ place: Place, _ name: GivenName) -> Flow {
    guard let copies = item.copies else { return expandOnce(item, inputs, place, .one(name)) }
    guard let count = count(copies, of: "repeat", place.environment, at: place.level, prev: inputs[0]) else {
      hasFailed = true
      return .unknown
    }
    return count == 0 ? inputs[0] : repeated(item, count, inputs, place, name)
  }

  /// The name of a use: its own, or that of what is shared with an ordinal, `tower_2`.
  private mutating func nameOfUse(
    _ name: ItemName, of original: Sharable, at span: Span, _ place: Place
  ) -> GivenName {
    if case .one(let given) = name { return given }
    let base = original.path.split(separator: ".").last.map(String.init) ?? "shared"
    var text: String
    repeat {
      levels[place.level].ordinals["\(base)_", default: 1] += 1
      text = "\(base)_\(levels[place.level].ordinals["\(base)_", default: 2])"
    } while levels[place.level].entries[text] != nil
    return GivenName(text: text, span: span)
  }

  /// Gives each node of a second use the weights of its counterpart in the first; false, reported, if they differ.
  private mutating func pair(
    _ uses: Range<Int>, with originals: Range<Int>, _ path: String, at span: Span, _ environment: Environment
  ) -> Bool {
    for (use, original) in zip(uses, originals) {
      guard nodes[use].keyword == nodes[original].keyword, nodes[use].parameters == nodes[original].parameters else {
        reportDifference(use, original, path, at: span, environment)
        return false
      }
      if !nodes[use].parameters.isEmpty { nodes[use].sharedWith = nodes[original].sharedWith ?? original }
    }
    guard uses.count != originals.count else { return true }
    report(
      .shares, "'\(path)' is \(originals.count) layers, but for this input it would be \(uses.count)", at: span,
      in: environment, notes: [.init("what is shared must consist of the same layers for every input")])
    return false
  }

  private mutating func reportDifference(
    _ use: Int, _ original: Int, _ path: String, at span: Span, _ environment: Environment
  ) {
    let (a, b) = (nodes[original], nodes[use])
    func text(_ tensor: ParameterSpec) -> String { tensor.shape.map(String.init).joined(separator: "×") }
    let pair = zip(a.parameters, b.parameters).first { $0 != $1 }
    let message: String
    if a.keyword == b.keyword, let (first, second) = pair {
      message = "\(a.path).\(first.name) is \(text(first)), but for this input it would be \(text(second))"
    } else {
      message = "\(a.path) is \(a.keyword), but for this input \(b.keyword) would stand there"
    }
    report(
      .shares, "'\(path)' cannot be shared: \(message)", at: span, in: environment,
      notes: [.init("the first use", at: a.span), .init("a layer that is shared takes inputs of the same channels")])
  }
}

extension Spec {
  /// Whether any item of the spec shares weights.
  var usesSharing: Bool {
    var open = layers + heads.map(\.item) + blocks.values.flatMap(\.layers)
    while let item = open.popLast() {
      if case .share = item.operation { return true }
      open += item.directItems + item.handedItems
    }
    return false
  }
}

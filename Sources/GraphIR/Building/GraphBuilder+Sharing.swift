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
  /// What flowed in.
  var inputs: [ValueID]
  /// The nodes that it became.
  var nodes: Range<Int>
  /// The scopes that were opened for it, its own first; none for a single layer.
  var scopes: Range<Int>
}

/// `share`: an earlier layer, block or list expanded once more, whose nodes use the weights of the first.
extension GraphBuilder {
  /// Keeps what was expanded under a name, if the spec shares weights at all.
  mutating func keepSharable(
    _ item: Item, _ name: ItemName, _ place: Place, inputs: [Flow], nodes range: Range<Int>, firstScope: Int, stamp: Int
  ) {
    guard usesSharing, case .one(let given) = name, levels[place.level].entries[given.text] != nil else { return }
    // A use is kept by `share` itself.
    if case .share = item.operation, item.copies == nil { return }
    var item = item
    item.name = nil
    item.from = nil
    item.when = nil
    item.expectation = nil
    sharables.append(
      Sharable(
        path: path(of: given.text, at: place.level), item: item,
        environment: place.environment.handingOver(at: place.level, stamp: stamp),
        filled: place.filled, inputs: inputs.map(\.value), nodes: range,
        scopes: firstScope..<scopes.count))
    let number = sharables.count - 1
    levels[place.level].entries.update(given.text) { $0.sharable = number }
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
    guard depth < Limit.depth else {
      abort(
        "lists, combinators and shared items nest more than \(Limit.depth) deep", at: item.span, in: place.environment)
      return .unknown
    }
    depth += 1
    let outermost = shareSpan
    shareSpan = shareSpan ?? item.operationSpan
    defer {
      depth -= 1
      shareSpan = outermost
    }
    let original = sharables[index]
    var inner = place
    inner.environment = original.environment
    inner.environment.edge = stamp
    inner.environment.frame = openFrame(forShareOf: original.path, at: item.operationSpan, place.environment)
    inner.environment.blockDepth = place.environment.blockDepth
    inner.filled = original.filled
    let first = nodes.count
    let firstScope = scopes.count
    let flow = expandAgain(original.item, inputs, inner, nameOfUse(name, of: original, at: reference.span, inner))
    if case .one(let given) = name, levels[place.level].entries[given.text] != nil {
      // What is shared from here is the first use again, however long the chain of names.
      var use = original
      use.path = path(of: given.text, at: place.level)
      sharables.append(use)
      let number = sharables.count - 1
      levels[place.level].entries.update(given.text) { $0.sharable = number }
    }
    guard !hasFailed, !isAborted, flow.shape != nil else { return .unknown }
    let use = SharedUse(inputs: inputs.map(\.value), nodes: first..<nodes.count, scopes: firstScope..<scopes.count)
    guard pair(use, with: original, at: item.operationSpan, place.environment) else { return .unknown }
    return flow
  }

  private mutating func openFrame(forShareOf path: String, at span: Span, _ environment: Environment) -> Int {
    frames.append(
      Frame(parent: environment.frame, label: "share: \(path)", line: span.start.line, copy: nil))
    return frames.count - 1
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
      text = "\(base)_\(levels[place.level].ordinals.increase("\(base)_", from: 1))"
    } while levels[place.level].entries[text] != nil
    return GivenName(text: text, span: span)
  }
}

extension Spec {
  /// Whether any item of the spec shares weights.
  var usesSharing: Bool {
    var isSharing = false
    forEachItem { if case .share = $0.operation { isSharing = true } }
    return isSharing
  }
}

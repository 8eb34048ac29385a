import Diagnostics
import YAML

extension SpecDecoder {
  /// Reports blocks that contain themselves, and takes their layers away so that expansion ends.
  mutating func checkRecursion(of spec: Spec) {
    // A layer parameter's item belongs to whoever writes it, so its blocks count where they stand.
    checkRecursion(of: blocks.mapValues { $0.layers.flatMap(\.usedBlocks) })
    checkRecursion(
      of: blocks.mapValues { $0.parameters.flatMap { $0.defaultValue?.items ?? [] }.flatMap(\.usedBlocks) })
  }

  private mutating func checkRecursion(of uses: [String: [BlockUse]]) {
    for circle in circles(in: uses.mapValues { $0.map(\.block) }, order: blocks.keys.sorted()) {
      guard let use = uses[circle[0]]?.first(where: { $0.block == circle[1] }) else { continue }
      report(
        .recursiveBlock, "block \(circle[0]) contains itself: \(Self.way(circle))", at: use.span,
        notes: [.init("declared here", at: blocks[circle[0]]?.nameSpan)])
    }
  }

  /// A block and all that use it, directly or through others: what cannot be meant within it.
  ///
  /// Told by the names that stand in the bodies, of which those further down are not decoded yet.
  mutating func blocksLeading(to block: String) -> Set<String> {
    let named = namedBlocks ?? writtenBodies.mapValues { blockNames(in: $0) }
    namedBlocks = named
    return ancestors(of: block, in: named)
  }

  /// The blocks whose names stand in a value.
  private func blockNames(in node: YAMLNode) -> [String] {
    var result: Set<String> = []
    var open = [node]
    while let node = open.popLast() {
      switch node.content {
      case .scalar(let text, _): result.formUnion(text.split(separator: " ").map(String.init))
      case .sequence(let items): open += items
      case .mapping(let entries):
        for entry in entries {
          result.insert(entry.key)
          open.append(entry.value)
        }
      }
    }
    return result.filter { blocks[$0] != nil }.sorted()
  }
}

/// A block's name where it is used.
struct BlockUse {
  var block: String
  var span: Span
}

extension Item {
  /// The blocks that the item and what is within it use, those in arguments of type `layer` included.
  var usedBlocks: [BlockUse] {
    var uses = (directItems + handedItems).flatMap(\.usedBlocks)
    if case .block(let call) = operation { uses.insert(BlockUse(block: call.block, span: operationSpan), at: 0) }
    return uses
  }
}

extension Shortcut {
  /// The items that the shortcut may hold.
  package var items: [Item] {
    switch form {
    case .project(let body), .always(let body): body.items
    case .identity, .whenSame, .padChannels: []
    }
  }
}

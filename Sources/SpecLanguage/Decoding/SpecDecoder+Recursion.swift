import Diagnostics

extension SpecDecoder {
  /// Reports blocks that contain themselves, and takes their layers away so that expansion ends.
  mutating func checkRecursion(of spec: Spec) {
    // A layer parameter's item belongs to whoever writes it, so its blocks count where they stand.
    let uses = blocks.mapValues { $0.layers.flatMap(\.usedBlocks) }
    for name in blocks.keys.sorted() {
      guard let circle = circle(from: name, uses: uses) else { continue }
      // One finding a circle, at its first block in the alphabet.
      guard circle.map(\.block).min() == name, let first = circle.first else { continue }
      let path = [name] + circle.map(\.block)
      report(
        .recursiveBlock, "block \(name) contains itself: \(path.joined(separator: " → "))", at: first.span,
        notes: [.init("declared here", at: blocks[name]?.nameSpan)])
    }
  }

  /// The uses that lead from a block back to itself, the shortest way.
  private func circle(from start: String, uses: [String: [BlockUse]]) -> [BlockUse]? {
    var paths: [[BlockUse]] = [[]]
    var seen: Set<String> = []
    while !paths.isEmpty {
      var longer: [[BlockUse]] = []
      for path in paths {
        for use in uses[path.last?.block ?? start] ?? [] {
          if use.block == start { return path + [use] }
          if seen.insert(use.block).inserted { longer.append(path + [use]) }
        }
      }
      paths = longer
    }
    return nil
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
    switch operation {
    case .layer, .identity, .use: []
    case .block(let call):
      [BlockUse(block: call.block, span: operationSpan)]
        + call.arguments.flatMap { argument in
          if case .item(let item) = argument.value.form { item.usedBlocks } else { [BlockUse]() }
        }
    case .sequence(let items), .level(let items): items.flatMap(\.usedBlocks)
    case .forEach(let loop): loop.layers.flatMap(\.usedBlocks)
    case .branches(let branches, _), .split(let branches, _, _):
      branches.flatMap { $0.body.items.flatMap(\.usedBlocks) }
    case .gate(let body), .append(let body): body.items.flatMap(\.usedBlocks)
    case .residual(let body, let shortcut, _): (body.items + shortcut.items).flatMap(\.usedBlocks)
    }
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

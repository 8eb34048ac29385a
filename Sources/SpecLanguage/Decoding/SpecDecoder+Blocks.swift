import Diagnostics
import YAML

/// The headers of blocks.
extension SpecDecoder {
  private static let blockKeys = ["inputs", "params", "layers", "seq", "summary"]
  /// Inputs of one block, at most.
  private static let inputLimit = 64

  mutating func blockHeaders(_ node: YAMLNode) {
    if node.isEmpty { return }
    let entries = declarations(node, of: "blocks")
    if entries.isEmpty, node.entries?.isEmpty != true { lacksBlocks = true }
    announcedBlocks = Set(entries.map(\.key))
    for entry in entries {
      blockHeader(entry)
      if blocks[entry.key] == nil { faultyBlocks.insert(entry.key) }
    }
    announcedBlocks = []
  }

  private mutating func blockHeader(_ entry: YAMLEntry) {
    let name = entry.key
    guard checkName(name, at: entry.keySpan) else { return }
    guard name.first.map({ ("A"..."Z").contains($0) }) ?? false else {
      report(.illFormedName, "a block's name is UpperCamel, such as '\(name.upperCamel)'", at: entry.keySpan)
      return
    }
    if let earlier = blocks[name] {
      report(
        .duplicateDeclaration, "there are two blocks '\(name)'", at: entry.keySpan,
        notes: [.init("the other one is declared here", at: earlier.nameSpan)])
      return
    }
    guard let keys = keyedValues(entry.value, of: "block \(name)", known: Self.blockKeys) else { return }
    let form: Block.Form
    let body: YAMLEntry
    switch (keys["layers"], keys["seq"]) {
    case (let layers?, nil): (form, body) = (.module, layers)
    case (nil, let list?): (form, body) = (.list, list)
    case (nil, nil):
      report(
        .missingKey, "block \(name) has no layers", at: entry.keySpan,
        notes: [.init("write `layers: […]`, or `seq: […]` for a list")])
      return
    case (_?, let list?):
      report(.conflict, "block \(name) has both layers and seq; it is either a module or a list", at: list.keySpan)
      return
    }
    let parameters = keys["params"].map { self.parameters($0.value) } ?? []
    blocks[name] = Block(
      name: name, nameSpan: entry.keySpan, unit: unit,
      summary: keys["summary"].flatMap { text($0.value, for: "summary") },
      inputs: keys["inputs"].map { inputs($0.value, of: name, parameters) } ?? [], parameters: parameters, form: form)
    pendingBodies.append((name, body.value))
    writtenBodies[name] = body.value
  }

  /// `[x, skip]`.
  private mutating func inputs(
    _ node: YAMLNode, of block: String, _ parameters: [ParameterDeclaration]
  ) -> [BlockInput] {
    guard let items = node.items, !items.isEmpty else {
      report(
        .wrongType, "inputs is a list of names, not \(node.items == nil ? node.kindDescription : "an empty one")",
        at: node.span, notes: [.init("for example `inputs: [x, skip]`")])
      return []
    }
    guard items.count <= Self.inputLimit else {
      report(.limit, "block \(block) has more than \(Self.inputLimit) inputs", at: items[Self.inputLimit].span)
      return []
    }
    var inputs: [BlockInput] = []
    for item in items {
      guard let name = text(item, for: "an input's name"), checkVariable(name, at: item.span) else { continue }
      if let other = inputs.first(where: { $0.name == name })?.span
        ?? parameters.first(where: { $0.name == name })?.nameSpan
      {
        report(
          .duplicateDeclaration, "block \(block) has two inputs or parameters '\(name)'", at: item.span,
          notes: [.init("the other one is declared here", at: other)])
        continue
      }
      inputs.append(BlockInput(name: name, span: item.span))
    }
    return inputs
  }
}

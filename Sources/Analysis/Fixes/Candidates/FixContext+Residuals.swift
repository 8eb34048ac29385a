import GraphIR
import Layers
import Shapes
import SpecLanguage

/// Residuals whose body and shortcut cannot be added.
extension FixContext {
  func residualCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard let item = item(at: fault.item), fault.shapes.count == 2 else { return [] }
    let (body, shortcut) = (fault.shapes[0], fault.shapes[1])
    var result = projections(for: item, body, shortcut)
    guard body.isMaps == shortcut.isMaps else { return result }
    // The body keeps the shortcut's shape, or the shortcut's own layers make the body's.
    for (value, other, wanted, cost) in [
      (fault.inputs[0], fault.inputs[1], shortcut, 3), (fault.inputs[1], fault.inputs[0], body, 1),
    ] {
      var chain = Chain(to: value, in: attempt)
      chain.keep { attempt.scopes.isWithin($0.scope, fault.scope) }
      let own = attempt.shape(of: value)
      let isSameSize = own?.isMaps != true || own?.spatial == wanted.spatial
      let isBorder = !isSameSize && scales.areEqual(value, other)
      var found: [FixCandidate] = []
      if isSameSize, let channels = wanted.channels.value {
        found = channelCandidates(of: chain, channels, cost: cost) { $0 == wanted }
      } else if own?.isMaps == true {
        found = sizings(of: chain, [isBorder ? .border : .scale], cost: cost) { $0 == wanted }
      }
      // What follows has the body's channels and strides, as its author wrote them.
      if value == fault.inputs[0], !isBorder { for index in found.indices { found[index].targets = [] } }
      result += found
    }
    return result
  }

  private func projections(for item: Item, _ body: Shape, _ shortcut: Shape) -> [FixCandidate] {
    guard case .residual(_, let written, _) = item.operation else { return [] }
    switch written.form {
    case .identity, .padChannels: break
    case .whenSame, .project, .always: return []
    }
    return ["downsample", "shortcut", "projection"].compactMap { name in
      let text = "{name: \(name), project: \(projection(for: item))}"
      guard let edit = settingShortcut(of: item, to: text) else { return nil }
      let (axes, strides) = (max(1, body.axisCount), GraphBuilder.strides(from: shortcut, to: body) ?? .one)
      let stride = strides == .one ? "" : " stride-\(strides.isUniform ? String(strides[0]) : strides.text(axes: axes))"
      // A body that makes some channels more or less may as well have a number misspelled.
      let isGuess =
        strides == .one && body.spatial == shortcut.spatial
        && Self.areNear(body.channels.value, shortcut.channels.value)
      return FixCandidate(
        description: "shortcut: \(text)",
        remark: "inserts a \(AxisSizes.one.text(axes: axes))\(stride) \(shortcut.channels)→\(body.channels) projection",
        edit: edit,
        family: "projection", cost: 1, isGuess: isGuess)
    }
  }

  /// Whether neither number is twice the other or more.
  private static func areNear(_ one: Int?, _ other: Int?) -> Bool {
    guard let one, let other else { return false }
    return max(one, other) / 2 < min(one, other)
  }

  /// What a projection is made of here: the file's own convolution with norm, or one that suits the body.
  private func projection(for item: Item) -> String {
    let blocks = spec.blocks.values.filter { block in
      block.form == .list && block.parameters.contains { $0.name == "out" }
        && block.parameters.allSatisfy { $0.defaultValue != nil || ["out", "stride"].contains($0.name) }
        && block.layers.allSatisfy { [Conv.keyword, BatchNorm.keyword].contains($0.word) }
    }
    if let block = blocks.map(\.name).min() { return block }
    let hasNorm = item.directItems.contains { $0.word == BatchNorm.keyword }
    return hasNorm ? "[conv: {bias: false}, batch_norm]" : "conv"
  }
}

import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// Residuals: a body, and what a shortcut makes of the input, added.
extension GraphBuilder {
  mutating func residual(
    _ body: Body, _ shortcut: Shortcut, scale: Expression?, _ item: Item, _ input: Flow, _ place: Place,
    _ name: ItemName
  ) -> Flow {
    let scope = openScope(
      .residual, name: nil, span: item.span, in: place.scope, input: input, path: levels[place.level].path)
    var inner = place
    inner.scope = scope
    inner.filled = [:]
    traces.append(ShapeTrace(depth: depth, start: input.shape, items: body.items.count))
    let (bodyFlow, joinPlace, claimed) = namedBody(body, item, input, inner, name)
    let trace = traces.removeLast()
    guard var flow = bodyFlow else { return input }
    if let scale, let value = evaluate(scale, place.environment, at: place.level, prev: flow) {
      guard let factor = value.number else {
        report(.expressionType, "scale is a number, not \(value.typeName)", at: scale.span, in: place.environment)
        return .unknown
      }
      flow = addJoin("scale", ["by": .float(factor)], of: [flow], at: scale.span, joinPlace)
    }
    var result = flow
    if let other = expandShortcut(shortcut, body: flow, input: input, item, inner) {
      if let own = flow.shape, let beside = other.shape, own != beside {
        reportMismatch(own, beside, shortcut, trace, item, inner.environment)
        faults.append(
          ShapeFault(
            id: .residualMismatch, span: shortcut.span, item: item.operationSpan, scope: scope,
            inputs: [flow.value, other.value], shapes: [own, beside]))
        return flow
      }
      result = addJoin("add", of: [flow, other], at: item.operationSpan, joinPlace)
    }
    scopes[scope].output = result.value
    scopes[scope].givenName = claimed
    if let claimed { register(claimed, at: place.level, flow: result) }
    return result
  }

  /// What is added to the body; nil if nothing is.
  private mutating func expandShortcut(_ shortcut: Shortcut, body: Flow, input: Flow, _ item: Item, _ place: Place)
    -> Flow?
  {
    if let condition = shortcut.when, truth(condition, place.environment, at: place.level, prev: input) == false {
      return nil
    }
    let agrees = body.shape == nil || input.shape == nil || body.shape == input.shape
    switch shortcut.form {
    case .identity: return input
    case .whenSame: return agrees ? input : nil
    case .padChannels: return agrees ? input : padChannels(shortcut, body: body, input: input, place)
    case .project(let projection):
      if agrees { return input }
      return expandShortcutLayers(
        projection, shortcut, input: input, place, filled: fillings(body: body, input: input, place)
      ) {
        (builder, path, output) in
        builder.remarks.append(
          Graph.Remark(
            node: path,
            message: "projection added, for the body makes \(body.shape ?? output) of \(input.shape ?? output)",
            span: shortcut.span))
      }
    case .always(let layers):
      return expandShortcutLayers(layers, shortcut, input: input, place, filled: [:]) { _, _, _ in }
    }
  }

  private mutating func expandShortcutLayers(
    _ layers: Body, _ shortcut: Shortcut, input: Flow, _ place: Place, filled: [String: Filling],
    added: (inout GraphBuilder, String, Shape) -> Void
  ) -> Flow? {
    var name: GivenName?
    if let template = shortcut.name {
      guard let text = text(of: template, place.environment, at: place.level, prev: input) else { return .unknown }
      name = GivenName(text: text, span: template.span)
    } else if levels[place.level].isNumbered, !(layers.items.allSatisfy { $0.name != nil }) {
      report(
        .unnamedShortcut, "in a numbered list a shortcut with layers needs a name", at: shortcut.span,
        in: place.environment,
        notes: [.init("write `shortcut: {name: downsample, …}`")])
      return .unknown
    }
    let flow = expandBody(layers, name: name, kind: .shortcut("project"), from: input, place, filled: filled)
    if let shape = flow?.shape {
      added(&self, path(of: name?.text ?? layers.items.first?.word ?? "shortcut", at: place.level), shape)
    }
    return flow
  }

  /// What a projection's first item gets where it is not written: the body's channels, the smallest stride that gives its
  /// size, and a kernel of one pixel.
  private func fillings(body: Flow, input: Flow, _ place: Place) -> [String: Filling] {
    guard let to = body.shape, let from = input.shape, let channels = to.channels.value else { return [:] }
    var filled = ["out": Filling.computed(.int(channels), reason: "the body's channels")]
    guard to.isMaps, from.isMaps else { return filled }
    filled["kernel"] = .computed(.int(1), reason: "a projection is 1×1")
    filled["stride"] = .stride(to: to, window: Self.strides(from: from, to: to))
    return filled
  }

  /// The smallest stride with which a layer, whose other fields are given, makes the size of a shape of its input; that of
  /// a window of one pixel where none does.
  func stride(
    to: Shape, from input: Flow, window: AxisSizes?, _ declaration: LayerDeclaration, _ attributes: [Attribute]
  ) -> Attribute? {
    guard let from = input.shape, from.isMaps, from.axisCount == to.axisCount else { return nil }
    var fields = Dictionary(uniqueKeysWithValues: attributes.map { ($0.name, $0.value) })
    var found = [Int?](repeating: nil, count: to.axisCount)
    let largest = from.spatial.map { $0.value ?? Limit.openSizeStride }.max() ?? 1
    for stride in 1...max(1, min(largest, Limit.fittedStride)) where found.contains(nil) {
      fields["stride"] = .size(AxisSizes(stride))
      guard let layer = try? declaration.makeLayer(fields), layer.expansion.isEmpty,
        let made = try? layer.outputShape(of: [from]),
        made.axisCount == to.axisCount
      else { continue }
      for axis in found.indices where found[axis] == nil && made.spatial[axis] == to.spatial[axis] {
        found[axis] = stride
      }
    }
    let fitted = found.contains(nil) ? window : AxisSizes(axes: found.compactMap(\.self))
    return fitted.map { size in
      Attribute(
        name: "stride", value: .size(size.uniform.map(AxisSizes.init) ?? size),
        origin: .inferred("the smallest that makes \(to.pixels) of \(from.pixels)"))
    }
  }

  /// The smallest strides with which a window of one pixel makes the size of one shape of another's.
  package static func strides(from: Shape, to: Shape) -> AxisSizes? {
    guard from.axisCount == to.axisCount, from.isMaps else { return nil }
    let numbers = zip(from.spatial, to.spatial).compactMap { stride(from: $0, to: $1) }
    return numbers.count == from.axisCount ? AxisSizes(axes: numbers) : nil
  }

  /// The smallest stride with which a window of one pixel makes `to` pixels of `from`.
  private static func stride(from: Extent, to: Extent) -> Int? {
    if let a = from.value, let b = to.value {
      guard b >= 1, a >= b else { return nil }
      let stride = b == 1 ? a : (a - 1) / (b - 1)
      // Smaller strides give more pixels; the first that gives few enough is the smallest.
      let lowest = (a + b - 1) / b
      return lowest <= max(stride, 1) && (a + lowest - 1) / lowest == b ? lowest : nil
    }
    return (1...16).first { from.dividedRoundingUp(by: $0) == to }
  }

  private mutating func padChannels(_ shortcut: Shortcut, body: Flow, input: Flow, _ place: Place) -> Flow {
    guard let to = body.shape, let from = input.shape, to.isMaps, from.isMaps, let wanted = to.channels.value,
      let present = from.channels.value, wanted >= present, let strides = Self.strides(from: from, to: to)
    else { return input }
    var flow = input
    if strides != .one {
      flow = addJoin(
        "max_pool", ["kernel": .size(.one), "stride": .size(strides)], of: [flow], at: shortcut.span,
        place)
    }
    if wanted > present {
      flow = addJoin("pad", ["channels": .ints([0, wanted - present])], of: [flow], at: shortcut.span, place)
    }
    remarks.append(
      Graph.Remark(
        node: path(of: "shortcut", at: place.level),
        message: "shortcut \(from) skips pixels and gets zero channels to be \(to)",
        span: shortcut.span))
    return flow
  }

  private mutating func reportMismatch(
    _ body: Shape, _ shortcut: Shape, _ declaration: Shortcut, _ trace: ShapeTrace, _ item: Item,
    _ environment: Environment
  ) {
    var chain = trace.start.map { "body: \($0)" } ?? "body:"
    var before = trace.start
    var hasDiffered = false
    // A norm or an activation does not help to find the fault.
    for step in trace.steps where step.shape != before || !step.isPlain || trace.steps.count == 1 {
      chain += " → :\(step.line) \(step.label)\(step.stride.map { " stride \($0)" } ?? "") \(step.shape)"
      if !hasDiffered, let last = before, last.isMaps, step.shape.isMaps,
        last.rank == step.shape.rank, last.spatial != step.shape.spatial
      {
        let names = zip(last.axes, zip(last.spatial, step.shape.spatial)).filter { $1.0 != $1.1 }.map(\.0.name)
        chain += " (\(names.listed) differ\(names.count == 1 ? "s" : "") from here)"
        hasDiffered = true
      }
      before = step.shape
    }
    report(
      .residualMismatch, "residual cannot add \(body) (body) and \(shortcut) (shortcut)", at: declaration.span,
      in: environment,
      trail: [chain])
  }
}

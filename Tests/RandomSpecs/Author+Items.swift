/// Items: lists, loops, combinators, blocks and references.
extension Author {
  /// An item, now and then two that belong together.
  mutating func items(_ flow: inout Flow, _ context: inout Context, depth: Int) -> [String] {
    var choice = depth > 3 ? random.number(0...5) : random.number(0...23)
    // Sizes are known in the network's own list, and hardly elsewhere.
    if flow.extent != nil, random.once(in: 6) { choice = 5 }
    let before = flow
    let known = context.references.count
    defer {
      // What has a name, and one thing flowing in, can be had once more.
      if [3, 4, 6, 7, 15, 18, 19].contains(choice), context.references.count == known + 1 {
        context.sharables.append(
          Sharable(name: context.references[known].name, input: before, output: context.references[known].flow))
      }
    }
    switch choice {
    case 0...2:
      let (prefix, name) = named(context, once: 4)
      let item = conditional(preserving(context), context)
      guard let name, !item.contains("when:") else { return [item] }
      note(name, flow, &context)
      return [Self.prefixed(item, prefix)]
    case 3, 4:
      let (prefix, name) = named(context)
      let item = widening(&flow, context)
      note(name, flow, &context)
      return [Self.prefixed(item, prefix)]
    case 5: return resized(&flow, context) ?? resizing(&flow, context).map { [$0] } ?? [preserving(context)]
    case 6, 7: return [sequence(&flow, &context, depth)]
    case 8, 9: return [copies(&flow, &context, depth)]
    case 10, 11: return [forEach(&flow, &context, depth)]
    case 12, 13: return [branches(&flow, &context, depth)]
    case 14: return [split(&flow, &context, depth)]
    case 15: return [residual(&flow, &context, depth)]
    case 16: return [gateOrAppend(&flow, &context, depth)]
    case 17, 20: return reference(&flow, &context)
    case 21: return share(&flow, &context).map { [$0] } ?? reference(&flow, &context)
    case 22: return [splice(&flow, &context, depth)]
    case 23: return levels(&flow, &context) ?? reference(&flow, &context)
    default: return [use(&flow, &context) ?? widening(&flow, context)]
    }
  }

  /// An item with something beside its operation.
  static func prefixed(_ item: String, _ prefix: String) -> String {
    if prefix.isEmpty { return item }
    return item.hasPrefix("{") ? "{\(prefix)\(item.dropFirst())" : "{\(prefix)\(item)}"
  }

  /// An item that keeps the shape, with a condition now and then.
  private mutating func conditional(_ item: String, _ context: Context) -> String {
    guard !context.truths.isEmpty, random.once(in: 4) else { return item }
    return Self.prefixed(item, "when: \(random.pick(context.truths)), ")
  }

  /// A list of items within an item, of the shape that the last makes.
  mutating func body(
    _ flow: inout Flow, _ context: Context, _ depth: Int, keepsShape: Bool = false, keepsSize: Bool = true
  ) -> [String] {
    var inner = context
    var result: [String] = []
    for _ in 0..<random.number(1...3) {
      if keepsShape {
        result.append(preserving(inner))
        continue
      }
      let before = flow
      if keepsSize { flow.extent = nil }
      result += items(&flow, &inner, depth: depth + 1)
      if keepsSize { flow.extent = before.extent }
    }
    // What may all be switched off would leave nothing.
    let mayVanish = ["{when: ", "{repeat: ", "{for_each: "]
    if result.allSatisfy({ item in mayVanish.contains { item.hasPrefix($0) } }) { result.append("identity") }
    return result + narrowing(&flow, beyond: 6)
  }

  /// A convolution to few channels, where there may be so many times those of the start.
  mutating func narrowing(_ flow: inout Flow, beyond limit: Int) -> [String] {
    guard flow.growth > limit, !flow.isVector else { return [] }
    (flow.channels, flow.text, flow.growth) = (token(), nil, 1)
    return ["{conv: {out: \"min(prev.c, 24)\", kernel: 1}}"]
  }

  // MARK: Lists

  private mutating func sequence(_ flow: inout Flow, _ context: inout Context, _ depth: Int) -> String {
    let (prefix, name) = named(context, once: 2)
    var inner = context
    let isLevel = name != nil && random.once(in: 3)
    if name != nil { (inner.isNumbered, inner.canName) = (!isLevel, true) }
    let list = body(&flow, inner, depth, keepsSize: random.once(in: 2))
    note(name, flow, &context)
    if isLevel { return "{\(prefix)layers: [\(list.joined(separator: ", "))]}" }
    // A template names each item; so many names are taken.
    if name == nil, context.canName, !context.isNumbered, random.once(in: 5) {
      return "{name: \(self.name())_$(i + 1), seq: [{conv: {out: prev.c, kernel: 1}}, relu]}"
    }
    return "{\(prefix)seq: [\(list.joined(separator: ", "))]}"
  }

  private mutating func copies(_ flow: inout Flow, _ context: inout Context, _ depth: Int) -> String {
    let count = random.pick(context.counts + ["1", "3"])
    var inner = context
    inner.truths = ["first", "not last", "i > 0"]
    inner.integers = context.integers.filter { !$0.contains("width +") } + ["8 + 4 * i", "4 if first else 8"]
    inner.floats = ["p if first else i".replacing("p", with: random.pick(context.floats)), "0.25"]
    inner.counts = ["2", "i + 1"]
    let (prefix, name) = named(context, once: 2)
    inner.canName = false
    if name != nil { inner.isNumbered = true }
    let start = flow
    // Later copies start from what the earlier ones made.
    (flow.channels, flow.text) = (token(), nil)
    if let block = use(&flow, &inner, isCopied: true), random.once(in: 2) {
      // Twice as many channels with each copy.
      (flow.channels, flow.text, flow.growth) = (token(), nil, 4 * flow.growth)
      note(name, flow, &context)
      return Self.prefixed(block, "\(prefix)repeat: \(count), ")
    }
    if name == nil, context.canName, !context.isNumbered, random.once(in: 3) {
      (flow.channels, flow.text) = (token(), nil)
      let base = self.name()
      let item = widening(&flow, inner)
      noteCopy("\(base)_1", of: count, start, flow, &context)
      return "{name: \(base)_$(i + 1), repeat: \(count), \(item.dropFirst())"
    }
    let isOne = random.once(in: 3)
    if isOne, name != nil {
      let item = random.pick(["{conv: {out: prev.c + 4, kernel: 1}}", "relu", "batch_norm", "{prelu: }"])
      // Only the convolution changes the channels, but those of what flows are forgotten anyway.
      if item.contains("+") { (flow.channels, flow.text) = (token(), nil) }
      note(name, flow, &context)
      if let name { noteCopy("\(name).0", of: count, start, flow, &context) }
      return Self.prefixed(item, "\(prefix)repeat: \(count), ")
    }
    let list = round(&flow, inner, depth)
    note(name, flow, &context)
    if let name { noteCopy("\(name).0", of: count, start, flow, &context) }
    return "{\(prefix)repeat: \(count), seq: [\(list.joined(separator: ", "))]}"
  }

  /// Notes that the first copy of a repeat, of which there is one for certain, can be had once more.
  private mutating func noteCopy(
    _ name: String, of count: String, _ start: Flow, _ end: Flow, _ context: inout Context
  ) {
    guard let number = Int(count), number > 0, start.size == end.size else { return }
    var output = end
    (output.channels, output.text) = (token(), nil)
    context.sharables.append(Sharable(name: name, input: start, output: output))
  }

  /// The items of a round of a loop, whose channels do not multiply from round to round.
  private mutating func round(_ flow: inout Flow, _ context: Context, _ depth: Int) -> [String] {
    let start = flow.growth
    flow.growth = 1
    var list = body(&flow, context, depth)
    list += narrowing(&flow, beyond: 1)
    (flow.channels, flow.text, flow.growth) = (token(), nil, max(start, 2))
    return list
  }

  private mutating func forEach(_ flow: inout Flow, _ context: inout Context, _ depth: Int) -> String {
    let (prefix, name) = named(context, once: 2)
    var inner = context
    inner.canName = false
    inner.isNumbered = context.isNumbered || name != nil
    inner.loops += 1
    (flow.channels, flow.text) = (token(), nil)
    let (column, count, by, row) = ("o\(inner.loops)", "t\(inner.loops)", "f\(inner.loops)", "r\(inner.loops)")
    var rows = random.pick(context.counts)
    var variable = ""
    if random.once(in: 3) {
      if random.once(in: 2) {
        variable = "as: \(row), "
        inner.truths = ["\(row).first", "not \(row).last"]
        inner.integers.append("4 * (\(row).i + 1)")
      }
    } else {
      let (hasUse, hasMaker) = (random.once(in: 3), random.once(in: 4))
      let list = (0..<random.number(1...3)).map { _ in
        let layers =
          (hasUse ? ", a\(inner.loops): \(act(context))" : "") + (hasMaker ? ", l\(inner.loops): \(maker())" : "")
        return
          "{\(column): \(4 * random.number(1...4)), \(count): \(random.number(0...3)), \(by): \(random.pick(["1", "0.5", "2"]))\(layers)}"
      }
      if hasUse { inner.uses.append("a\(inner.loops)") }
      if hasMaker { inner.makers.append("l\(inner.loops)") }
      rows = "[\(list.joined(separator: ", "))]"
      inner.integers += [column, "2 * \(column)"]
      inner.counts = [count, "2"]
      inner.floats = [by, "0.5"]
      inner.truths = ["\(column) > 8"]
    }
    let list = round(&flow, inner, depth)
    note(name, flow, &context)
    return "{\(prefix)for_each: {\(variable)rows: \(rows), layers: [\(list.joined(separator: ", "))]}}"
  }

  // MARK: Combinators

  private mutating func branches(_ flow: inout Flow, _ context: inout Context, _ depth: Int) -> String {
    let join = random.pick(["concat", "concat", "add", "multiply", "mean", "max"])
    let (prefix, name) = named(context, once: 2)
    let areNamed = (context.canName || name != nil) && random.once(in: 2)
    var inner = context
    if name != nil { (inner.canName, inner.isNumbered) = (areNamed, !areNamed) }
    if !areNamed { inner.canName = false }
    let start = flow
    var growth = 0
    var list: [String] = []
    for position in 0..<random.number(2...3) {
      var own = start
      var items = body(&own, inner, depth, keepsShape: join != "concat" && random.once(in: 2))
      if join != "concat", !own.fits(start) { items.append("{conv: {out: \(start.text ?? "8"), kernel: 1}}") }
      if join != "concat", start.text == nil { items = [preserving(inner), "identity"] }
      var text = items.count == 1 && random.once(in: 2) ? items[0] : "[\(items.joined(separator: ", "))]"
      if position > 0, let truth = context.truths.first, random.once(in: 4) {
        text = "{when: \(truth), seq: [\(items.joined(separator: ", "))]}"
      }
      list.append(areNamed ? "\(self.name()): \(text)" : text)
      growth += own.growth
    }
    if join == "concat" { (flow.channels, flow.text, flow.growth) = (token(), nil, growth) }
    note(name, flow, &context)
    let text = list.joined(separator: ", ")
    return "{\(prefix)branches: \(areNamed ? "{\(text)}" : "[\(text)]"), join: \(join)}"
  }

  private mutating func split(_ flow: inout Flow, _ context: inout Context, _ depth: Int) -> String {
    let (prefix, name) = named(context, once: 2)
    var inner = context
    inner.canName = false
    (inner.references, inner.sharables) = ([], [])
    var list: [String] = []
    let shares = random.pick(["", "", "", ", shares: [1, 3]"])
    var growth = 0
    if random.once(in: 3) {
      growth = flow.growth
      list = random.pick([["identity", "[{conv: {out: prev.c, kernel: 1}}, relu]"], ["batch_norm", "identity"]])
    } else {
      for _ in 0..<2 {
        var own = Flow(channels: token(), text: nil, size: flow.size, extent: nil)
        let items = ["{conv: {out: 4, kernel: 1}}"] + body(&own, inner, depth)
        list.append("[\(items.joined(separator: ", "))]")
        growth += own.growth
      }
    }
    (flow.channels, flow.text, flow.growth) = (token(), nil, growth)
    note(name, flow, &context)
    return "{\(prefix)split: [\(list.joined(separator: ", "))]\(shares), join: concat}"
  }

  private mutating func residual(_ flow: inout Flow, _ context: inout Context, _ depth: Int) -> String {
    let (prefix, name) = named(context, once: 2)
    var inner = context
    if name != nil { (inner.canName, inner.isNumbered) = (true, true) }
    if !context.canName && name == nil { inner.canName = false }
    let start = flow
    let form = random.number(0...5)
    var list = body(&flow, inner, depth, keepsShape: form == 0)
    if form == 0, random.once(in: 2) { list += ["{conv: {out: prev.c, kernel: 3, padding: half}}", "batch_norm"] }
    let scale = random.once(in: 4) ? ", scale: 0.5" : ""
    let mayHaveLayers = context.canName || !context.isNumbered
    var shortcut = ""
    switch form {
    case 0: shortcut = random.pick(["", ", shortcut: identity"])
    case 1: shortcut = ", shortcut: when_same"
    case 2 where !flow.isVector: shortcut = ", shortcut: pad_channels"
    default:
      guard mayHaveLayers else {
        shortcut = ", shortcut: when_same"
        break
      }
      let project = random.pick(["conv", "[conv, batch_norm]", "{conv: {bias: false}}"])
      let beside = context.canName ? "name: \(self.name()), " : ""
      shortcut =
        !context.truths.isEmpty && random.once(in: 4) && flow.fits(start)
        ? ", shortcut: {when: \(context.truths[0]), identity}" : ", shortcut: {\(beside)project: \(project)}"
    }
    // A body that narrows cannot be padded up to.
    if shortcut.hasSuffix("pad_channels") { shortcut = ", shortcut: when_same" }
    note(name, flow, &context)
    return "{\(prefix)residual: [\(list.joined(separator: ", "))]\(shortcut)\(scale)}"
  }

  private mutating func gateOrAppend(_ flow: inout Flow, _ context: inout Context, _ depth: Int) -> String {
    let (prefix, name) = named(context, once: 2)
    var inner = context
    inner.canName = name != nil
    if name != nil { inner.isNumbered = true }
    if random.once(in: 2) {
      let list = random.pick([
        "global_avg_pool, {conv: {out: prev.c // 2, kernel: 1}}, relu, {conv: {out: 2 * prev.c, kernel: 1}}, sigmoid",
        "{conv: {out: 1, kernel: 1}}, sigmoid", "global_avg_pool, {conv: {out: prev.c, kernel: 1}}, hard_sigmoid",
        "global_max_pool, flatten, {linear: {out: prev.features}}, sigmoid", "{conv: {out: prev.c, kernel: 1}}",
        partialGate(), partialGate(),
      ])
      note(name, flow, &context)
      return "{\(prefix)gate: [\(list)]}"
    }
    var own = flow
    let list = body(&own, inner, depth)
    (flow.channels, flow.text, flow.growth) = (token(), nil, flow.growth + own.growth)
    note(name, flow, &context)
    return "{\(prefix)append: [\(list.joined(separator: ", "))]}"
  }
}

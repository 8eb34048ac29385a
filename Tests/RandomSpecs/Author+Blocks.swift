/// Blocks and their uses.
extension Author {
  /// Declares a block: a module or a list, with some parameters, that may use those declared before.
  mutating func declareBlock(isImported: Bool) {
    let name = random.pick(["Block", "Unit", "Cell", "Int", "MBConv"]) + "\(blocks.count)"
    let isList = random.once(in: 3)
    var parameters: Set<String> = []
    var declared: [String] = []
    var context = Context(isBlock: true, axes: axes)
    context.canName = !isList
    // It may be used where a list numbers its items.
    context.isNumbered = isList
    func declare(_ author: inout Author, _ parameter: String, _ text: String, once count: Int = 2) -> Bool {
      guard author.random.once(in: count) else { return false }
      parameters.insert(parameter)
      declared.append("\(parameter): \"\(text)\"")
      return true
    }
    var flow = Flow(channels: token(), text: "input.c", size: token(), extent: nil)
    context.integers = ["input.c", "2 * input.c"]
    if declare(&self, "out", "int") { context.integers = ["out", "2 * out", "out"] }
    if declare(&self, "mid", random.pick(["int = 8", "int = input.c", "int = 2 * input.c"])) {
      context.integers.append("mid")
    }
    if declare(&self, "kernel", "size = 3", once: 3) { context.kernels = ["kernel", "kernel", "1"] }
    let hasStride = declare(&self, "stride", "int = 1", once: 3)
    let act = random.pick(["layer = relu", "layer = silu", "layer = relu if input.c > 8 else silu"])
    if declare(&self, "act", act, once: 3) { context.uses = ["act"] }
    if declare(&self, "n", "int = 2", once: 3) { context.counts = ["n", "2"] }
    if declare(&self, "wide", "bool = false", once: 2) { context.truths = ["wide", "not wide"] }
    if declare(&self, "by", "float = 0.5", once: 3) { context.floats = ["by", "2 * by"] }
    if parameters.contains("out") { context.truths.append("input.c == out") }
    if parameters.contains("n") { context.truths.append("n > 2") }
    if !isImported { context.integers.append("width") }

    var layers: [String] = []
    let second: SecondInput? = random.once(in: 4) ? random.pick([.ofSameSize, .ofSameShape]) : nil
    context.entry = flow
    if let second {
      let other = Flow(
        channels: second == .ofSameShape ? flow.channels : token(), text: "skip.c", size: flow.size, extent: nil)
      context.integers.append("skip.c")
      context.references = [Reference(name: "x", flow: flow), Reference(name: "skip", flow: other)]
      layers.append(
        second == .ofSameShape
          ? random.pick(["{from: [prev, skip], add}", "{from: [skip, input], mean}", "{from: [x, skip], weighted_sum}"])
          : random.pick(["{from: [prev, skip], concat}", "{from: skip, conv: {out: x.c, kernel: 1}}"]))
      (flow.channels, flow.text, flow.growth) = (token(), nil, 2)
    }
    if hasStride {
      let target = parameters.contains("out") ? "out" : "input.c"
      flow.size = token()
      (flow.channels, flow.text) = (token(), target)
      layers.append(
        random.once(in: 2)
          ? "{conv: {out: \(target), kernel: 3, stride: stride, padding: half}}"
          : "{residual: [{conv: {out: \(target), kernel: 3, stride: stride, padding: half}}, batch_norm]\(isList ? "" : ", shortcut: {name: down, project: [conv, batch_norm]}")}"
      )
      if isList, layers[layers.count - 1].hasPrefix("{residual") {
        layers[layers.count - 1] = "{conv: {out: \(target), kernel: 1, stride: stride}}"
      }
    }
    for _ in 0..<random.number(1...3) { layers += items(&flow, &context, depth: 1) }
    if parameters.contains("out") {
      layers.append("{conv: {out: out, kernel: 1}}")
    } else {
      layers += narrowing(&flow, beyond: 2)
    }
    var lines = ["  \(name):"]
    if second != nil { lines.append("    inputs: [x, skip]") }
    if !declared.isEmpty {
      lines.append("    params: {\(declared.map { $0.replacing("\"", with: "") }.joined(separator: ", "))}")
    }
    lines.append("    \(isList ? "seq" : "layers"):")
    lines += layers.map { "      - \($0)" }
    blocks.append(
      DeclaredBlock(
        name: name, isImported: isImported, isList: isList, second: second, parameters: parameters,
        lines: lines))
  }

  /// A use of a block; nil if there is none to use here.
  mutating func use(
    _ flow: inout Flow, _ context: inout Context, isCopied: Bool = false, isSpliced: Bool = false
  ) -> String? {
    let candidates = blocks.filter { block in
      isSpliced
        ? block.isList && block.second == nil
        : (!context.isBlock || !isCopied || !block.isList) && (!isCopied || block.second == nil)
    }
    guard !candidates.isEmpty, !flow.isVector else { return nil }
    let block = random.pick(candidates)
    var arguments: [String] = []
    var from = ""
    if let input = block.second {
      guard let other = second(input, flow, context) else { return nil }
      from = "from: [prev, \(other)], "
    }
    var out: String?
    if block.parameters.contains("out") {
      let text = random.pick(context.integers + ["8", "prev.c"])
      arguments.append("out: \(text)")
      out = text.contains("prev") ? nil : text
    }
    func give(_ author: inout Author, _ name: String, _ values: [String]) {
      guard block.parameters.contains(name), author.random.once(in: 2) else { return }
      arguments.append("\(name): \(author.random.pick(values))")
    }
    give(&self, "mid", ["4", "12", "prev.c"])
    give(&self, "kernel", context.kernels)
    let act = act(context)
    give(&self, "act", [act])
    give(&self, "n", ["1", "3", "0"] + context.counts)
    give(&self, "wide", ["true"] + context.truths)
    give(&self, "by", context.floats + ["2"])
    (flow.channels, flow.text, flow.growth) = (token(), out, out.map { $0.contains(".") } ?? true ? 2 * flow.growth : 2)
    if block.parameters.contains("stride"), let extent = flow.extent, extent >= 4, random.once(in: 2) {
      arguments.append(isCopied ? "stride: 2 if first else 1" : "stride: 2")
      flow.extent = (extent + 1) / 2
      flow.size = token()
    }
    let (prefix, name) = isCopied || isSpliced ? ("", nil) : named(context)
    note(name, flow, &context)
    return "{\(prefix)\(from)\(block.name): {\(arguments.joined(separator: ", "))}}"
  }
}

/// A spec drawn at random: all kinds of layers, combinators, blocks, loops and names, put together as they fit.
///
/// Channels are multiples of 4 and sizes are known to be equal where something joins, so nearly all of them build. The
/// same seed gives the same text.
package struct RandomSpec: Sendable {
  package let seed: UInt64
  /// The spec's path among `files`.
  package let path: String
  /// The path of a spec that is its network under other parameters, if there is one.
  package let derivedPath: String?
  /// The texts of the spec and of what it imports, by path.
  package let files: [String: String]
  /// The names of the spec's variants.
  package let variants: [String]

  package init(seed: UInt64) {
    self.seed = seed
    var author = Author(seed: seed)
    path = "random\(seed).yaml"
    var files = author.spec(model: "Random\(seed)", path: path)
    derivedPath = author.random.once(in: 4) ? "random\(seed)_derived.yaml" : nil
    if let derivedPath {
      files[derivedPath] = """
        cnnc: 1
        model: Derived\(seed)
        network: \(path)
        params: {width: 12, deep: true}
        variants: {wide: {width: 16}, deep: {depth: 2}}

        """
    }
    self.files = files
    variants = ["wide", "deep"]
  }

  /// The spec's own text.
  package var text: String { files[path] ?? "" }
}

extension Author {
  /// A whole spec with the file that it may import.
  mutating func spec(model: String, path: String) -> [String: String] {
    axes = random.pick([1, 2, 2, 2, 2, 2, 3])
    let channels = random.pick([3, 4, 4, 8])
    let height = random.pick([6, 8, 8, 12, 16])
    let width = random.once(in: 4) ? height + 2 : height
    for _ in 0..<random.number(0...2) { declareBlock(isImported: true) }
    for _ in 0..<random.number(0...3) { declareBlock(isImported: false) }

    var context = Context(isBlock: false, axes: axes)
    context.integers = ["width", "2 * width", "ch(8)"]
    context.truths = ["deep", "width > 8", "not deep"]
    context.counts = ["depth", "2"]
    let hasAct = random.once(in: 2)
    if hasAct { context.uses = ["act"] }
    var flow = Flow(channels: token(), text: nil, size: token(), extent: [height, min(height, width), 6][axes - 1])
    context.entry = channels == 3 ? nil : flow
    let inputs = inputs(channels, height, width, flow, &context)
    var layers: [String] = []
    if channels == 3 { layers.append(convolution(to: "width", &flow)) }
    for _ in 0..<random.number(2...6) {
      layers += items(&flow, &context, depth: 0)
      layers += narrowing(&flow, beyond: 8)
    }
    let references = context.references.filter { !$0.flow.isVector }
    let hint = context.references.first { $0.name == "hint" }
    if random.once(in: 2) { layers += tail(&flow, hint: hint?.name) }

    var text = ["cnnc: 1", "model: \(model)"]
    let imported = blocks.filter(\.isImported)
    if !imported.isEmpty { text.append("import: [parts/common.yaml]") }
    text.append(
      "params: {width: int = 8, depth: int = \(random.number(1...3)), deep: bool = false\(hasAct ? ", act: layer = relu" : "")}"
    )
    text += ["functions:", "  ch(c): 4 * max(1, c // 4)"]
    text.append(inputs)
    if random.once(in: 3) { text.append("defaults: {conv: {bias: false}, batch_norm: {epsilon: 0.001}}") }
    let own = blocks.filter { !$0.isImported }
    if !own.isEmpty { text += ["blocks:"] + own.flatMap(\.lines) }
    text += ["layers:"] + layers.map { "  - \($0)" }
    text += ends(references)
    text += [
      "variants:", "  wide: {width: 12\(hasAct ? ", act: silu" : "")}",
      "  deep: {deep: true, depth: \(random.number(0...4))}",
    ]
    var files = [path: text.joined(separator: "\n") + "\n"]
    if !imported.isEmpty {
      files["parts/common.yaml"] = (["cnnc: 1", "blocks:"] + imported.flatMap(\.lines)).joined(separator: "\n") + "\n"
    }
    return files
  }

  /// The line that says what flows in: one input, or several, whose names are noted.
  private mutating func inputs(
    _ channels: Int, _ height: Int, _ width: Int, _ flow: Flow, _ context: inout Context
  ) -> String {
    let sides = [
      "length: \(height)", "height: \(height), width: \(width)",
      "depth: 6, height: \(min(height, 8)), width: \(min(width, 8))",
    ][axes - 1]
    let size = axes == 2 && height == width && random.once(in: 2) ? "size: \(height)" : sides
    let first = "{channels: \(channels), \(size)}"
    guard random.once(in: 3) else { return "input: \(first)" }
    var list = ["image: \(first)"]
    if channels > 3 { context.references.append(Reference(name: "image", flow: flow)) }
    for number in 0..<random.number(1...2) {
      let other = random.once(in: 2) ? max(4, channels) : 4
      let own = Flow(
        channels: other == channels ? flow.channels : token(), text: nil, size: flow.size, extent: flow.extent)
      list.append("other\(number): {channels: \(other), \(sides)}")
      context.references.append(Reference(name: "other\(number)", flow: own))
    }
    if random.once(in: 3) {
      list.append("hint: {features: 8}")
      context.references.append(
        Reference(name: "hint", flow: Flow(channels: token(), text: nil, size: token(), extent: nil, isVector: true)))
    }
    return "inputs: {\(list.joined(separator: ", "))}"
  }

  /// A classifier, or a part of one.
  private mutating func tail(_ flow: inout Flow, hint: String?) -> [String] {
    flow.isVector = true
    var result: [String] = random.pick([
      ["global_avg_pool", "flatten"], ["{adaptive_avg_pool: {size: 2}}", "flatten"],
      ["{adaptive_max_pool: {size: \(["[2]", "[1, 2]", "[1, 2, 1]"][axes - 1])}}", "{name: flat, flatten}"],
      ["{global_max_pool: }", "{reshape: {shape: [-1]}}"],
    ])
    if let hint, random.once(in: 2) {
      result += [
        "{name: maps, identity}", "{name: words, from: \(hint), linear: {out: 8}}", "{from: [maps, words], concat}",
      ]
    }
    if random.once(in: 2) {
      result.append("{name: classifier, seq: [dropout, {linear: {out: 6}}, relu, identity, {linear: {out: 5}}]}")
    } else {
      result += [
        "{linear: {out: 8, bias: false}}", "{linear: {out: 8, normalize_weight: \(weightForm())}}", "{layer_norm: }",
        "{name: fc, linear: {out: 3}}",
      ]
    }
    if random.once(in: 3) { result.append(random.pick(["softmax", "log_softmax"])) }
    return result
  }

  /// Heads and outputs, which look at nodes with names.
  private mutating func ends(_ references: [Reference]) -> [String] {
    guard !references.isEmpty else { return [] }
    var result: [String] = []
    if random.once(in: 4) {
      let head =
        "{from: \(random.pick(references).name), weight: 0.3, seq: [global_avg_pool, flatten, {linear: {out: 3}}]}"
      result += ["aux:", "  aux1: \(head)"]
    }
    if random.once(in: 4) {
      let names = (0..<random.number(1...3)).map { "out\($0): \(random.pick(references).name)" }
      result.append("outputs: {\(names.joined(separator: ", "))}")
    }
    return result
  }
}

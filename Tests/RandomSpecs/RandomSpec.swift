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

  /// The spec's text with something wrong in it, most likely: a size, a layer or a name is another, or not there.
  package func damaged() -> String {
    var random = RandomSource(seed: seed ^ 0xD1CE)
    let changes = [
      ("padding: half", "padding: 0"), ("padding: half", "padding: [1, 2]"), ("stride: 2", "stride: 3"),
      ("kernel: 3", "kernel: 9"), ("out: prev.c", "out: 5"), ("out: 8", "out: 7"), ("out: 8", "out: [8]"),
      ("flatten", "relu"), ("global_avg_pool", "flatten"), ("relu", "rleu"), ("relu", "flatten"), ("prev.c", "prev.x"),
      ("identity", "{max_pool: {kernel: 2}}"), ("batch_norm", "{conv: {out: 20, kernel: 1}}"),
      ("from: [", "from: [nobody, "),
      ("groups: 4", "groups: 3"), ("{linear:", "{conv:"), ("join: concat", "join: add"), ("shortcut: ", "shortcuts: "),
      ("channels: ", "features: "), ("], ", ", "), ("{seq: ", "{sequence: "), ("out: ", "outs: "), ("width", "widht"),
      ("by: 2", "by: 3"), ("layers:\n", "layers:\n  - {upsample: {by: 3}}\n  - {crop: {size: 5}}\n"),
    ]
    var result = text
    // Of what stands there, some place.
    for _ in 0..<20 {
      let (old, new) = random.pick(changes)
      let parts = result.split(separator: old, omittingEmptySubsequences: false)
      guard parts.count > 1 else { continue }
      let place = random.number(1...parts.count - 1)
      result = parts[..<place].joined(separator: old) + new + parts[place...].joined(separator: old)
      if random.once(in: 2) { break }
    }
    return result
  }
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
      if random.once(in: 12) {
        // One item, written once and meant twice.
        layers += ["&again\(layers.count) \(preserving(context))", "relu", "*again\(layers.count)"]
      }
      layers += items(&flow, &context, depth: 0)
      layers += narrowing(&flow, beyond: 8)
    }
    let references = context.references.filter { !$0.flow.isVector }
    let hint = context.references.first { $0.name == "hint" }
    if random.once(in: 2) { layers += tail(&flow, context, hint: hint?.name) }

    var text = ["cnnc: 1", "model: \(model)"]
    let imported = blocks.filter(\.isImported)
    if !imported.isEmpty { text.append("import: [parts/common.yaml]") }
    text.append(
      "params: {width: int = 8, depth: int = \(random.number(1...3)), deep: bool = false\(hasAct ? ", act: layer = relu" : "")}"
    )
    text += ["functions:", "  ch(c): 4 * max(1, c // 4)"]
    text.append(inputs)
    if random.once(in: 3) {
      text.append(
        random.pick([
          "defaults: {conv: {bias: false}, batch_norm: {epsilon: 0.001}}",
          "defaults: {conv: {init: he_normal}, linear: {init: {weight: {normal: {std: 0.01}}, bias: zeros}}, upsample: {mode: nearest}}",
          "defaults: {gelu: {approximate: tanh}, dropout: {rate: 0.1}, prelu: {per_channel: true}, depthwise_conv: {bias: false}}",
        ]))
    }
    let own = blocks.filter { !$0.isImported }
    if !own.isEmpty { text += ["blocks:"] + own.flatMap(\.lines) }
    text += ["layers:"] + layers.map { "  - \($0)" }
    text += ends(references)
    text += [
      "variants:", "  wide: {width: 12\(hasAct ? ", act: silu" : "")}",
      "  deep: {deep: true, depth: \(random.number(0...4))}",
    ]
    text += further(isImage: axes == 2 && channels == 3 && !inputs.hasPrefix("inputs"))
    var files = [path: text.joined(separator: "\n") + "\n"]
    if files[path]?.contains("parts/centers.txt") ?? false {
      files["parts/centers.txt"] = "1 0 0 -1\n0 1 -1 0\n0.5 0.5 0.5 0.5\n"
    }
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
  private mutating func tail(_ flow: inout Flow, _ context: Context, hint: String?) -> [String] {
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
    // Few features, for some of what follows makes as many again.
    result += ["{linear: {out: \(4 * random.number(1...3))}}"] + onVectors(context)
    if random.once(in: 2) {
      result.append("{name: classifier, seq: [dropout, {linear: {out: 6}}, relu, identity, {linear: {out: 5}}]}")
    } else {
      result += [
        "{linear: {out: 8, bias: false}}", "{linear: {out: 8, normalize_weight: \(weightForm())}}", "{layer_norm: }",
        "{name: fc, linear: {out: 3, init: {weight: xavier_uniform, bias: {range: 3}}}}",
      ]
    }
    if random.once(in: 6) {
      // Three points of four features, from a file.
      result += ["{linear: {out: 4, init: {bias: {range: 4}}}}", "{rbf: {out: 3, centers: parts/centers.txt}}"]
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

  /// What a spec says beside its network: of training, of images, of published files, of a paper's tables.
  private mutating func further(isImage: Bool) -> [String] {
    var result: [String] = []
    func add(_ author: inout Author, _ lines: [String], once count: Int = 6) {
      if author.random.once(in: count) { result += lines }
    }
    add(&self, ["summary: \"Drawn, not 'written': #1\"", "source: nobody"])
    add(
      &self,
      ["train: {epochs: 3, batch: 4, optimizer: {sgd: {lr: 0.1, momentum: 0.9}}}", "recipes: {quick: {epochs: 1}}"])
    add(&self, ["weights: {published: {fc: classifier.fc, 'unit_*': 'block.#'}}"])
    add(&self, ["sweeps: {widths: {over: {width: [8, 12]}, expect: {params: [1K, 2K]}}}"])
    add(&self, ["labels: [one, two, three]"])
    if isImage { add(&self, ["preprocess: {resize: 12, crop: 8, mean: [0.5, 0.4, width / 16], std: 0.25}"], once: 2) }
    return result
  }
}

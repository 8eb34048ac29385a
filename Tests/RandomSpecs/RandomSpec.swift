/// A spec drawn at random: all kinds of layers, combinators, blocks, loops and names, put together as they fit.
///
/// Channels are multiples of 4 and sizes are known to be equal where something joins, so nearly all of them build. The
/// same seed gives the same text.
package struct RandomSpec: Sendable {
  /// The spec's path among `files`.
  package static let path = "random.yaml"

  package let seed: UInt64
  /// The texts of the spec and of what it imports, by path.
  package let files: [String: String]
  /// The names of the spec's variants.
  package let variants: [String]

  package init(seed: UInt64) {
    self.seed = seed
    var author = Author(seed: seed)
    let spec = author.spec(model: "Random\(seed)")
    files = spec.files
    variants = spec.variants
  }

  /// The spec's own text.
  package var text: String { files[Self.path] ?? "" }
}

extension Author {
  /// A whole spec with the file that it may import.
  mutating func spec(model: String) -> (files: [String: String], variants: [String]) {
    let channels = random.pick([3, 4, 4, 8])
    let height = random.pick([6, 8, 8, 12, 16])
    let width = random.once(in: 4) ? height + 2 : height
    for _ in 0..<random.number(0...2) { declareBlock(isImported: true) }
    for _ in 0..<random.number(0...3) { declareBlock(isImported: false) }

    var context = Context(isBlock: false)
    context.integers = ["width", "2 * width", "ch(8)"]
    context.truths = ["deep", "width > 8", "not deep"]
    context.counts = ["depth", "2"]
    var flow = Flow(channels: token(), text: nil, size: token(), extent: min(height, width))
    var layers: [String] = []
    if channels == 3 { layers.append(convolution(to: "width", &flow)) }
    for _ in 0..<random.number(2...6) { layers += items(&flow, &context, depth: 0) }
    let references = context.references.filter { !$0.flow.isVector }
    if random.once(in: 2) { layers += tail(&flow) }

    var text = ["cnnc: 1", "model: \(model)"]
    let imported = blocks.filter(\.isImported)
    if !imported.isEmpty { text.append("import: [parts/common.yaml]") }
    text.append("params: {width: int = 8, depth: int = \(random.number(1...3)), deep: bool = false}")
    text += ["functions:", "  ch(c): 4 * max(1, c // 4)"]
    text.append(
      height == width && random.once(in: 2)
        ? "input: {channels: \(channels), size: \(height)}"
        : "input: {channels: \(channels), height: \(height), width: \(width)}")
    if random.once(in: 3) { text.append("defaults: {conv: {bias: false}, batch_norm: {epsilon: 0.001}}") }
    let own = blocks.filter { !$0.isImported }
    if !own.isEmpty { text += ["blocks:"] + own.flatMap(\.lines) }
    text += ["layers:"] + layers.map { "  - \($0)" }
    text += ends(references)
    text += ["variants:", "  wide: {width: 12}", "  deep: {deep: true, depth: \(random.number(0...4))}"]
    var files = [RandomSpec.path: text.joined(separator: "\n") + "\n"]
    if !imported.isEmpty {
      files["parts/common.yaml"] = (["cnnc: 1", "blocks:"] + imported.flatMap(\.lines)).joined(separator: "\n") + "\n"
    }
    return (files, ["wide", "deep"])
  }

  /// A classifier, or a part of one.
  private mutating func tail(_ flow: inout Flow) -> [String] {
    flow.isVector = true
    var result: [String] = random.pick([
      ["global_avg_pool", "flatten"], ["{adaptive_avg_pool: {size: 2}}", "flatten"],
      ["{adaptive_max_pool: {size: [1, 2]}}", "{name: flat, flatten}"],
      ["{global_max_pool: }", "{reshape: {shape: [-1]}}"],
    ])
    if random.once(in: 2) {
      result.append("{name: classifier, seq: [dropout, {linear: {out: 6}}, relu, identity, {linear: {out: 5}}]}")
    } else {
      result += ["{linear: {out: 8, bias: false}}", "{layer_norm: }", "{name: fc, linear: {out: 3}}"]
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

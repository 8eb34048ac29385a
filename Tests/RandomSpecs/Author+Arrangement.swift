/// Layers that bring elements to other places, and those that are seldom.
extension Author {
  /// Layers that move channels, rows and columns, and in the end keep the shape, of channels that are a multiple of 4.
  mutating func rearranging() -> String {
    var choices = [
      "{seq: [{channel_slice: {channels: prev.c // 2}}, {conv: {out: 2 * prev.c, kernel: 1}}]}",
      "{seq: [{channel_slice: {start: prev.c // 2, channels: prev.c - prev.c // 2}}, {from: [prev, prev], concat}]}",
      "{seq: [{depth_pool: {kernel: 3, stride: 1}}, {pad: {channels: [1, 1]}}]}",
      "{seq: [{conv: {out: 2 * prev.c, kernel: 1}}, {depth_pool: {kernel: 2, mode: average}}]}",
      "{seq: [{pad: {padding: \(before), channels: [2, 2]}}, {crop: {size: \(sizes { "\($0) - 1" })}}, {channel_slice: {channels: prev.c - 4}}]}",
    ]
    // Of volumes there is an axis more to keep, and their rows are no axis of their own in the middle.
    switch axes {
    case 1:
      choices += [
        "{seq: [{reshape: {shape: [prev.c, 1, -1]}}, \(onMaps()), {reshape: {shape: [prev.c, -1]}}]}",
        "{seq: [{from: [prev, prev], concat: {axis: length}}, {max_pool: {kernel: 2}}]}",
      ]
    case 2:
      choices += [
        onMaps(), onMaps(), onMaps(),
        "{seq: [{from: [prev, prev], concat: {axis: height}}, {avg_pool: {kernel: [2, 1]}}]}",
        "{seq: [{from: [prev, prev], concat: {axis: width}}, {max_pool: {kernel: [1, 2]}}]}",
        "{seq: [{reshape: {shape: [prev.c // 4, 4 * prev.h, prev.w]}}, relu, {reshape: {shape: [-1, prev.h // 4, prev.w]}}]}",
        "{seq: [{upsample: {by: 2}}, {space_to_depth: {block: 2}}, {conv: {out: prev.c // 4, kernel: 1, groups: 4}}]}",
        "{seq: [{upsample: {by: 2, mode: bicubic}}, {subsample: {kernel: 2}}]}",
        "{seq: [{depth_to_space: {block: 2}}, tanh, {space_to_depth: {block: 2}}]}",
      ]
    default:
      choices += [
        "{seq: [{reshape: {shape: [prev.c // 2, 2 * prev.d, prev.h, prev.w]}}, relu, {reshape: {shape: [2 * prev.c, -1, prev.h, prev.w]}}]}",
        "{seq: [{from: [prev, prev], concat: {axis: depth}}, {max_pool: {kernel: [2, 1, 1]}}]}",
        "{seq: [{from: [prev, prev], concat: {axis: height}}, {avg_pool: {kernel: [1, 2, 1]}}]}",
      ]
    }
    return random.pick(choices)
  }

  /// A pixel of padding before each axis, and none behind.
  private var before: String { "[\(Array(repeating: "1, 0", count: axes).joined(separator: ", "))]" }

  /// What only maps have, with the shape kept.
  private mutating func onMaps() -> String {
    random.pick([
      "{permute: {order: chw}}", "{seq: [{permute: {order: cwh}}, relu, {permute: {order: cwh}}]}",
      "{seq: [permute, batch_norm, {permute: {order: wch}}]}",
      "{seq: [{permute: {order: hcw}}, {conv: {out: prev.c, kernel: 1}}, {permute: {order: hcw}}]}",
      "{seq: [{permute: {order: whc}}, silu, {permute: {order: whc}}]}",
      "{subsample: {kernel: 1}}", "{subsample: {kernel: 1, trainable: false, init: {weight: ones, bias: zeros}}}",
    ])
  }

  /// A convolution some of whose output channels see some of the input's alone, and one to a number of channels.
  func connected(to channels: Int) -> String {
    "{seq: [{conv: {out: 3, kernel: 3, padding: half, connections: [[0, 1], [1, 2, 3], [0, 3]]}}, {conv: {out: \(channels), kernel: 1}}]}"
  }

  /// What a gate can be made of beside whole channels: rows and columns.
  mutating func partialGate() -> String {
    var sizes = [["1"], ["1", "prev.w"], ["1", "prev.h", "prev.w"]][axes - 1]
    if axes == 2, random.once(in: 2) { sizes = ["prev.h", "1"] }
    let size = "[\(sizes.joined(separator: ", "))]"
    return "{adaptive_avg_pool: {size: \(size)}}, {conv: {out: prev.c, kernel: 1}}, sigmoid"
  }

  // MARK: Vectors

  /// Layers of a vector, of however many features.
  mutating func onVectors(_ context: Context) -> [String] {
    (0..<random.number(0...3)).map { _ in
      let layer = random.pick([
        "relu", "tanh", "batch_norm", "{layer_norm: }", "{dropout: {rate: 0.25}}", "{prelu: {per_channel: true}}",
        "{scale: {by: 0.1, trainable: true}}", "{group_norm: {groups: 1}}", "softmax", "flatten",
        "{residual: {linear: {out: prev.features}}}", "{append: [{linear: {out: 4}}, relu]}",
        "{gate: [{linear: {out: prev.features, bias: false}}, sigmoid]}",
        "{branches: [identity, {linear: {out: 4, init: xavier_normal}}], join: concat}",
        "{branches: [{linear: {out: 6}}, {linear: {out: 6, trainable: false}}], join: max}",
        "{residual: [{linear: {out: 8}}, gelu], shortcut: {project: linear}}",
        "{from: [prev, prev], weighted_sum}", "{seq: [{linear: {out: 8}}, {reshape: {shape: [2, 2, 2]}}, flatten]}",
      ])
      guard layer.hasPrefix("{dropout"), !context.truths.isEmpty else { return layer }
      return Self.prefixed(layer, "when: \(random.pick(context.truths)), ")
    }
  }
}

/// Layers with random fields and inputs, a maker for every kind: odd sizes, groups, dilation, asymmetric padding.
///
/// What a maker draws need not fit together; who uses it asks the layer's shape rule.
struct RandomLayers {
  /// A layer as `parseLayer` reads it, without its keyword, and its inputs' shapes without the batch.
  struct Draw {
    var fields: [String] = []
    var inputs: [[Int]]
  }

  private var generator: SeededGenerator
  /// The spatial axes of the inputs being drawn.
  private var axes = 2

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// A draw of a kind: by its maker, or for a kind without one a row of the table of cases; nil without either.
  mutating func draw(_ keyword: String) -> Draw? {
    axes = pick([1, 2, 2, 3])
    if let make = Self.makers[keyword] { return make(&self) }
    let rows = LayerCase.all.filter { $0.keyword == keyword }
    guard !rows.isEmpty else { return nil }
    let row = pick(rows)
    return Draw(
      fields: row.layer.split(separator: " ").dropFirst().map(String.init),
      inputs: parseShapes(row.inputs).compactMap(\.values))
  }

  private static let makers: [String: @Sendable (inout RandomLayers) -> Draw] = [
    "conv": { $0.convolution() }, "depthwise_conv": { $0.depthwise() }, "separable_conv": { $0.separable() },
    "transposed_conv": { $0.transposed() }, "linear": { $0.linear() }, "rbf": { $0.radialBasis() },
    "max_pool": { $0.pool(dilates: true) }, "avg_pool": { $0.averagePool() }, "depth_pool": { $0.depthPool() },
    "global_avg_pool": { Draw(inputs: [$0.maps()]) }, "global_max_pool": { Draw(inputs: [$0.maps()]) },
    "adaptive_avg_pool": { $0.sized("size") }, "adaptive_max_pool": { $0.sized("size") },
    "batch_norm": { $0.affine() }, "instance_norm": { Draw(fields: [$0.flag("affine")], inputs: [$0.maps()]) },
    "layer_norm": { $0.layerNorm() }, "group_norm": { $0.groupNorm() }, "lrn": { $0.responseNorm() },
    "dropout": { $0.plain() }, "drop_path": { $0.plain() }, "identity": { $0.plain() },
    "relu": { $0.plain() }, "relu6": { $0.plain() }, "selu": { $0.plain() }, "silu": { $0.plain() },
    "hard_swish": { $0.plain() }, "mish": { $0.plain() }, "sigmoid": { $0.plain() }, "hard_sigmoid": { $0.plain() },
    "tanh": { $0.plain() }, "scaled_tanh": { $0.plain() }, "softmax": { $0.plain() }, "log_softmax": { $0.plain() },
    "leaky_relu": { $0.plain("slope=\($0.pick([0.01, 0.1, 0.3]))") },
    "elu": { $0.plain("alpha=\($0.pick([0.5, 1.0, 1.7]))") },
    "gelu": { $0.plain("approximate=\($0.pick(["none", "tanh"]))") },
    "softplus": { $0.plain("beta=\($0.pick([0.5, 1.0, 8.0]))") }, "prelu": { $0.plain($0.flag("per_channel")) },
    "scale": {
      $0.plain($0.flag("trainable"), "by=\($0.pick([0.17, 1, -2.5]))", "per=\($0.pick(["channel", "tensor"]))")
    },
    "flatten": { Draw(inputs: [$0.any()]) }, "reshape": { $0.reshape() }, "upsample": { $0.upsample() },
    "pad": { $0.pad() }, "crop": { $0.crop() }, "channel_slice": { $0.slice() },
    "channel_shuffle": { $0.grouped("groups") }, "space_to_depth": { $0.spaceToDepth() },
    "depth_to_space": { $0.depthToSpace() }, "concat": { $0.concat() }, "add": { $0.join() }, "mean": { $0.join() },
    "max": { $0.join() }, "multiply": { $0.gate() }, "subsample": { $0.subsample() },
    "permute": { Draw(fields: ["order=\($0.pick(["cwh", "hcw", "hwc", "wch", "whc", "chw"]))"], inputs: [$0.maps()]) },
    "weighted_sum": {
      var draw = $0.join()
      draw.fields = ["normalize=\($0.pick(["relu", "softmax", "none"]))"]
      return draw
    },
  ]

  // MARK: Numbers

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  private mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

  private mutating func pick<T>(_ choices: [T]) -> T { choices[number(0...choices.count - 1)] }

  private mutating func flag(_ name: String) -> String { "\(name)=\(chance(50))" }

  /// Sizes along the axes, often the same.
  private mutating func sizes(_ range: ClosedRange<Int>) -> [Int] {
    let first = number(range)
    return [first] + (1..<axes).map { _ in chance(60) ? first : number(range) }
  }

  /// Channels on both sides of a block's 16 lanes.
  private mutating func channels() -> Int { pick([number(1...12), 15, 16, 17, number(18...40)]) }

  private mutating func maps(_ channels: Int? = nil) -> [Int] {
    [channels ?? self.channels()] + (0..<axes).map { _ in number(1...(axes == 3 ? 6 : 13)) }
  }

  /// Maps or a vector.
  private mutating func any() -> [Int] { chance(65) ? maps() : [number(1...70)] }

  private func text(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }

  // MARK: Windows

  private mutating func window(dilates: Bool) -> (fields: [String], extent: [Int]) {
    let kernel = sizes(1...5)
    var fields = ["kernel=\(text(kernel))"]
    var extent = kernel
    if chance(60) { fields.append("stride=\(text(sizes(1...4)))") }
    if dilates, chance(35) {
      let dilation = sizes(1...3)
      fields.append("dilation=\(text(dilation))")
      extent = zip(kernel, dilation).map { ($0 - 1) * $1 + 1 }
    }
    return (fields, extent)
  }

  /// `half`, `same`, or a width of each side that is less than the window spans.
  private mutating func padding(_ extent: [Int]) -> [String] {
    switch number(0...9) {
    case 0, 1: []
    case 2, 3: ["padding=half"]
    case 4: ["padding=same"]
    case 5, 6: ["padding=\(text(extent.map { number(0...$0 - 1) }))"]
    default: ["padding=\(text((0..<2 * axes).map { number(0...extent[$0 / 2] - 1) }))"]
    }
  }

  private mutating func convolution() -> Draw {
    let (fields, extent) = window(dilates: true)
    if axes == 2, chance(12) {
      let channels = number(2...20)
      let table = (0..<number(1...20)).map { _ in
        text(Array(Set((0..<number(1...channels)).map { _ in number(0...channels - 1) })).sorted())
      }
      return Draw(
        fields: fields + padding(extent) + ["out=\(table.count)", "connections=\(table.joined(separator: "/"))"],
        inputs: [maps(channels)])
    }
    let groups = chance(40) ? number(2...6) : 1
    let (channels, out) = groups > 1 ? (groups * number(1...8), groups * number(1...8)) : (channels(), self.channels())
    return Draw(
      fields: fields + padding(extent) + ["out=\(out)", "groups=\(groups)", flag("bias")], inputs: [maps(channels)])
  }

  private mutating func depthwise() -> Draw {
    let (fields, extent) = window(dilates: true)
    return Draw(
      fields: fields + padding(extent) + ["multiplier=\(pick([1, 1, number(2...4)]))", flag("bias")], inputs: [maps()])
  }

  private mutating func separable() -> Draw {
    var draw = depthwise()
    draw.fields.append("out=\(channels())")
    return draw
  }

  private mutating func transposed() -> Draw {
    let (fields, extent) = window(dilates: true)
    let groups = chance(40) ? number(2...5) : 1
    let (channels, out) = groups > 1 ? (groups * number(1...8), groups * number(1...8)) : (channels(), self.channels())
    let size = [channels] + (0..<axes).map { _ in number(1...7) }
    let cut = chance(60) ? ["padding=\(text(extent.map { number(0...$0 - 1) }))"] : []
    let more = chance(40) ? ["output_padding=\(text(sizes(0...2)))"] : []
    return Draw(fields: fields + cut + more + ["out=\(out)", "groups=\(groups)", flag("bias")], inputs: [size])
  }

  private mutating func pool(dilates: Bool) -> Draw {
    let (fields, extent) = window(dilates: dilates)
    return Draw(fields: fields + padding(extent) + (chance(40) ? ["round=ceil"] : []), inputs: [maps()])
  }

  private mutating func averagePool() -> Draw {
    var draw = pool(dilates: false)
    draw.fields.append(flag("count_padding"))
    return draw
  }

  private mutating func subsample() -> Draw {
    axes = 2
    return Draw(fields: window(dilates: false).fields, inputs: [maps()])
  }

  // MARK: Others

  private mutating func plain(_ fields: String...) -> Draw { Draw(fields: fields, inputs: [any()]) }

  private mutating func affine() -> Draw { Draw(fields: [flag("affine")], inputs: [any()]) }

  private mutating func sized(_ field: String) -> Draw {
    Draw(fields: ["\(field)=\(text(sizes(1...9)))"], inputs: [maps()])
  }

  private mutating func linear() -> Draw {
    Draw(fields: ["out=\(number(1...70))", flag("bias")], inputs: [[number(1...150)]])
  }

  private mutating func radialBasis() -> Draw {
    Draw(fields: ["out=\(number(1...40))", "centers=digits.txt"], inputs: [[number(1...90)]])
  }

  private mutating func depthPool() -> Draw {
    var fields = ["kernel=\(number(1...4))", "mode=\(pick(["max", "average"]))"]
    if chance(50) { fields.append("stride=\(number(1...4))") }
    return Draw(fields: fields, inputs: [maps()])
  }

  private mutating func layerNorm() -> Draw {
    Draw(fields: ["over=\(pick(["channels", "all"]))", flag("affine"), flag("bias")], inputs: [any()])
  }

  private mutating func groupNorm() -> Draw {
    let groups = number(1...6)
    let channels = groups * number(1...7)
    return Draw(fields: ["groups=\(groups)", flag("affine")], inputs: [chance(75) ? maps(channels) : [channels]])
  }

  private mutating func responseNorm() -> Draw {
    Draw(
      fields: [
        "size=\(number(1...9))", "alpha=\(pick([1e-4, 0.5]))", "beta=\(pick([0.75, 0.5]))", "k=\(pick([1, 2]))",
      ],
      inputs: [maps()])
  }

  private mutating func reshape() -> Draw {
    let shape = any()
    let count = shape.reduce(1, *)
    let divisors = (1...count).filter { count.isMultiple(of: $0) }
    let first = pick(divisors)
    let second = pick(divisors.filter { (count / first).isMultiple(of: $0) })
    let target = pick([
      [first, second, count / first / second], [first, count / first], [count],
      [first, 1, second, count / first / second],
    ])
    return Draw(fields: ["shape=\(text(target))"], inputs: [shape])
  }

  private mutating func upsample() -> Draw {
    let mode = pick(["nearest"] + [["linear"], ["bilinear", "bicubic"], ["trilinear"]][axes - 1])
    var fields = ["mode=\(mode)"]
    fields.append(chance(60) ? "by=\(pick([0.3, 0.5, 1, 1.25, 2, 2.7, 3]))" : "size=\(text(sizes(1...17)))")
    if mode != "nearest", chance(40) { fields.append("align_corners=true") }
    return Draw(fields: fields, inputs: [maps()])
  }

  private mutating func pad() -> Draw {
    let shape = maps()
    let size = shape.dropFirst().map { $0 + number(0...6) }
    let sides = (0..<2 * axes).map { _ in number(0...5) }
    var fields = [chance(30) ? "size=\(text(size))" : "padding=\(text(sides))"]
    fields.append("mode=\(pick(["constant", "reflect", "replicate", "circular"]))")
    if chance(40) { fields.append("value=1.5") }
    if chance(40) { fields.append("channels=\(number(0...18)),\(number(0...18))") }
    return Draw(fields: fields, inputs: [shape])
  }

  private mutating func crop() -> Draw {
    let shape = maps()
    let size = shape.dropFirst().map { number(1...$0) }
    let offset = zip(shape.dropFirst(), size).map { number(0...$0 - $1) }
    return Draw(fields: ["size=\(text(size))"] + (chance(50) ? ["offset=\(text(offset))"] : []), inputs: [shape])
  }

  private mutating func slice() -> Draw {
    let shape = any()
    let start = pick([0, min(16, shape[0] - 1), number(0...shape[0] - 1)])
    return Draw(fields: ["start=\(start)", "channels=\(number(1...shape[0] - start))"], inputs: [shape])
  }

  private mutating func grouped(_ field: String) -> Draw {
    let groups = number(1...6)
    return Draw(fields: ["\(field)=\(groups)"], inputs: [maps(groups * number(1...7))])
  }

  private mutating func spaceToDepth() -> Draw {
    let block = number(1...4)
    return Draw(fields: ["block=\(block)"], inputs: [[channels(), block * number(1...4), block * number(1...4)]])
  }

  private mutating func depthToSpace() -> Draw {
    let block = number(1...4)
    return Draw(fields: ["block=\(block)"], inputs: [[block * block * number(1...9), number(1...7), number(1...7)]])
  }

  private mutating func concat() -> Draw {
    let first = any()
    let axis = number(0...first.count - 1)
    let inputs = (0..<number(1...4)).map { _ in
      var shape = first
      shape[axis] = axis == 0 ? channels() : number(1...9)
      return shape
    }
    return Draw(
      fields: [
        "axis=\((["channels"] + (first.count == 2 ? ["length"] : ["depth", "height", "width"].suffix(first.count - 1)))[axis])"
      ],
      inputs: inputs)
  }

  private mutating func join() -> Draw {
    Draw(inputs: Array(repeating: any(), count: number(2...4)))
  }

  private mutating func gate() -> Draw {
    let shape = maps()
    let gate = pick([[shape[0]] + shape.dropFirst().map { _ in 1 }, [shape[0]], [1] + shape.dropFirst(), shape])
    return chance(20) ? join() : Draw(inputs: chance(50) ? [shape, gate] : [gate, shape])
  }
}

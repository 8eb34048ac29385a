/// Layers of all kinds.
extension Author {
  /// A convolution to channels that an expression gives, with the size kept.
  mutating func convolution(to text: String, _ flow: inout Flow, kernels: [String] = ["3", "1"]) -> String {
    flow.channels = token()
    flow.text = text
    flow.growth = text.contains(".") ? 2 : 1
    let kernel = random.pick(kernels)
    let padding = kernel == "3" ? random.pick(["half", "1", "same", axes == 3 ? "[1, 1, 1]" : "[1, 1]"]) : "half"
    let quoted = text.contains(",") ? "\"\(text)\"" : text
    return random.pick([
      "{conv: {out: \(quoted), kernel: \(kernel), padding: \(padding)}}",
      "{conv: {out: \(quoted), kernel: \(kernel), padding: \(padding), bias: false}}",
      "{conv: {out: \(quoted), kernel: 3, dilation: 2, padding: 2}}",
      "{conv: {out: \(quoted), kernel: 3, padding: half, groups: 4}}",
      "{separable_conv: {out: \(quoted), kernel: 3, padding: half, multiplier: \(random.number(1...2))}}",
      "{separable_conv: {out: \(quoted), kernel: \(kernel), padding: half, bias: false}}",
      "{transposed_conv: {out: \(quoted), kernel: 3, padding: 1}}",
      "{transposed_conv: {out: \(quoted), kernel: 3, padding: 2, dilation: 2, bias: false}}",
      "{separable_conv: {out: \(quoted), kernel: 3, padding: 2, dilation: 2, init: he_normal}}",
      "{conv: {out: \(quoted), kernel: 2, padding: \(after), init: \(start())}}",
      "{\(random.pick(["conv", "transposed_conv"])): {out: \(quoted), kernel: 3, padding: 1, normalize_weight: \(weightForm())}}",
    ])
  }

  /// A pixel of padding behind each axis, and none before: with a kernel of 2 the size stays.
  private var after: String { "[\(Array(repeating: "0, 1", count: axes).joined(separator: ", "))]" }

  /// What the tensors of a layer with a weight and a bias hold at first.
  private mutating func start() -> String {
    random.pick([
      "he_normal", "xavier_uniform", "{normal: {std: 0.01}}", "{weight: {truncated_normal: {std: 0.02}}, bias: ones}",
      "{weight: {uniform: {low: -0.5, high: 0.5}}, bias: {constant: {value: 0.25}}}",
    ])
  }

  /// How a weight is computed from other tensors.
  mutating func weightForm() -> String {
    random.pick([
      "weight_norm", "spectral_norm", "standardize", "scaled_standardize", "scaled_standardize, weight_gamma: 1.7",
      "standardize, weight_epsilon: 0.001",
    ])
  }

  /// A layer whose tensors stay as the spec says, and which keeps the shape.
  private mutating func fixed() -> String {
    let blur = axes == 1 ? "[1, 2, 1]" : "{outer: [1, 2, 1], sum: 1}"
    return random.pick([
      "{depthwise_conv: {kernel: 3, padding: half, bias: false, trainable: false, init: \(blur)}}",
      "{depthwise_conv: {kernel: 3, padding: half, trainable: false, init: {weight: {range: 3}, bias: ones}}}",
      "{scale: {trainable: true, per: tensor}}", "{scale: {by: 0.5, trainable: true, per: tensor}}",
      "{scale: {trainable: true, init: {uniform: {low: 0.5, high: 1.5}}}}",
      "{batch_norm: {trainable: false, init: {weight: {constant: {value: 0.5}}, bias: zeros}}}",
      "{batch_norm: {momentum: 0, trainable: false}}", "{layer_norm: {trainable: false, init: {weight: ones}}}",
      "{group_norm: {groups: 2, epsilon: 0.001, trainable: false, init: {bias: zeros}}}",
      "{instance_norm: {affine: true, epsilon: 0.001, trainable: false, init: {bias: ones}}}",
      "{prelu: {trainable: false, init: {constant: {value: 0.1}}}}",
      "{transposed_conv: {out: prev.c, kernel: 1, groups: 2, trainable: false, init: {weight: ones, bias: zeros}}}",
      "{conv: {out: prev.c, kernel: 3, padding: half, groups: prev.c, bias: false, trainable: false, init: \(blur)}}",
    ])
  }

  /// A layer that keeps the shape.
  mutating func preserving(_ context: Context) -> String {
    if !context.uses.isEmpty, random.once(in: 3) { return "{use: \(random.pick(context.uses))}" }
    if random.once(in: 10) { return fixed() }
    if random.once(in: 8) { return rearranging() }
    let number = random.pick(context.floats)
    if random.once(in: 8) { return following() }
    return random.pick([
      "relu", "relu6", "silu", "hard_swish", "mish", "sigmoid", "hard_sigmoid", "tanh", "scaled_tanh", "selu", "gelu",
      "softmax", "log_softmax", "identity", "identity", "batch_norm", "batch_norm", "{softplus: {beta: 2}}",
      "{leaky_relu: {slope: 0.1}}", "{prelu: }", "{prelu: {per_channel: true}}", "{elu: {alpha: 0.5}}",
      "{gelu: {approximate: tanh}}", "{layer_norm: {epsilon: 0.000001}}", "{layer_norm: {over: all}}",
      "{group_norm: {groups: 4}}", "{instance_norm: {affine: true}}", "instance_norm", "{lrn: {size: 3}}",
      "{dropout: {rate: 0.2}}", "{drop_path: {rate: 0.1}}", "{scale: {by: \(number)}}",
      "{scale: {by: 0.5, trainable: true}}", "{channel_shuffle: {groups: 2}}", "{batch_norm: {affine: false}}",
      "{depthwise_conv: {kernel: 3, padding: half}}",
      "{depthwise_conv: {kernel: \(["[3]", "[1, 3]", "[3, 1, 3]"][axes - 1]), padding: half, bias: false}}",
      "{conv: {out: prev.c, kernel: \(random.pick(context.kernels)), padding: half}}",
      "{max_pool: {kernel: 3, stride: 1, padding: half}}",
      "{avg_pool: {kernel: 3, stride: 1, padding: 1, count_padding: false}}",
      "{depthwise_conv: {kernel: 3, padding: half, normalize_weight: \(weightForm())}}",
      "{conv: {out: prev.c, kernel: 1, groups: 2}}", "{softplus: {beta: 0.5, threshold: 3}}",
      "{layer_norm: {affine: false}}", "{layer_norm: {bias: false}}", "{group_norm: {groups: 2, affine: false}}",
      "{lrn: {size: 5, alpha: 0.01, beta: 0.5, k: 1}}", "{scaled_tanh: {gain: 1.5, slope: 0.5}}",
      "{batch_norm: {momentum: 0.01, epsilon: 0.001}}",
      "{depthwise_conv: {kernel: 3, padding: 2, dilation: 2, init: \(start())}}",
      "{max_pool: {kernel: 2, stride: 1, padding: \(after)}}", "{avg_pool: {kernel: 2, stride: 1, padding: \(after)}}",
      "{from: [prev, prev], weighted_sum: {normalize: \(random.pick(["relu", "softmax", "none"]))}}",
      "{from: [prev, prev, prev], weighted_sum: {epsilon: 0.001, trainable: false, init: {constant: {value: 0.5}}}}",
    ])
  }

  /// The size of what flows in along each axis, as expressions.
  var sides: [String] { [["prev.l"], ["prev.h", "prev.w"], ["prev.d", "prev.h", "prev.w"]][axes - 1] }

  /// A size whose parts follow those of what flows in.
  func sizes(_ text: (String) -> String) -> String { "[\(sides.map(text).joined(separator: ", "))]" }

  /// The interpolation between neighbours.
  private var smooth: String { ["linear", "bilinear", "trilinear"][axes - 1] }

  /// A layer whose fields follow the size of its input, which it keeps.
  private mutating func following() -> String {
    let (axes, size) = (self.sides, sizes { $0 })
    return random.pick([
      "{upsample: {size: \(size)}}", "{adaptive_avg_pool: {size: \(size)}}", "{crop: {size: \(size)}}",
      "{max_pool: {kernel: 3 if \(axes[0]) > 6 else 1, stride: 1, padding: half}}",
      "{scale: {by: 0.5 if \(axes[0]) > 6 else 2.0}}",
      "{seq: [{upsample: {size: \(sizes { "2 * \($0)" })}}, {adaptive_max_pool: {size: \(sizes { "\($0) // 2" })}}]}",
    ])
  }

  /// A layer for a parameter or column, which keeps the shape: one, or one of two.
  mutating func act(_ context: Context) -> String {
    let words = ["silu", "relu6", "identity", "hard_swish"] + context.uses
    if let truth = context.truths.first, random.once(in: 3) {
      return "\(random.pick(words)) if \(truth) else \(random.pick(words))"
    }
    return random.pick(words + ["{leaky_relu: {slope: 0.1}}", "{seq: [batch_norm, relu]}", "{prelu: }"])
  }

  /// A layer or block for a column, which lacks its `out`.
  mutating func maker() -> String {
    let names = blocks.filter { $0.parameters.contains("out") && $0.second == nil }.map(\.name)
    return random.pick(
      [
        "{conv: {kernel: 3, padding: half}}", "{conv: {kernel: 1, bias: false}}",
        "{separable_conv: {kernel: 3, padding: half}}", "{transposed_conv: {kernel: 3, padding: 1}}",
      ] + names)
  }

  /// A layer that changes the channels.
  mutating func widening(_ flow: inout Flow, _ context: Context) -> String {
    if !context.makers.isEmpty, random.once(in: 3) {
      let out = random.pick(context.integers + ["8", "prev.c"])
      (flow.channels, flow.text, flow.growth) = (token(), nil, out.contains(".") ? flow.growth : 1)
      return "{use: \(random.pick(context.makers)), with: {out: \(out)}}"
    }
    if axes == 2, random.once(in: 12) {
      (flow.channels, flow.text, flow.growth) = (token(), "8", 1)
      return connected(to: 8)
    }
    if let text = context.integers.isEmpty ? nil : random.pick(context.integers), random.once(in: 2) {
      return convolution(to: text, &flow, kernels: context.kernels)
    }
    if random.once(in: 2) {
      return convolution(to: String(4 * random.number(1...4)), &flow, kernels: context.kernels)
    }
    flow.channels = token()
    flow.text = nil
    flow.growth *= 2
    return random.pick([
      "{conv: {out: prev.c + 4, kernel: 3, padding: half}}", "{conv: {out: 2 * prev.c, kernel: 1}}",
      "{depthwise_conv: {kernel: 3, padding: half, multiplier: 2}}", "{pad: {channels: [0, 4]}}",
      "{append: {conv: {out: 4, kernel: 3, padding: half}}}", "{pad: {channels: [4, 0], padding: 0}}",
    ])
  }

  /// A layer that changes the size, where that is known to be possible; nil if not.
  mutating func resizing(_ flow: inout Flow, _ context: Context) -> String? {
    guard let extent = flow.extent else { return nil }
    flow.size = token()
    if extent <= 3 || random.once(in: 4) {
      guard extent <= 8 else { return crop(&flow) }
      flow.extent = extent * 2
      let kept = flow.channels
      let text = flow.text
      switch random.number(0...5) {
      case 0: return "{upsample: {by: 2}}"
      case 1:
        return
          "{upsample: {by: 2, mode: \(random.pick([["linear"], ["bilinear", "bicubic"], ["trilinear"]][axes - 1]))}}"
      case 2:
        let item = "{transposed_conv: {out: prev.c, kernel: 2, stride: 2}}"
        (flow.channels, flow.text) = (kept, text)
        return item
      case 3:
        return
          "{transposed_conv: {out: prev.c, kernel: 3, stride: 2, padding: 1, output_padding: 1, init: he_uniform}}"
      case 4:
        flow.extent = extent + extent / 2
        return "{upsample: {by: 1.5, align_corners: \(random.pick(["true", "false"])), mode: \(smooth)}}"
      case _ where axes != 2: return "{upsample: {by: 2, mode: \(smooth), align_corners: true}}"
      default:
        (flow.channels, flow.text) = (token(), nil)
        return "{seq: [{conv: {out: 16, kernel: 1}}, {depth_to_space: {block: 2}}]}"
      }
    }
    switch random.number(0...8) {
    case 0:
      flow.extent = extent / 2
      return random.pick(["{max_pool: {kernel: 2}}", "{avg_pool: {kernel: 2, stride: 2}}"])
    case 1:
      flow.extent = (extent + 1) / 2
      return "{max_pool: {kernel: 3, stride: 2, padding: 1}}"
    case 2:
      flow.extent = (extent + 1) / 2
      return "{conv: {out: prev.c, kernel: 3, stride: 2, padding: half}}"
    case 3:
      flow.extent = extent + 2
      return random.pick([
        "{pad: {padding: 1, mode: reflect}}", "{pad: {padding: 1, value: 0.5}}", "{pad: {padding: 1, mode: replicate}}",
        "{pad: {padding: 1, mode: circular}}", "{pad: {size: \(sizes { "\($0) + 2" })}}",
      ])
    case 4:
      flow.extent = (extent + 1) / 2
      return random.pick(["{avg_pool: {kernel: 2, stride: 2, round: ceil}}", "{max_pool: {kernel: 2, round: ceil}}"])
    case 5:
      flow.extent = extent - 2
      return "{max_pool: {kernel: 3, stride: 1, dilation: 2, padding: 1}}"
    case 6:
      flow.extent = (extent + 1) / 2
      return random.pick([
        "{conv: {out: prev.c, kernel: 3, stride: 2, padding: same}}",
        "{depthwise_conv: {kernel: 2, stride: 2, padding: same, bias: false}}",
        "{separable_conv: {out: prev.c, kernel: 3, stride: 2, padding: half}}",
      ])
    case 7 where axes == 2:
      flow.extent = extent / 2
      return random.pick(["{subsample: {kernel: 2}}", "{subsample: {kernel: 3, stride: 2, init: he_normal}}"])
    default: return crop(&flow)
    }
  }

  private mutating func crop(_ flow: inout Flow) -> String {
    flow.extent = 3
    return random.pick([
      "{crop: {size: 3}}",
      ["{crop: {size: [3], offset: [0]}}", "{crop: {size: [3, 4], offset: [0, 0]}}", "{crop: {size: [3, 3, 3]}}"][
        axes - 1],
      "{upsample: {size: 3}}",
    ])
  }
}

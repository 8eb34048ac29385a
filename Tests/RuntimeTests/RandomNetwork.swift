import Tensors

/// A network drawn at random: every operation over whatever came before, in any order, which is where a planner goes
/// wrong.
struct RandomNetwork {
  var generator: SplitMix
  /// The values so far: the inputs, then what operations made of them.
  private var pool: [Tensor]
  private let trace: Trace

  /// The computation for a seed, of some number of operations.
  ///
  /// Among the outputs can be an input, a value that is read on, one value twice, and a view of another.
  static func computation(seed: UInt64, length: Int) -> Computation {
    var generator = SplitMix(state: seed)
    let batch = Int.random(in: 1...4, using: &generator)
    let pixels = [Int.random(in: 1...9, using: &generator), Int.random(in: 1...9, using: &generator)]
    let shapes = (0..<Int.random(in: 1...2, using: &generator)).map { _ in
      [batch, [3, 5, 16, 32].randomElement(using: &generator) ?? 3] + pixels
    }
    return Computation.tracing(shapes) { inputs, trace in
      var network = RandomNetwork(generator: generator, pool: inputs, trace: trace)
      for index in 0..<length {
        trace.label = Computation.Label(path: "layer\(index)", location: nil)
        let value = network.next()
        // What is too large stays behind as an operation that nobody needs.
        if value.count <= 6000 { network.pool.append(value) }
      }
      let more = Int.random(in: 0...2, using: &network.generator)
      return Array(network.pool.suffix(2))
        + (0..<more).compactMap { _ in network.pool.randomElement(using: &network.generator) }
    }
  }

  private mutating func next() -> Tensor {
    // Recent values are likelier, so that chains come about; any value can be read again.
    let back = number(0...2) == 0 ? pool.count : min(2, pool.count)
    let x = pool[pool.count - 1 - number(0...back - 1)]
    if x.rank == 2 { return onVector(x) }
    switch number(0...19) {
    case 0...3: return convolution(x)
    case 4, 5: return batchNorm(x)
    case 6, 7: return activated(x)
    case 8, 9: return joined(x)
    case 10, 11: return concatenated(x)
    case 12: return sliced(x)
    case 13: return gated(x)
    case 14: return pooled(x)
    case 15: return flattened(x)
    case 16: return withConstant(x)
    case 17: return normalized(x)
    default: return moved(x)
    }
  }

  private mutating func onVector(_ x: Tensor) -> Tensor {
    switch number(0...11) {
    case 0...3: return linear(x)
    case 4: return batchNorm(x)
    case 5, 6: return activated(x)
    case 7: return joined(x)
    case 8: return concatenated(x)
    case 9: return sliced(x)
    case 10: return withConstant(x)
    default: return asMaps(x)
    }
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  mutating func pick<T>(_ choices: [T]) -> T { choices[number(0...choices.count - 1)] }

  private mutating func activated(_ x: Tensor) -> Tensor {
    let kinds: [Activation] = [.relu, .relu6, .silu, .leakyReLU(slope: 0.1), .hardSwish, .gelu, .tanh(), .sigmoid]
    return Operations.Activate(pick(kinds))(x)
  }

  /// A parameter of the network.
  mutating func weight(_ shape: [Int], _ scale: Float = 1) -> Tensor {
    trace.parameter("\(trace.label?.path ?? "").weight", .weight, numbers(shape, scale))
  }

  mutating func numbers(_ shape: [Int], _ scale: Float) -> Tensor {
    let bound = scale / Float(max(1, shape.dropFirst().reduce(1, *))).squareRoot()
    let count = shape.reduce(1, *)
    return Tensor((0..<count).map { _ in Float.random(in: -bound...bound, using: &generator) }, shape: shape)
  }

  /// A tensor as a bias, or none.
  mutating func perhaps(_ shape: [Int]) -> Tensor? { Bool.random(using: &generator) ? weight(shape) : nil }

  private mutating func convolution(_ x: Tensor) -> Tensor {
    let channels = x.shape[1]
    let groups = pick([1, 1, 1, 1, channels, channels.isMultiple(of: 2) ? 2 : 1])
    let out = groups == 1 ? pick([1, 8, 16, 17, 32]) : channels
    let (kernel, dilation, stride) = (pick([1, 1, 3, 3, 5]), pick([1, 1, 2]), pick([1, 1, 1, 2]))
    func axis(_ size: Int) -> SlidingWindow.Axis {
      let rim = (kernel - 1) * dilation
      let (before, after) = (rim / 2, rim - rim / 2)
      return SlidingWindow.Axis(
        kernel: kernel, stride: stride, dilation: dilation, before: before, after: after,
        outputs: (size - 1) / stride + 1)
    }
    let window = SlidingWindow(vertical: axis(x.shape[2]), horizontal: axis(x.shape[3]))
    let weight = weight([out, channels / groups, kernel, kernel])
    return Operations.Convolution(window, groups: groups)(x, weight: weight, bias: perhaps([out]))
  }

  mutating func batchNorm(_ x: Tensor) -> Tensor {
    let shape = [x.shape[1]]
    return Operations.BatchNorm(epsilon: 1e-5, momentum: 0.1)(
      x, weight: weight(shape), bias: weight(shape), mean: weight(shape, 0.3),
      variance: Tensor((0..<shape[0]).map { _ in Float.random(in: 0.5...2, using: &generator) }, shape: shape))
  }

  private mutating func joined(_ x: Tensor) -> Tensor {
    let others = pool.filter { $0.shape == x.shape }
    let inputs = [x] + (0..<pick([0, 1, 1, 1, 2, 3])).map { _ in pick(others) }
    let joins: [any Operation] = [
      Operations.Add(), Operations.Add(), Operations.Add(), Operations.Mean(), Operations.Maximum(),
      Operations.Multiply(),
    ]
    let join = pick(joins)
    return join(inputs.shuffled(using: &generator))
  }

  private mutating func concatenated(_ x: Tensor) -> Tensor {
    let others = pool.filter { $0.shape[0] == x.shape[0] && $0.shape[2...] == x.shape[2...] && $0.shape[1] <= 64 }
    // The same value can be there twice.
    return Operations.Concat(axis: 1)(
      [x] + (0..<number(0...2)).map { _ in number(0...4) == 0 || others.isEmpty ? x : pick(others) })
  }

  private mutating func sliced(_ x: Tensor) -> Tensor {
    let channels = x.shape[1]
    let bounds = [0, 16, channels / 2, channels].filter { $0 <= channels }
    let first = bounds.randomElement(using: &generator) ?? 0
    let last = bounds.filter { $0 > first }.randomElement(using: &generator) ?? channels
    return first < last ? Operations.ChannelSlice(first..<last)(x) : x
  }

  private mutating func gated(_ x: Tensor) -> Tensor {
    let pooled = Operations.AdaptiveAveragePool(PixelSize(height: 1, width: 1))(x)
    let vector = Operations.Reshape([x.shape[1]])(pooled)
    let logits = Operations.Linear()(vector, weight: weight([x.shape[1], x.shape[1]]))
    return Operations.Multiply()(x, Operations.Activate(.sigmoid)(logits))
  }

  private mutating func pooled(_ x: Tensor) -> Tensor {
    func axis(_ size: Int) -> SlidingWindow.Axis { SlidingWindow.Axis(kernel: 3, before: 1, after: 1, outputs: size) }
    let window = SlidingWindow(vertical: axis(x.shape[2]), horizontal: axis(x.shape[3]))
    let pools: [any Operation] = [
      Operations.MaxPool(window), Operations.AveragePool(window, countsPadding: true),
      Operations.AveragePool(window, countsPadding: false),
    ]
    let pool = pick(pools)
    return pool(x)
  }
}

/// Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension Computation {
  /// Inputs of numbers between −1 and 1, the same for the same seed.
  func randomInputs(seed: UInt64) -> [Tensor] {
    var generator = SplitMix(state: seed)
    return inputs.map { value in
      let shape = self[value].shape
      return Tensor(
        (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) }, shape: shape)
    }
  }
}

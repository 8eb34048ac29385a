import Tensors

/// A network drawn at random: convolutions, norms, activations, joins and slices over whatever came before, which is
/// where a planner goes wrong.
struct RandomNetwork {
  private var generator: SplitMix
  private var pool: [Tensor] = []
  private let trace: Trace

  /// The computation for a seed, of some number of operations.
  static func computation(seed: UInt64, length: Int) -> Computation {
    var generator = SplitMix(state: seed)
    let size = [Int.random(in: 1...3, using: &generator), [3, 5, 16, 32].randomElement(using: &generator) ?? 3]
    let pixels = [Int.random(in: 1...9, using: &generator), Int.random(in: 1...9, using: &generator)]
    return Computation.tracing([size + pixels]) { inputs, trace in
      var network = RandomNetwork(generator: generator, pool: inputs, trace: trace)
      for index in 0..<length {
        trace.label = Computation.Label(path: "layer\(index)", location: nil)
        network.pool.append(network.next())
      }
      return Array(network.pool.suffix(2))
    }
  }

  private mutating func next() -> Tensor {
    // Recent values are likelier, so that chains come about; any value can be read again.
    let back = Int.random(in: 0..<3, using: &generator) == 0 ? pool.count : min(2, pool.count)
    let x = pool[pool.count - 1 - Int.random(in: 0..<back, using: &generator)]
    switch Int.random(in: 0..<12, using: &generator) {
    case 0, 1, 2: return convolution(x)
    case 3: return batchNorm(x)
    case 4, 5:
      let kinds: [Activation] = [.relu, .relu6, .silu, .leakyReLU(slope: 0.1), .hardSwish]
      return Operation.activation(kinds.randomElement(using: &generator) ?? .relu)(x)
    case 6: return joined(x)
    case 7, 8: return concatenated(x)
    case 9: return sliced(x)
    case 10: return gated(x)
    default: return pooled(x)
    }
  }

  private mutating func weight(_ shape: [Int], _ scale: Float = 1) -> Tensor {
    let bound = scale / Float(max(1, shape.dropFirst().reduce(1, *))).squareRoot()
    let count = shape.reduce(1, *)
    return Tensor((0..<count).map { _ in Float.random(in: -bound...bound, using: &generator) }, shape: shape)
  }

  private mutating func convolution(_ x: Tensor) -> Tensor {
    let channels = x.shape[1]
    let isDepthwise = Int.random(in: 0..<4, using: &generator) == 0
    let out = isDepthwise ? channels : [1, 8, 16, 17, 32].randomElement(using: &generator) ?? 16
    let kernel = [1, 1, 3, 5].randomElement(using: &generator) ?? 1
    func axis(_ size: Int) -> SlidingWindow.Axis {
      SlidingWindow.Axis(kernel: kernel, before: kernel / 2, after: kernel / 2, outputs: size)
    }
    let window = SlidingWindow(vertical: axis(x.shape[2]), horizontal: axis(x.shape[3]))
    let groups = isDepthwise ? channels : 1
    let weights = OperationWeights(
      weight: weight([out, channels / groups, kernel, kernel]),
      bias: Bool.random(using: &generator) ? weight([out]) : nil)
    return Operation.convolution(window, groups: groups)(x, weights: weights)
  }

  private mutating func batchNorm(_ x: Tensor) -> Tensor {
    let shape = [x.shape[1]]
    let weights = OperationWeights(
      weight: weight(shape), bias: weight(shape), mean: weight(shape, 0.3),
      variance: Tensor((0..<shape[0]).map { _ in Float.random(in: 0.5...2, using: &generator) }, shape: shape))
    return Operation.batchNorm(epsilon: 1e-5)(x, weights: weights)
  }

  private mutating func joined(_ x: Tensor) -> Tensor {
    let others = pool.filter { $0.shape == x.shape }
    let count = Int.random(in: 1...3, using: &generator)
    let inputs = [x] + (0..<count).compactMap { _ in others.randomElement(using: &generator) }
    let operations: [Operation] = [.add, .add, .mean, .maximum]
    return (operations.randomElement(using: &generator) ?? .add)(inputs.shuffled(using: &generator))
  }

  private mutating func concatenated(_ x: Tensor) -> Tensor {
    let others = pool.filter { $0.shape[0] == x.shape[0] && $0.shape[2...] == x.shape[2...] && $0.shape[1] <= 64 }
    let count = Int.random(in: 1...2, using: &generator)
    let inputs = [x] + (0..<count).compactMap { _ in others.randomElement(using: &generator) }
    return Operation.concat(axis: 1)(inputs)
  }

  private mutating func sliced(_ x: Tensor) -> Tensor {
    let channels = x.shape[1]
    let bounds = [0, 16, channels / 2, channels].filter { $0 <= channels }
    let first = bounds.randomElement(using: &generator) ?? 0
    let last = bounds.filter { $0 > first }.randomElement(using: &generator) ?? channels
    return first < last ? Operation.channelSlice(first..<last)(x) : x
  }

  private mutating func gated(_ x: Tensor) -> Tensor {
    let pooled = Operation.adaptiveAveragePool(PixelSize(height: 1, width: 1))(x)
    let vector = Operation.reshape([x.shape[1]])(pooled)
    let logits = Operation.linear(vector, weights: OperationWeights(weight: weight([x.shape[1], x.shape[1]])))
    return Operation.multiply(x, Operation.activation(.sigmoid)(logits))
  }

  private mutating func pooled(_ x: Tensor) -> Tensor {
    func axis(_ size: Int) -> SlidingWindow.Axis { SlidingWindow.Axis(kernel: 3, before: 1, after: 1, outputs: size) }
    let window = SlidingWindow(vertical: axis(x.shape[2]), horizontal: axis(x.shape[3]))
    return Bool.random(using: &generator)
      ? Operation.maxPool(window)(x) : Operation.averagePool(window, countsPadding: false)(x)
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
  /// The outputs by the plain path, operation by operation.
  func plain(_ inputs: [Tensor]) -> [Tensor] {
    var values: [Tensor] = []
    for node in nodes {
      switch node.origin {
      case .input(let index): values.append(inputs[index])
      case .constant(let tensor): values.append(tensor)
      case .operation(let operation, let inputs, let weights):
        values.append(operation.plain(inputs.map { values[$0.index] }, weights))
      }
    }
    return outputs.map { values[$0.index] }
  }

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

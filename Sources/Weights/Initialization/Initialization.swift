import Random
import Tensors

/// How a tensor's first values are drawn.
public enum Initialization: Hashable, Sendable {
  /// One value.
  case constant(Double)
  /// Given values, repeated until the tensor is full.
  case values([Float])
  /// What follows from the first values of another tensor, by its name and shape.
  indirect case derived(Derivation, from: Initialization, tensor: String, shape: [Int])
  /// Uniform between two bounds.
  case uniform(low: Double, high: Double)
  /// Normal.
  case normal(mean: Double, standardDeviation: Double)
  /// Normal, without what is beyond two standard deviations.
  case truncatedNormal(mean: Double, standardDeviation: Double)

  /// He et al. 2015: variance 2 / fan_in.
  public static func heNormal(fanIn: Double) -> Initialization {
    .normal(mean: 0, standardDeviation: (2 / fanIn).squareRoot())
  }

  /// He et al. 2015: variance 2 / fan_in.
  public static func heUniform(fanIn: Double) -> Initialization { symmetric((6 / fanIn).squareRoot()) }

  /// Glorot and Bengio 2010: variance 2 / (fan_in + fan_out).
  public static func xavierNormal(fanIn: Double, fanOut: Double) -> Initialization {
    .normal(mean: 0, standardDeviation: (2 / (fanIn + fanOut)).squareRoot())
  }

  /// Glorot and Bengio 2010: variance 2 / (fan_in + fan_out).
  public static func xavierUniform(fanIn: Double, fanOut: Double) -> Initialization {
    symmetric((6 / (fanIn + fanOut)).squareRoot())
  }

  /// PyTorch's for the weights (`kaiming_uniform_` with a = √5) and biases of convolutions and linear layers: uniform
  /// within ±1 / √fan_in.
  public static func pytorch(fanIn: Double) -> Initialization { symmetric(1 / fanIn.squareRoot()) }

  private static func symmetric(_ bound: Double) -> Initialization { .uniform(low: -bound, high: bound) }

  /// Draws the values of a tensor; the same on every machine for the same seed and name.
  public func values(count: Int, name: String, seed: UInt64) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]), name: name, seed: seed)
      initialized = count
    }
  }

  /// The tensor of a shape, with what `values` draws for it; its memory is all that is taken.
  public func tensor(shape: [Int], name: String, seed: UInt64) -> Tensor {
    var result = Tensor(zeros: shape)
    result.withUnsafeMutableBufferPointer { fill($0, name: name, seed: seed) }
    return result
  }

  /// Writes a tensor's values into memory that need not hold any yet.
  private func fill(_ buffer: UnsafeMutableBufferPointer<Float>, name: String, seed: UInt64) {
    switch self {
    case .constant(let value): buffer.initialize(repeating: Float(value))
    case .derived(let derivation, let source, let tensor, let shape):
      let weight = source.tensor(shape: shape, name: tensor, seed: seed)
      buffer.initialize(repeating: 0)
      _ = buffer.update(from: derivation.values(of: weight))
    case .values(let given):
      for index in buffer.indices {
        buffer.initializeElement(at: index, to: given.isEmpty ? 0 : given[index % given.count])
      }
    case .uniform, .normal, .truncatedNormal:
      let generator = CounterGenerator(seed: seed, name: name)
      for index in buffer.indices {
        buffer.initializeElement(at: index, to: Float(value(generator.uniform(at: index))))
      }
    }
  }

  /// The value at a quantile.
  private func value(_ u: Double) -> Double {
    switch self {
    case .constant(let value): value
    case .values, .derived: 0
    case .uniform(let low, let high): low + (high - low) * u
    case .normal(let mean, let deviation): mean + deviation * inverseNormal(u)
    case .truncatedNormal(let mean, let deviation):
      mean + deviation * inverseNormal(Self.belowTwo + u * (1 - 2 * Self.belowTwo))
    }
  }

  /// The part of a normal distribution below −2 standard deviations.
  private static let belowTwo = 0.022750131948179195
}

extension Initialization {
  /// How a tensor follows from a weight: at first, normalizing the weight changes nothing, or only its scale.
  public enum Derivation: Hashable, Sendable {
    /// The length of each row, those of the first dimension.
    case rowNorms
    /// The left singular vector of the largest singular value, by power iterations; the rows are a dimension's.
    case leftSingularVector(dimension: Int)
    /// The right one.
    case rightSingularVector(dimension: Int)

    fileprivate func values(of weight: Tensor) -> [Float] {
      switch self {
      case .leftSingularVector(let dimension): Plain.singularVectors(weight, dimension: dimension).u
      case .rightSingularVector(let dimension): Plain.singularVectors(weight, dimension: dimension).v
      case .rowNorms: Plain.rowNorms(weight)
      }
    }
  }
}

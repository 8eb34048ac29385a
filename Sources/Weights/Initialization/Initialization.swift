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
    let generator = CounterGenerator(seed: seed, name: name)
    if case .constant(let value) = self { return [Float](repeating: Float(value), count: count) }
    if case .derived(let derivation, let source, let tensor, let shape) = self {
      let weight = Tensor(source.values(count: shape.saturatingProduct, name: tensor, seed: seed), shape: shape)
      return derivation.values(of: weight, count: count)
    }
    if case .values(let given) = self, !given.isEmpty { return (0..<count).map { given[$0 % given.count] } }
    return (0..<count).map { Float(value(generator.uniform(at: $0))) }
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

    fileprivate func values(of weight: Tensor, count: Int) -> [Float] {
      switch self {
      case .leftSingularVector(let dimension): return Plain.singularVectors(weight, dimension: dimension).u
      case .rightSingularVector(let dimension): return Plain.singularVectors(weight, dimension: dimension).v
      case .rowNorms:
        let elements = weight.doubles
        let length = elements.count / max(1, count)
        return (0..<count).map { row in
          Float(elements[row * length..<(row + 1) * length].reduce(0) { $0 + $1 * $1 }.squareRoot())
        }
      }
    }
  }
}

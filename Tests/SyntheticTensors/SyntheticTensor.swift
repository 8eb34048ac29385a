import Hashing
import Tensors

extension Tensor {
  /// Numbers that follow from a name alone, so that references need to record no weights.
  ///
  /// Element `i` comes from `u = (splitmix64(fnv1a64(name) + i) >> 40) / 2^24`, in `[0, 1)`. By the last part of the
  /// name:
  ///
  /// | name | value |
  /// |---|---|
  /// | `running_var`, and others of one dimension | `0.5 + u` |
  /// | `bias`, `running_mean` | `(2u − 1)·0.1` |
  /// | others of two dimensions or more | `(2u − 1)·√(6 / fan_in)`, with `fan_in = elements / shape[0]` |
  package init(synthetic name: String, shape: [Int]) {
    let count = shape.reduce(1, *)
    let scale: (Double) -> Double
    switch String(name.split(separator: ".").last ?? "") {
    case "running_var": scale = { 0.5 + $0 }
    case "bias", "running_mean": scale = { (2 * $0 - 1) * 0.1 }
    default:
      let bound = (6.0 / Double(count / max(1, shape[0]))).squareRoot()
      scale = shape.count >= 2 ? { (2 * $0 - 1) * bound } : { 0.5 + $0 }
    }
    self.init(synthetic: name, shape: shape, scale)
  }

  /// A network's input: `amplitude·(2u − 1)`, see `init(synthetic:shape:)`.
  package init(syntheticInput name: String, shape: [Int], amplitude: Double = 1) {
    self.init(synthetic: name, shape: shape) { (2 * $0 - 1) * amplitude }
  }

  private init(synthetic name: String, shape: [Int], _ scale: (Double) -> Double) {
    self.init(zeros: shape)
    let seed = FowlerNollVo(name).value
    withUnsafeMutableBufferPointer { elements in
      for index in elements.indices {
        let bits = splitmix64(seed &+ UInt64(index))
        elements[index] = Float(scale(Double(bits >> 40) / 0x1p24))
      }
    }
  }
}

/// The output of Steele, Lea and Flood's generator at a state.
private func splitmix64(_ state: UInt64) -> UInt64 {
  var x = state &+ 0x9E37_79B9_7F4A_7C15
  x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
  x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
  return x ^ (x >> 31)
}

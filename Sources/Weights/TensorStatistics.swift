/// What the values of a tensor are like; those that are no finite numbers are counted apart.
public struct TensorStatistics: Hashable, Sendable {
  /// The smallest value; 0 without any.
  public private(set) var min: Float = 0
  /// The largest value; 0 without any.
  public private(set) var max: Float = 0
  /// The mean; 0 without values.
  public private(set) var mean: Float = 0
  /// The standard deviation of the values themselves (divided by n, not n − 1).
  public private(set) var standardDeviation: Float = 0
  /// How many values are no numbers.
  public private(set) var nanCount = 0
  /// How many values are infinite, as the file has them.
  public private(set) var infiniteCount = 0
  /// How many values of float64 are finite, but beyond float32's range.
  public private(set) var beyondCount = 0

  /// Whether every value is a finite number.
  public var isFinite: Bool { nanCount == 0 && infiniteCount == 0 && beyondCount == 0 }

  /// `3 NaN, 1 infinite, 2 beyond float32`, or nothing.
  public var flag: String {
    [(nanCount, "NaN"), (infiniteCount, "infinite"), (beyondCount, "beyond float32")].filter { $0.0 > 0 }.map {
      "\($0.0) \($0.1)"
    }
    .joined(separator: ", ")
  }

  /// The same with so many of the infinite values known to be finite in float64.
  func with(beyondRange count: Int) -> TensorStatistics {
    var result = self
    result.infiniteCount -= count
    result.beyondCount = count
    return result
  }

  /// Looks at values, summing in double precision.
  public init(_ values: [Float]) {
    var count = 0.0
    var sum = 0.0
    for value in values {
      guard value.isFinite else {
        if value.isNaN { nanCount += 1 } else { infiniteCount += 1 }
        continue
      }
      min = count == 0 ? value : Swift.min(min, value)
      max = count == 0 ? value : Swift.max(max, value)
      count += 1
      sum += Double(value)
    }
    guard count > 0 else { return }
    let mean = sum / count
    var squares = 0.0
    for value in values where value.isFinite { squares += (Double(value) - mean) * (Double(value) - mean) }
    self.mean = Float(mean)
    standardDeviation = Float((squares / count).squareRoot())
  }
}

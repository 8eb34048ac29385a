import Random

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Pairs of a batch's images mixed, and their classes with them: what remains of an image itself is λ, drawn once a batch
/// from Beta(α, α). An image's partner is the one at the same place of the batch in reverse.
package struct BatchMix: Hashable, Sendable {
  /// α of mixup (Zhang et al. 2018, arXiv:1710.09412): λ·x + (1 − λ)·partner; nil for none.
  package var mixup: Double?
  /// α of CutMix (Yun et al. 2019, arXiv:1905.04899): a box of the partner of a share 1 − λ of the area; nil for none.
  package var cutmix: Double?

  /// Where both are given, either is drawn for a batch.
  package init(mixup: Double? = nil, cutmix: Double? = nil) {
    self.mixup = mixup
    self.cutmix = cutmix
  }

  /// Mixes a batch of N×C×H×W.
  ///
  /// - Parameters:
  ///   - batch: Its elements, in row-major order.
  ///   - shape: Its four sizes.
  ///   - generator: What is drawn: one for each batch.
  /// - Returns: λ: each image's own share of its class; CutMix's is that of the pixels that stayed.
  package func apply(
    to batch: UnsafeMutableBufferPointer<Float>, shape: [Int], generator: CounterGenerator
  ) -> Double {
    var draws = Draws(generator)
    let cuts: Bool
    switch (mixup, cutmix) {
    case (nil, nil): return 1
    case (_?, nil): cuts = false
    case (nil, _?): cuts = true
    case (_?, _?): cuts = draws.happens(0.5)
    }
    let share = draws.beta(cuts ? cutmix ?? 1 : mixup ?? 1)
    guard cuts else {
      Self.blend(batch, count: shape[0], share: share)
      return share
    }
    let (height, width) = (shape[2], shape[3])
    let box = CutBox(share: share, width: width, height: height, &draws)
    Self.exchange(box, batch, shape: shape)
    return 1 - Double(box.columns.count * box.rows.count) / Double(width * height)
  }

  private static func blend(_ batch: UnsafeMutableBufferPointer<Float>, count: Int, share: Double) {
    guard count > 0 else { return }
    let (size, own, other) = (batch.count / count, Float(share), Float(1 - share))
    forPairs(count) { first, second in
      guard first != second else { return }
      for index in 0..<size {
        let (a, b) = (batch[first * size + index], batch[second * size + index])
        batch[first * size + index] = b * other + a * own
        batch[second * size + index] = a * other + b * own
      }
    }
  }

  private static func exchange(_ box: CutBox, _ batch: UnsafeMutableBufferPointer<Float>, shape: [Int]) {
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    forPairs(shape[0]) { first, second in
      guard first != second else { return }
      for channel in 0..<channels {
        for row in box.rows {
          for column in box.columns {
            let place = (channel * height + row) * width + column
            batch.swapAt(
              first * channels * height * width + place, second * channels * height * width + place)
          }
        }
      }
    }
  }

  /// Each pair of partners once; in the middle of an odd batch an image is its own.
  private static func forPairs(_ count: Int, _ body: (Int, Int) -> Void) {
    for first in 0..<(count + 1) / 2 { body(first, count - 1 - first) }
  }
}

/// The box that CutMix takes from the partner: around a pixel that is drawn, cut off at the edges.
struct CutBox: Hashable {
  let rows: Range<Int>
  let columns: Range<Int>

  init(share: Double, width: Int, height: Int, _ draws: inout Draws) {
    let half = 0.5 * (1 - share).squareRoot()
    func range(_ size: Int, _ centre: Int) -> Range<Int> {
      let reach = Int(half * Double(size))
      return max(0, centre - reach)..<min(size, centre + reach)
    }
    columns = range(width, draws.integer(through: width - 1))
    rows = range(height, draws.integer(through: height - 1))
  }
}

extension Draws {
  /// Beta(α, α), as one of two gamma variates' share of both.
  mutating func beta(_ alpha: Double) -> Double {
    let (first, second) = (gamma(alpha), gamma(alpha))
    // Both are zero only where α is so small that all the weight is on 0 and 1.
    return first + second > 0 ? first / (first + second) : happens(0.5) ? 1 : 0
  }

  /// Gamma(α, 1) by Marsaglia and Tsang 2000, "A simple method for generating gamma variables".
  private mutating func gamma(_ alpha: Double) -> Double {
    if alpha < 1 {
      let power = pow(uniform(0, 1), 1 / alpha)
      return gamma(alpha + 1) * power
    }
    let d = alpha - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      let uniform = uniform(0, 1)
      guard root > 0 else { continue }
      let v = root * root * root
      if log(uniform) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }
}

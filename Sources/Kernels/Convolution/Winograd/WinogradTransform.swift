import CKernels

/// Winograd's transforms of one dimension, F(outputs, kernel): `n = outputs + kernel − 1` products in place of
/// `outputs · kernel`.
///
/// With points a₁ … aₙ₋₁ and infinity, `y = Aᵀ[(G·g) ⊙ (Bᵀ·d)]`: Aᵀ holds powers of the points, G powers over
/// `Nᵢ = Πₖ(aᵢ − aₖ)`, Bᵀ the coefficients of `Πₖ(x − aₖ)` without each of its factors. Points near ±1 keep both the
/// powers and the Nᵢ near 1, which is worth three to six times of accuracy against the small integers that are usual.
/// Lavin and Gray 2015, arXiv:1509.09308; Barabasz et al. 2018, arXiv:1803.10986.
struct WinogradTransform: Hashable {
  let outputs: Int
  let kernel: Int
  /// The positive point of each pair; 0 and infinity are points always.
  private let pairs: [Double]

  /// The transform for a kernel, or that of one point and one output, which changes nothing; nil if there is none.
  init?(outputs: Int, kernel: Int) {
    (self.outputs, self.kernel) = (outputs, kernel)
    switch outputs + kernel - 1 {
    case 1: pairs = []
    case 4: pairs = [1]
    case 6: pairs = [0.75, 1.5]
    case 8: pairs = [0.5, 1, 2]
    case 10: pairs = [0.5, 0.875, 1.25, 2]
    default: return nil
    }
  }

  /// The number of points.
  var count: Int { outputs + kernel - 1 }

  /// All points but infinity, in the order of the transformed values.
  private var finite: [Double] { [0] + pairs.flatMap { [$0, -$0] } }

  /// The Nᵢ, 1 for infinity.
  var divisors: [Double] {
    finite.map { point in finite.filter { $0 != point }.map { point - $0 }.reduce(1, *) } + [1]
  }

  /// G, `[count][kernel]`.
  var weightMatrix: [Double] {
    guard count > 1 else { return [1] }
    let rows = zip(finite, divisors).map { point, divisor in
      powers(of: point, count: kernel).map { $0 / divisor }
    }
    return rows.flatMap { $0 } + (0..<kernel).map { $0 == kernel - 1 ? 1 : 0 }
  }

  /// Bᵀ and Aᵀ as the loops take them.
  var points: cnnc_points {
    var points = cnnc_points()
    points.count = count
    guard count > 1 else { return points }
    withUnsafeMutableBytes(of: &points.all) { Self.store(coefficients(of: pairs), into: $0) }
    withUnsafeMutableBytes(of: &points.others) { bytes in
      for (index, pair) in pairs.enumerated() {
        let row = UnsafeMutableRawBufferPointer(rebasing: bytes[index * 16..<(index + 1) * 16])
        Self.store(coefficients(of: pairs.filter { $0 != pair }), into: row)
      }
    }
    withUnsafeMutableBytes(of: &points.powers) { bytes in
      for (index, pair) in pairs.enumerated() {
        let row = UnsafeMutableRawBufferPointer(rebasing: bytes[index * 32..<(index + 1) * 32])
        Self.store(powers(of: pair, count: 8), into: row)
      }
    }
    return points
  }

  private func powers(of point: Double, count: Int) -> [Double] {
    sequence(first: 1.0) { $0 * point }.prefix(count).map { $0 }
  }

  /// The coefficients of `Π(z − p²)` in z, from the lowest, without the highest, which is 1.
  private func coefficients(of pairs: [Double]) -> [Double] {
    let product = pairs.reduce([1.0]) { polynomial, pair in
      var product = [0] + polynomial
      for (index, coefficient) in polynomial.enumerated() { product[index] -= pair * pair * coefficient }
      return product
    }
    return product.dropLast()
  }

  /// Writes numbers as consecutive floats.
  private static func store(_ numbers: [Double], into bytes: UnsafeMutableRawBufferPointer) {
    for (index, number) in numbers.enumerated() {
      bytes.storeBytes(of: Float(number), toByteOffset: index * MemoryLayout<Float>.stride, as: Float.self)
    }
  }
}

/// The outputs of a tile of Winograd's method; 1 where that dimension is not transformed.
package struct WinogradTile: Hashable, Sendable {
  package var rows: Int
  package var columns: Int

  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// F(2,3), F(4,3), F(4,5), F(6,3) in both dimensions.
  package static func square(_ outputs: Int) -> WinogradTile { WinogradTile(rows: outputs, columns: outputs) }
}

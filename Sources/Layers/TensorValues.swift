import Shapes

/// The values of a tensor as a spec gives them.
package enum TensorValues: Hashable, Sendable {
  /// Numbers that stand in the spec.
  case numbers(NumberPattern)
  /// A file in the spec's folder or below: text, or numpy's `.npy`.
  case file(String)

  /// The name of the file.
  package var file: String? { if case .file(let name) = self { name } else { nil } }

  /// The numbers in the spec.
  package var pattern: NumberPattern? { if case .numbers(let pattern) = self { pattern } else { nil } }
}

/// Numbers for a tensor: all of it, or of its last dimensions, for which they are repeated.
///
/// A 4×4 kernel fills a depthwise convolution's weight `[C, 1, 4, 4]` for any C, sixteen numbers in a row do too, and one
/// number fills everything.
package struct NumberPattern: Hashable, Sendable {
  /// In row-major order.
  package var numbers: [Double]
  /// How the numbers are nested: `[4, 4]`; empty for a number alone.
  package var shape: [Int]

  package init(_ numbers: [Double], shape: [Int]) {
    self.numbers = numbers
    self.shape = shape
  }

  /// One number.
  package init(_ number: Double) { self.init([number], shape: []) }

  /// Whether the numbers fill a tensor: nested ones have the sizes of its last dimensions, those of 1 aside; a plain list
  /// has as many as some of the last dimensions together.
  package func fits(_ tensor: [Int]) -> Bool {
    numbers.count == shape.reduce(1, saturatingProduct) && hasSizes(of: tensor)
  }

  /// Whether the shape is that of a tensor or its last dimensions.
  package func hasSizes(of tensor: [Int]) -> Bool {
    if shape.isEmpty { return true }
    if shape.count == 1 {
      var count = 1
      for size in tensor.reversed() {
        if count == shape[0] { return true }
        count = saturatingProduct(count, size)
      }
      return count == shape[0]
    }
    let (own, sizes) = (shape.filter { $0 != 1 }, tensor.filter { $0 != 1 })
    return Array(sizes.suffix(own.count)) == own
  }

  /// The numbers of a tensor that they fit.
  package func filling(_ count: Int) -> [Float] {
    let floats = numbers.map { Float($0) }
    var result: [Float] = []
    result.reserveCapacity(count)
    while !floats.isEmpty, result.count + floats.count <= count { result += floats }
    return result
  }
}

extension NumberPattern: CustomStringConvertible {
  /// As a spec writes it: `[[1.0, 2.0], [3.0, 4.0]]`.
  package var description: String { text(numbers[...], shape[...]) }

  private func text(_ numbers: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> String {
    guard let count = shape.first, count > 0 else {
      return numbers.first.map { FieldValue.float($0).description } ?? "[]"
    }
    let size = numbers.count / count
    let rows = (0..<count).map { row in
      text(numbers.dropFirst(row * size).prefix(size), shape.dropFirst())
    }
    return "[\(rows.joined(separator: ", "))]"
  }
}

/// Numbers along the spatial axes of an input, such as a kernel's or a stride's: one for all axes, or one an axis:
/// `[length]`, `[height, width]` or `[depth, height, width]`.
///
/// Equal are sizes that mean the same to any input that both suit: `3` and `[3, 3]`.
package struct AxisSizes: Sendable {
  /// One for all axes, or one an axis.
  package let numbers: [Int]
  /// For how many axes there are numbers; nil for one number that holds for all.
  package let axisCount: Int?

  /// The same in all directions.
  package init(_ all: Int) { (numbers, axisCount) = ([all], nil) }

  /// A height and a width.
  package init(_ height: Int, _ width: Int) { self.init(axes: [height, width]) }

  /// One number an axis, at least one.
  package init(axes numbers: [Int]) { (self.numbers, axisCount) = (numbers, numbers.count) }

  package static let one = AxisSizes(1)

  /// Whether all directions are alike.
  package var isUniform: Bool { numbers.allSatisfy { $0 == numbers[0] } }

  /// The number of all directions, if they are alike.
  package var uniform: Int? { isUniform ? numbers[0] : nil }

  /// Whether an input with so many axes can have these sizes.
  package func suits(axes count: Int) -> Bool { axisCount.map { $0 == count } ?? true }

  /// The number along an axis, counted from 0. Where there are numbers for fewer axes, the last holds for the rest.
  package subscript(axis: Int) -> Int { numbers[min(axis, numbers.count - 1)] }

  /// The numbers for so many axes.
  package func along(axes count: Int) -> [Int] { (0..<count).map { self[$0] } }

  /// The product over so many axes: the taps of a kernel.
  package func product(axes count: Int) -> Int { along(axes: count).reduce(1, saturatingProduct) }

  /// The largest of the numbers.
  package var largest: Int { numbers.max() ?? 1 }

  /// The numbers of feature maps, of which there are two.
  package var height: Int { self[0] }
  package var width: Int { self[1] }

  /// Whether the sizes are equal to all inputs, also those that one of them does not suit.
  package func isIdentical(to other: AxisSizes) -> Bool { numbers == other.numbers && axisCount == other.axisCount }

}

extension AxisSizes: Hashable {
  package static func == (left: AxisSizes, right: AxisSizes) -> Bool {
    left.isUniform ? right.isUniform && left.numbers[0] == right.numbers[0] : left.numbers == right.numbers
  }

  package func hash(into hasher: inout Hasher) {
    if isUniform { hasher.combine(numbers[0]) } else { hasher.combine(numbers) }
  }
}

extension AxisSizes: CustomStringConvertible {
  /// `3×3`; one number for all axes as it is in maps.
  package var description: String { text(axes: axisCount ?? 2) }

  /// `3×3×3`, for an input with so many axes.
  package func text(axes count: Int) -> String { along(axes: count).map(String.init).joined(separator: "×") }

  /// The numbers as a spec writes them: `3`, `[1, 7]`.
  package var listText: String {
    isUniform ? String(numbers[0]) : "[\(numbers.map(String.init).joined(separator: ", "))]"
  }
}

/// Pixels of padding in numbers: one for all sides, one an axis, or two an axis, before and after:
/// `[top, bottom, left, right]`.
///
/// What two numbers mean, an axis each or the sides of a signal, the input says.
package struct PaddingSizes: Sendable {
  package let numbers: [Int]
  /// Whether there is one number, for all sides.
  private let isForAll: Bool

  /// The same on all sides.
  package init(_ all: Int) { (numbers, isForAll) = ([all], true) }

  /// A list of numbers, at least one.
  package init(list numbers: [Int]) { (self.numbers, isForAll) = (numbers, false) }

  /// The sides of axes, one after the other.
  package init(_ sides: [AxisPadding]) { self.init(list: sides.flatMap { [$0.before, $0.after] }) }

  /// The number of all sides, if they are alike.
  package var uniform: Int? { numbers.allSatisfy { $0 == numbers[0] } ? numbers[0] : nil }

  /// The sides for an input with so many axes; nil if the numbers are for others.
  package func sides(axes count: Int) -> [AxisPadding]? {
    if isForAll { return Array(repeating: AxisPadding(before: numbers[0], after: numbers[0]), count: count) }
    if numbers.count == count { return numbers.map { AxisPadding(before: $0, after: $0) } }
    guard numbers.count == 2 * count else { return nil }
    return (0..<count).map { AxisPadding(before: numbers[2 * $0], after: numbers[2 * $0 + 1]) }
  }

  /// Whether the padding is equal to all inputs, also those that one of them does not suit.
  package func isIdentical(to other: PaddingSizes) -> Bool { numbers == other.numbers && isForAll == other.isForAll }

  /// The shortest list that means the same; two numbers stay, for they may be the sides of a signal.
  package var shortest: [Int] {
    if let uniform { return [uniform] }
    let pairs = stride(from: 0, to: numbers.count - 1, by: 2)
    let isSymmetric = numbers.count > 2 && numbers.count.isMultiple(of: 2)
    return isSymmetric && pairs.allSatisfy { numbers[$0] == numbers[$0 + 1] } ? pairs.map { numbers[$0] } : numbers
  }
}

extension PaddingSizes: Hashable {
  package static func == (left: PaddingSizes, right: PaddingSizes) -> Bool { left.shortest == right.shortest }

  package func hash(into hasher: inout Hasher) { hasher.combine(shortest) }
}

extension PaddingSizes: CustomStringConvertible {
  /// As a spec writes them: `1`, `[0, 3]`.
  package var description: String {
    let list = shortest
    return list.count == 1 ? String(list[0]) : "[\(list.map(String.init).joined(separator: ", "))]"
  }
}

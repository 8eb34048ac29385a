/// Makes names unlike all before, in time that does not grow with how many are alike.
package struct UniqueNames: Sendable {
  private var taken: Set<String>
  /// Taken by others: many may have these in common.
  private let reserved: Set<String>
  /// The last number that a base was given.
  private var numbers: [String: Int] = [:]

  /// Names unlike those taken already, which may be taken again once they are released, and unlike the reserved.
  package init(taken: some Sequence<String> = [], reserved: Set<String> = []) {
    self.taken = Set(taken)
    self.reserved = reserved
  }

  package func contains(_ name: String) -> Bool { taken.contains(name) || reserved.contains(name) }

  /// Takes a name as it is; false if it was taken before.
  @discardableResult
  package mutating func take(_ name: String) -> Bool { !reserved.contains(name) && taken.insert(name).inserted }

  /// Lets names be taken again.
  package mutating func release(_ names: some Sequence<String>) {
    taken.subtract(names)
    numbers = [:]
  }

  /// The base itself, or with the first number from 2 on that makes it unlike what is taken elsewhere.
  package static func unlike(
    _ base: String, separator: String = "", isTaken: (_ name: String) -> Bool
  ) -> String {
    guard isTaken(base) else { return base }
    var number = 2
    while isTaken("\(base)\(separator)\(number)") { number += 1 }
    return "\(base)\(separator)\(number)"
  }

  /// The base itself, or with the first number from 2 on that makes it new.
  package mutating func make(_ base: String, separator: String = "_") -> String {
    if take(base) { return base }
    var number = numbers[base] ?? 1
    var name: String
    repeat {
      number += 1
      name = "\(base)\(separator)\(number)"
    } while !take(name)
    numbers[base] = number
    return name
  }
}

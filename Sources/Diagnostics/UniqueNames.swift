/// Makes names unlike all before, in time that does not grow with how many are alike.
package struct UniqueNames: Sendable {
  private var taken: Set<String>
  /// The last number that a base was given.
  private var numbers: [String: Int] = [:]

  package init(taken: some Sequence<String> = []) { self.taken = Set(taken) }

  /// The base itself, or with the first number from 2 on that makes it new.
  package mutating func make(_ base: String, separator: String = "_") -> String {
    if taken.insert(base).inserted { return base }
    var number = numbers[base] ?? 1
    var name: String
    repeat {
      number += 1
      name = "\(base)\(separator)\(number)"
    } while !taken.insert(name).inserted
    numbers[base] = number
    return name
  }
}

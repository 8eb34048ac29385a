/// Paths that differ in one number, written as one: `layer2.0–3.se`, `features.{1,4}`.
struct PathGroup {
  var text: String
  /// The paths' places in the list they came from.
  var members: [Int]

  private enum Token: Hashable {
    case text(Substring)
    case number(Int)

    var isNumber: Bool { if case .number = self { true } else { false } }
  }

  /// Groups paths whose keys are equal, in the order of their first members.
  static func groups(_ paths: [(path: String, key: String)]) -> [PathGroup] {
    let tokens = paths.map { Self.tokens(of: $0.path) }
    var order: [[String]] = []
    var classes: [[String]: [Int]] = [:]
    for (index, path) in paths.enumerated() {
      let pattern = tokens[index].map { if case .text(let text) = $0 { String(text) } else { "#" } } + [path.key]
      if classes[pattern] == nil { order.append(pattern) }
      classes[pattern, default: []].append(index)
    }
    return order.flatMap { split(classes[$0] ?? [], tokens) }.sorted {
      ($0.members.first ?? 0) < ($1.members.first ?? 0)
    }
  }

  /// Parts a class of paths until each part differs in one number at most.
  private static func split(_ members: [Int], _ tokens: [[Token]]) -> [PathGroup] {
    guard let first = members.first else { return [] }
    let varying = tokens[first].indices.filter { place in
      members.contains { tokens[$0][place] != tokens[first][place] }
    }
    guard varying.count > 1 else {
      return [PathGroup(text: text(members, tokens, at: varying.first), members: members)]
    }
    var order: [[Token]] = []
    var parts: [[Token]: [Int]] = [:]
    for member in members {
      let key = varying.dropLast().map { tokens[member][$0] }
      if parts[key] == nil { order.append(key) }
      parts[key, default: []].append(member)
    }
    return order.flatMap { split(parts[$0] ?? [], tokens) }
  }

  private static func text(_ members: [Int], _ tokens: [[Token]], at varying: Int?) -> String {
    guard let first = members.first else { return "" }
    return tokens[first].enumerated().map { place, token in
      switch token {
      case .text(let text): return String(text)
      case .number(let number):
        guard place == varying else { return String(number) }
        return list(members.compactMap { if case .number(let number) = tokens[$0][place] { number } else { nil } })
      }
    }.joined()
  }

  /// `0–3`, or `{1,4,8–10}`.
  private static func list(_ numbers: [Int]) -> String {
    var runs: [(first: Int, last: Int)] = []
    for number in Set(numbers).sorted() {
      if let last = runs.last, last.last + 1 == number {
        runs[runs.count - 1].last = number
      } else {
        runs.append((number, number))
      }
    }
    let texts = runs.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)–\($0.last)" }
    return texts.count == 1 ? texts[0] : "{\(texts.joined(separator: ","))}"
  }

  private static func tokens(of path: String) -> [Token] {
    var result: [Token] = []
    var rest = Substring(path)
    while let first = rest.first {
      let isDigit = first.isASCII && first.isNumber
      let part = rest.prefix { ($0.isASCII && $0.isNumber) == isDigit }
      // Digits that a number would not give back stay text.
      if isDigit, part.count <= 9, let number = Int(part), String(number) == part {
        result.append(.number(number))
      } else {
        result.append(.text(part))
      }
      rest = rest[part.endIndex...]
    }
    return result
  }
}
